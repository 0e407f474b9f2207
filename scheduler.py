"""Ticks: every 15 seconds everything that is due leaves. Who is due is a query over rows.

Every replica ticks. Planning is done by any of them; sending by the one that holds a lock, so that the deployment keeps
to Telegram's rate. That nothing leaves twice never rests on the lock: a delivery is claimed, committed, and only then
sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiogram import Bot
from aiolimiter import AsyncLimiter
from apscheduler.job import Job as ScheduledJob
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from db.database import Database
from db.locks import Lock
from db.outages import DatabaseUnavailable
from ops.logs import get_logger
from ops.metrics import Metrics
from services.account import users
from services.kit.clock import Clock, system_clock
from services.notifications.claims import Claims, Outcome
from services.notifications.planner import Planner
from services.notifications.subjects import DueMessage
from services.outreach.contact import requests as contact
from transport.delivery import Sent, send
from transport.stop import Stop
from views.notifications import proactive
from views.translator import Catalogs

log = get_logger("scheduler")
deliveries_log = get_logger("delivery")

TICK = timedelta(seconds=15)
CLAIM_AT_ONCE = 20
MESSAGES_PER_SECOND = 25  # Telegram's own limit for a bot is about 30
RECORD_SECONDS = 45  # within the lease: after it, the row may be another replica's
RECORD_PAUSE = 1

Job = Callable[[], Awaitable[None]]


class Ticker:
    """Plan and send: every `TICK` after `start()`, and whenever `tick()` is called."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        planner: Planner,
        claims: Claims,
        catalogs: Catalogs,
        clock: Clock,
        *,
        sender: Lock,
        metrics: Metrics,
        jobs: Sequence[Job] = (),
    ) -> None:
        self._bot = bot
        self._database = database
        self._planner = planner
        self._claims = claims
        self._catalogs = catalogs
        self._clock = clock
        self._sender = sender
        self._metrics = metrics
        self._jobs = jobs
        self._limiter = AsyncLimiter(1, 1 / MESSAGES_PER_SECOND)
        self._one_at_a_time = asyncio.Lock()
        self._stop = Stop()
        self._held_back: tuple[datetime, datetime] | None = None  # by a 429: since when, until when
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._watch: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to tick; the first time at once."""
        ticking = self._scheduler.add_job(
            self._tick_by_clock,
            IntervalTrigger(seconds=int(TICK.total_seconds()), timezone=UTC),
            next_run_time=system_clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self._watch_the_clock(ticking)

    def _watch_the_clock(self, ticking: ScheduledJob) -> None:
        """Tick now when the clock was set back: APScheduler waits for a time of day, which could then take long.

        A timer of the event loop watches for it, since that counts seconds and not the time of day.
        """
        if ticking.next_run_time - system_clock() > 2 * TICK:
            ticking.modify(next_run_time=system_clock())
        self._watch = asyncio.get_running_loop().call_later(TICK.total_seconds(), self._watch_the_clock, ticking)

    async def stop(self) -> None:
        """Stop ticking, and let the message that is on its way end. When cancelled, give it up."""
        if not self._scheduler.running:
            return
        self._stop.set()
        if self._watch is not None:
            self._watch.cancel()
        self._scheduler.pause()
        try:
            async with self._one_at_a_time:
                pass
        finally:
            self._scheduler.shutdown(wait=False)
            await self._sender.release()

    async def tick(self) -> int:
        """Run the jobs, plan who has to be planned, send what is due; return the number of messages that left."""
        async with self._one_at_a_time:
            await self._run_jobs()
            await self._plan()
            sent = await self._send_due()
            await self._clean_up()
            return sent

    async def _tick_by_clock(self) -> None:
        """One tick by the clock: it sends only in the elected replica."""
        try:
            is_sender = await self._sender.acquire()
            if is_sender:
                await self.tick()
            else:
                await self._run_jobs()
                await self._plan()
            self._metrics.tick_ended(is_sender=is_sender)
        except DatabaseUnavailable as outage:
            self._metrics.tick_failed()
            log.error("the database is unavailable", error=str(outage))

    async def _run_jobs(self) -> None:
        """Run the jobs before planning, so that what they plan leaves at once. One that fails holds up nothing else."""
        for job in self._jobs:
            try:
                await job()
            except DatabaseUnavailable:
                raise
            except Exception as error:
                log.error("job failed", exc_info=error)

    async def _plan(self) -> None:
        async with self._database.begin() as session:
            await self._claims.release_expired(session, self._clock())
        while not self._stop.is_set():
            async with self._database.begin() as session:
                planned = await self._planner.plan(session, self._clock())
            if not planned:
                return
            log.info("planned", people=planned)

    async def _clean_up(self) -> None:
        async with self._database.begin() as session:
            await contact.forget_words(session)
        await self._database.empty_log()

    # --- sending -----------------------------------------------------------------------------------------------------

    async def _send_due(self) -> int:
        sent = 0
        while self._may_send():
            async with self._database.begin() as session:
                claimed = await self._claims.claim(session, self._clock(), CLAIM_AT_ONCE)
            if claimed is None:
                break
            for due in claimed:
                if self._may_send():  # what is claimed and does not leave is free again when its lease is over
                    sent += await self._send(due)
        return sent

    def _may_send(self) -> bool:
        """Return False while stopping, and while Telegram has to be left alone (a clock set back can't prolong)."""
        if self._held_back is not None:
            since, until = self._held_back
            if since <= self._clock() < until:
                return False
            self._held_back = None
        return not self._stop.is_set()

    async def _send(self, due: DueMessage) -> bool:
        await self._limiter.acquire()
        async with self._database.begin() as session:
            if not await self._claims.mark_sending(session, due, self._clock()):
                return False
        result = await self._deliver(due)
        if result.retry_after:
            now = self._clock()
            self._held_back = (now, now + timedelta(seconds=result.retry_after))
            log.warning("the next message waits", outcome=str(result.outcome), seconds=result.retry_after)
        await self._record(due, result)
        return result.outcome is Outcome.SENT

    async def _deliver(self, due: DueMessage) -> Sent:
        """Send it. One that cannot even be written down fails alone and does not stop the others."""
        try:
            screen = proactive(self._catalogs.translator(due.locale), due)
        except Exception as error:
            log.error("message cannot be made", deliveries=due.ids, exc_info=error)
            return Sent(Outcome.FAILED)
        return await send(self._bot, due.telegram_id, screen)

    async def _record(self, due: DueMessage, result: Sent) -> None:
        """Write down what became of it. While the database is unavailable, try for as long as the row is ours."""
        give_up_at = time.monotonic() + RECORD_SECONDS
        while True:
            try:
                await self._write_down(due, result)
                break
            except DatabaseUnavailable as outage:
                if self._stop.is_set() or time.monotonic() > give_up_at:
                    raise
                log.error("the database is unavailable", error=str(outage), deliveries=due.ids)
                await self._stop.sleep(RECORD_PAUSE)
        about = [part.kind for part in due.parts]
        self._metrics.message_ended(about, str(result.outcome), (self._clock() - due.due_at).total_seconds())
        deliveries_log.info("delivered", kinds=about, outcome=str(result.outcome), deliveries=due.ids, user=due.user_id)

    async def _write_down(self, due: DueMessage, result: Sent) -> None:
        async with self._database.begin() as session:
            await self._claims.record_outcome(
                session,
                due,
                result.outcome,
                self._clock(),
                message_id=result.message_id,
                retry_after=result.retry_after,
            )
            if result.outcome is Outcome.UNREACHABLE:
                await users.set_reachable(session, due.telegram_id, False, self._clock())
