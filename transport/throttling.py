"""How fast one person may press: a bucket of presses that refills, and another one of what they type.

Words are lost when they are dropped, a press is not; so whoever forwarded sixty messages can still say something.

Every replica counts for itself; with Redis they count together. While Redis is unavailable each counts for itself
again, and Redis is left alone for some seconds, so that no reply waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ops.logs import get_logger

log = get_logger("app")

BURST = 40  # a whole check-in pressed as fast as it is shown
PER_SECOND = 5.0
REMEMBERED = 10_000  # buckets; beyond that, full ones are forgotten
REDIS_SECONDS = 0.2
REDIS_REST_SECONDS = 10

# A full bucket is no key at all. The clock is that of Redis, so replicas need not agree about the time.
SCRIPT = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local state = redis.call('HMGET', KEYS[1], 'level', 'at', 'told')
local level = math.min(burst, (tonumber(state[1]) or burst) + (now - (tonumber(state[2]) or now)) * rate)
local told, verdict = tonumber(state[3]) or 0, 0
if level >= 1 then
  level = level - 1
  if level >= burst / 2 then told = 0 end
else
  verdict = 1 + told
  told = 1
end
redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now), 'told', told)
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000))
return verdict
"""


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


class SharedLimits:
    """Counts in Redis, and in the process while Redis is unavailable."""

    def __init__(
        self, url: str, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        self._script = self._redis.register_script(SCRIPT)
        self._own = OwnLimits(burst, per_second, clock)
        self._arguments = (burst, per_second)
        self._clock = clock
        self._rests_until = 0.0

    async def admit(self, person: int, *, is_typed: bool = False) -> Verdict:
        """Count one update in Redis, unless it was unavailable a moment ago."""
        if self._clock() < self._rests_until:
            return await self._own.admit(person, is_typed=is_typed)
        key = f"exhale:flood:{person}:typed" if is_typed else f"exhale:flood:{person}"
        try:
            return Verdict(await self._script(keys=[key], args=self._arguments))
        except (RedisError, OSError) as error:
            self._rests_until = self._clock() + REDIS_REST_SECONDS
            log.warning("Redis is unavailable, counting in this process", error=type(error).__name__)
            return await self._own.admit(person, is_typed=is_typed)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
