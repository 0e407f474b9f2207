"""Updates that Telegram may repeat."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

REMEMBERED_SECONDS = 3600


class Repetitions:
    """Updates that came to their end in the last hour: what Telegram repeats is answered once."""

    def __init__(self) -> None:
        self._ended: OrderedDict[int, float] = OrderedDict()  # in seconds of `time.monotonic()`

    def is_known(self, update_id: int) -> bool:
        """Return whether this one came to its end already."""
        return time.monotonic() - self._ended.get(update_id, -math.inf) < REMEMBERED_SECONDS

    def add(self, update_id: int) -> None:
        """Remember one, and forget those of an hour ago."""
        now = time.monotonic()
        self._ended[update_id] = now
        while self._ended and now - next(iter(self._ended.values())) >= REMEMBERED_SECONDS:
            self._ended.popitem(last=False)
