"""How fast one person may press, counted in Redis for all replicas together.

While Redis is unavailable each replica counts for itself, and Redis is left alone for some seconds, so that no reply
waits for it. Whoever has no Redis never loads this module, nor the library.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ops.logs import get_logger
from transport.throttling import BURST, PER_SECOND, OwnLimits, Verdict

log = get_logger("app")

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
