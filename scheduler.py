"""The heartbeat: APScheduler ticks, and everything that is due leaves. Who is due is a query over rows.

Any number of replicas may tick at once: a delivery is claimed by one of them, committed, and only then sent.
"""

from __future__ import annotations

import asyncio
from datetime import UTC

from aiogram import Bot
from aiolimiter import AsyncLimiter
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from db import Database, is_away
from delivery import Sent, send
from logs import get_logger
from services import contact, users
from services.clock import Clock
from services.deliveries import Deliveries, Due, Outcome
from views.proactive import proactive
from views.translator import Catalogs

log = get_logger("scheduler")

TICK_SECONDS = 15
CLAIM_AT_ONCE = 20
MESSAGES_PER_SECOND = 25  # Telegram's own limit for a bot is about 30


class Heartbeat:
    """Plans and sends. `tick()` may be called at any time, by the clock or by hand."""

    def __init__(self, bot: Bot, database: Database, deliveries: Deliveries, catalogs: Catalogs, clock: Clock) -> None:
        self._bot = bot
        self._database = database
        self._deliveries = deliveries
        self._catalogs = catalogs
        self._clock = clock
        self._limiter = AsyncLimiter(MESSAGES_PER_SECOND, 1)
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin to tick; the first time at once."""
        self._scheduler.add_job(
            self._beat,
            IntervalTrigger(seconds=TICK_SECONDS, timezone=UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Tick no more, and let the running tick end."""
        self._scheduler.pause()
        async with self._one_at_a_time:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Plan who has to be planned, send what is due; gives the number of messages that left."""
        async with self._one_at_a_time:
            await self._plan()
            sent = await self._send_due()
            async with self._database.begin() as session:
                await contact.forget_words(session)
            return sent

    async def _beat(self) -> None:
        try:
            await self.tick()
        except Exception as error:
            if not is_away(error):
                raise
            log.error("the database is away", error=type(error).__name__)

    async def _plan(self) -> None:
        while True:
            async with self._database.begin() as session:
                await self._deliveries.recover(session, self._clock())
                planned = await self._deliveries.plan(session, self._clock())
            if not planned:
                return

    async def _send_due(self) -> int:
        sent = 0
        while True:
            async with self._database.begin() as session:
                claimed = await self._deliveries.claim(session, self._clock(), CLAIM_AT_ONCE)
            if claimed is None:
                return sent
            for due in claimed:
                sent += await self._send(due)

    async def _send(self, due: Due) -> bool:
        async with self._database.begin() as session:
            if not await self._deliveries.begin_sending(session, due, self._clock()):
                return False
        await self._limiter.acquire()
        result = await send(self._bot, due.telegram_id, proactive(self._catalogs.translator(due.locale), due))
        await self._settle(due, result)
        return result.outcome is Outcome.SENT

    async def _settle(self, due: Due, result: Sent) -> None:
        async with self._database.begin() as session:
            await self._deliveries.settle(
                session,
                due,
                result.outcome,
                self._clock(),
                message_id=result.message_id,
                retry_after=result.retry_after,
            )
            if result.outcome is Outcome.UNREACHABLE:
                await users.set_reachable(session, due.telegram_id, False, self._clock())
        log.info("delivered", kinds=[part.kind for part in due.parts], outcome=str(result.outcome), deliveries=due.ids)
