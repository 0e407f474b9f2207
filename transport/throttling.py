"""How fast one person may press: a bucket of presses that refills, and another one for what they type.

Words are lost when they are dropped, a press is not; so people who forwarded sixty messages can still say something.
Every replica counts for itself; with Redis they count together (transport/shared_limits.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

BURST = 40  # a whole check-in pressed as fast as it is shown
PER_SECOND = 5.0
REMEMBERED = 10_000  # buckets; beyond that, full ones are forgotten


class Verdict(Enum):
    """What to do with one more update of a person."""

    PASS = 0
    TELL = 1  # the first one that is too many
    IGNORE = 2


class Limits(Protocol):
    """Decides who may go on."""

    async def admit(self, person: int, *, is_typed: bool = False) -> Verdict:
        """Count one update."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(slots=True)
class Bucket:
    """The presses that are left, at a moment of the monotonic clock; `told` until it is half full again."""

    level: float
    at: float
    told: bool = False


class OwnLimits:
    """Counts in the process. `clock` returns seconds and never goes back."""

    def __init__(
        self, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: dict[tuple[int, bool], Bucket] = {}

    async def admit(self, person: int, *, is_typed: bool = False) -> Verdict:
        """Take one press, or message, out of the person's bucket, when there is one."""
        now = self._clock()
        bucket = self._buckets.get((person, is_typed))
        if bucket is None:
            bucket = self._add((person, is_typed), now)
        bucket.level = min(self._burst, bucket.level + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.level >= 1:
            bucket.level -= 1
            bucket.told = bucket.told and bucket.level < self._burst / 2
            return Verdict.PASS
        verdict = Verdict.IGNORE if bucket.told else Verdict.TELL
        bucket.told = True
        return verdict

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _add(self, whose: tuple[int, bool], now: float) -> Bucket:
        if len(self._buckets) >= REMEMBERED:
            full_after = self._burst / self._per_second
            self._buckets = {one: bucket for one, bucket in self._buckets.items() if now - bucket.at < full_after}
        bucket = self._buckets[whose] = Bucket(self._burst, now)
        return bucket
