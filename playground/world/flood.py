"""Telegram's limits on sending, as far as they are known: about one message a second in a chat, thirty in all."""

import math
from collections.abc import Callable
from datetime import datetime

from playground.wire.errors import too_many_requests

CHAT_RATE, CHAT_BURST = 1.0, 5.0
TOTAL_RATE, TOTAL_BURST = 30.0, 30.0


class FloodBucket:
    """A token bucket: `rate` tokens a second, at most `burst` of them."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self.level = burst
        self.filled: datetime | None = None

    def wait(self, now: datetime) -> float:
        """Seconds until a token is there; 0 if one is there now."""
        if self.filled:
            self.level = min(self.burst, self.level + (now - self.filled).total_seconds() * self.rate)
        self.filled = now
        return max(0.0, (1 - self.level) / self.rate)


class FloodControl:
    """Counts messages by chat and in all."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._total = FloodBucket(TOTAL_RATE, TOTAL_BURST)
        self._chats: dict[int, FloodBucket] = {}

    def admit(self, chat_id: int) -> None:
        """Count one message to the chat. Raise ApiError 429 with `retry_after` (whole seconds) if it is too many."""
        buckets = [self._total, self._chats.setdefault(chat_id, FloodBucket(CHAT_RATE, CHAT_BURST))]
        now = self._clock()
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for bucket in buckets:
            bucket.level -= 1
