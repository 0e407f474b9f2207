"""Long polling, by one process at a time: the offset moves once every update of a batch may be confirmed.

A lock that dies with its process keeps a second poller out. Where there is no shared database, Telegram itself says
that another process is polling: then whoever came first goes on.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from db.locks import HELD_BY_ANOTHER, Lock, take
from db.outages import DatabaseUnavailable
from ops.logs import get_logger
from transport.aiogram_tuning import GetRawUpdates
from transport.confirming import Confirmation
from transport.ingest import UNAVAILABLE_PAUSES, CannotServeError, Ingest, RawUpdate
from transport.stop import Stop, Stopped

log = get_logger("ingest")

POLL_SECONDS = 25
POLL_MARGIN_SECONDS = 10
CALL_SECONDS = 20
BATCH = 100
TELEGRAM_PAUSES = (1, 2, 5, 15, 30)
CONFLICTS_TO_STOP = 3
COMES_BACK_SECONDS = 1.5  # whoever is interrupted by a newcomer polls again after a second
SETTLED_SECONDS = 30
WEBHOOK_IS_SET = "webhook is active"


class Polling:
    """The loop from getUpdates to the Ingest."""

    def __init__(self, bot: Bot, ingest: Ingest, lock: Lock) -> None:
        self._bot = bot
        self._ingest = ingest
        self._lock = lock
        self._stop = Stop()
        self._offset: int | None = None
        self._alone_since = 0.0
        self._is_settled = False
        self._conflicts = 0
        self._running: set[asyncio.Task[None]] = set()  # batches that are confirmed while their last replies arrive

    async def open(self) -> None:
        """Take the lock and delete the webhook. Raise CannotServeError while another process is polling."""
        await self._take_lock()
        await self._bot.delete_webhook(request_timeout=CALL_SECONDS)

    async def run(self) -> None:
        """Poll until `stop()`. Raise CannotServeError when another process is polling or the token is refused."""
        kinds = self._ingest.kinds()
        self._alone_since = time.monotonic()
        try:
            while not self._stop.is_set():
                batch = await self._next_batch(kinds)
                if not await self._lock.is_held():
                    log.error("the polling lock is lost", dropped=len(batch))  # Telegram sends these updates again
                    await self._take_lock()
                elif batch:
                    await self._take(batch)
        finally:
            await asyncio.gather(*self._running)
        await self._confirm()

    def stop(self) -> None:
        """Receive nothing more; what is running is finished."""
        self._stop.set()
        self._ingest.stop()

    async def close(self) -> None:
        """Let another process poll."""
        await self._lock.release()

    async def _take(self, batch: list[RawUpdate]) -> None:
        """Take a batch in, and move the offset as soon as it may be confirmed."""
        confirmation = Confirmation()
        work = await confirmation.begin(self._ingest.take_raw(batch, confirmation))
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        self._offset = batch[-1]["update_id"] + 1

    async def _take_lock(self) -> None:
        """Wait for the database as long as it takes, but for another process only a moment."""
        outages = 0
        while not self._stop.is_set():
            try:
                if await take(self._lock, self._stop.sleep) or self._stop.is_set():
                    return
                raise CannotServeError(HELD_BY_ANOTHER)
            except DatabaseUnavailable as outage:
                log.error("the database is unavailable", error=str(outage))
                await self._stop.sleep(UNAVAILABLE_PAUSES[min(outages, len(UNAVAILABLE_PAUSES) - 1)])
                outages += 1

    async def _next_batch(self, kinds: list[str]) -> list[RawUpdate]:
        """Return what the next successful poll brings; nothing when the stop comes first."""
        failures = 0
        while not self._stop.is_set():
            try:
                batch = await self._poll(kinds)
                self._is_settled = self._is_settled or self._has_polled_alone()
                return batch
            except TelegramUnauthorizedError:
                raise CannotServeError("BOT_TOKEN: refused by Telegram") from None
            except TelegramConflictError as conflict:
                await self._face(conflict)
            except TelegramRetryAfter as error:
                await self._stop.sleep(error.retry_after)
            except (TelegramAPIError, TelegramNetworkError, ClientDecodeError) as error:
                pause = TELEGRAM_PAUSES[min(failures, len(TELEGRAM_PAUSES) - 1)]
                failures += 1
                log.warning("Telegram is out of reach", error=type(error).__name__, next_try_in_seconds=pause)
                await self._stop.sleep(pause)
        return []

    def _has_polled_alone(self) -> bool:
        """Return whether no other instance has polled for long enough to conclude that there is none."""
        alone = time.monotonic() - self._alone_since
        return alone > (SETTLED_SECONDS if self._conflicts else COMES_BACK_SECONDS)

    async def _face(self, conflict: TelegramConflictError) -> None:
        """Meet another instance, which has another database: the newcomer gives up, the earlier one goes on.

        Raise CannotServeError in the newcomer.
        """
        if WEBHOOK_IS_SET in conflict.message:
            log.error("somebody set a webhook for this bot, which is taken back")
            with suppress(TelegramAPIError, ClientDecodeError):
                await self._bot.delete_webhook(request_timeout=CALL_SECONDS)
        self._conflicts += 1
        self._alone_since = time.monotonic()
        if self._is_settled:
            log.error("another instance polls with this token: stop it, or get a new token", conflicts=self._conflicts)
        elif self._conflicts == CONFLICTS_TO_STOP:
            raise CannotServeError(
                "BOT_TOKEN: another instance polls with this token: stop that one, or take another bot's token for this"
            )
        await self._stop.sleep(1 if self._is_settled else self._conflicts)

    async def _poll(self, kinds: list[str]) -> list[RawUpdate]:
        """Poll once, giving up as soon as the stop comes: unconfirmed updates stay with Telegram."""
        request = self._bot(
            GetRawUpdates(offset=self._offset, limit=BATCH, timeout=POLL_SECONDS, allowed_updates=kinds),
            request_timeout=POLL_SECONDS + POLL_MARGIN_SECONDS,
        )
        try:
            return await self._stop.race(request)
        except Stopped:
            return []

    async def _confirm(self) -> None:
        """Tell Telegram what is done, so that the next start doesn't see it again."""
        if self._offset is None:
            return
        try:
            await self._bot(GetRawUpdates(offset=self._offset, limit=1, timeout=0), request_timeout=POLL_MARGIN_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("last offset not confirmed", error=type(error).__name__)
