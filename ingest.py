"""Takes updates in and confirms them only after their effects are committed.

aiogram's own polling confirms an update before its handler has ended, so a kill or an exception loses it. Here a batch
is grouped by person; each person's updates run in order, people in parallel; the offset moves when every one of them is
committed or set aside. While the database is away nothing is confirmed and nothing is counted as a failed attempt.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update, User

from db import Database, is_away
from delivery import send
from logs import get_logger
from services import deadletters
from services.clock import Clock
from views.information import note
from views.translator import Catalogs

log = get_logger("ingest")

POLL_SECONDS = 25
POLL_MARGIN_SECONDS = 10
BATCH = 100
RETRY_PAUSES = (0.1, 0.4)  # three attempts within a second, so that nobody else waits longer
AWAY_PAUSES = (1, 2, 5)
TELEGRAM_PAUSES = (1, 2, 5, 15, 30)
CONFLICTS_TO_STOP = 3


class StoppedByTelegramError(Exception):
    """Polling cannot go on; the text is one line for the operator."""


class Ingest:
    """The loop from getUpdates to the Dispatcher."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, database: Database, catalogs: Catalogs, clock: Clock) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._database = database
        self._catalogs = catalogs
        self._clock = clock
        self._stopping = asyncio.Event()
        self._offset: int | None = None

    def stop(self) -> None:
        """Take nothing more in; what is running is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until `stop()`. Raises StoppedByTelegramError when another instance polls or the token is refused."""
        kinds = self._dispatcher.resolve_used_update_types()
        failures = conflicts = 0
        while not self._stopping.is_set():
            try:
                batch = await self._poll(kinds)
                failures = conflicts = 0
            except TelegramUnauthorizedError:
                raise StoppedByTelegramError("BOT_TOKEN: is refused by Telegram") from None
            except TelegramConflictError:
                conflicts += 1
                if conflicts == CONFLICTS_TO_STOP:
                    raise StoppedByTelegramError("BOT_TOKEN: another instance is polling with this token") from None
                await self._pause(conflicts)
                continue
            except TelegramRetryAfter as error:
                await self._pause(error.retry_after)
                continue
            except (TelegramAPIError, TelegramNetworkError, ClientDecodeError) as error:
                pause = TELEGRAM_PAUSES[min(failures, len(TELEGRAM_PAUSES) - 1)]
                failures += 1
                log.warning("Telegram is out of reach", error=type(error).__name__, next_try_in_seconds=pause)
                await self._pause(pause)
                continue
            if batch:
                await self.take(batch)
                self._offset = batch[-1].update_id + 1
        await self._confirm()

    async def take(self, batch: Iterable[Update]) -> None:
        """Bring every update of the batch to its end: committed, or set aside after three failures."""
        by_person: dict[int, list[Update]] = defaultdict(list)
        for update in batch:
            by_person[_key(update)].append(update)
        await asyncio.gather(*(self._in_order(updates) for updates in by_person.values()))

    # --- polling -----------------------------------------------------------------------------------------------------

    async def _poll(self, kinds: list[str]) -> list[Update]:
        """One long poll, given up at once when the stop comes: unconfirmed updates stay with Telegram."""
        request = self._bot(
            GetUpdates(offset=self._offset, limit=BATCH, timeout=POLL_SECONDS, allowed_updates=kinds),
            request_timeout=POLL_SECONDS + POLL_MARGIN_SECONDS,
        )
        poll = asyncio.ensure_future(request)  # noqa: TID251 (awaited or cancelled right here)
        stop = asyncio.ensure_future(self._stopping.wait())  # noqa: TID251
        try:
            await asyncio.wait((poll, stop), return_when=asyncio.FIRST_COMPLETED)
            return poll.result() if poll.done() else []
        finally:
            for task in (poll, stop):
                task.cancel()
            await asyncio.gather(poll, stop, return_exceptions=True)

    async def _confirm(self) -> None:
        """Tell Telegram what is done, so that the next start does not see it again."""
        if self._offset is None:
            return
        try:
            await self._bot(GetUpdates(offset=self._offset, limit=1, timeout=0), request_timeout=POLL_MARGIN_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("last offset not confirmed", error=type(error).__name__)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    # --- one update --------------------------------------------------------------------------------------------------

    async def _in_order(self, updates: list[Update]) -> None:
        for update in updates:
            await self._until_done(update)

    async def _until_done(self, update: Update) -> None:
        failures = outages = 0
        given_up: Exception | None = None
        while True:
            try:
                if given_up is None:
                    await self._dispatcher.feed_update(self._bot, update)
                else:
                    await self._set_aside(update, given_up)
                return
            except Exception as error:
                if is_away(error):
                    await self._wait_for_database(update, outages, error)
                    outages += 1
                elif given_up is not None:
                    raise
                elif failures == len(RETRY_PAUSES):
                    given_up = error
                else:
                    await asyncio.sleep(RETRY_PAUSES[failures])
                    failures += 1

    async def _wait_for_database(self, update: Update, outages: int, error: Exception) -> None:
        log.error("the database is away", error=type(error).__name__, update_id=update.update_id)
        if outages == 0:
            await self._apologise(update)
        if self._stopping.is_set():
            raise error
        await self._pause(AWAY_PAUSES[min(outages, len(AWAY_PAUSES) - 1)])

    async def _set_aside(self, update: Update, error: Exception) -> None:
        log.error("update set aside", update_id=update.update_id, kind=update.event_type, exc_info=error)
        person = _person(update)
        async with self._database.begin() as session:
            await deadletters.set_aside(
                session,
                update_id=update.update_id,
                kind=update.event_type,
                telegram_id=person.id if person else None,
                error=type(error).__name__,
                callback_data=update.callback_query.data if update.callback_query else None,
                now=self._clock(),
            )
        await self._apologise(update)

    async def _apologise(self, update: Update) -> None:
        person = _person(update)
        if person is not None and (update.message or update.callback_query):
            t = self._catalogs.translator(person.language_code or "")
            await send(self._bot, person.id, note(t("error.general")))


def _person(update: Update) -> User | None:
    event = update.event
    return getattr(event, "from_user", None)


def _key(update: Update) -> int:
    person = _person(update)
    return person.id if person else 0
