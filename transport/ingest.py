"""Bring every update to its end: its effects are committed, or it is dead-lettered. Only then may it be confirmed.

aiogram's own polling confirms an update before its handler has ended, and its webhook answers before that, so a kill or
an exception loses it. Here `polling` and `webhook` receive updates, and both hand them over. Of a press that is stored
and answered polling doesn't wait to hear that the answer arrived (`transport/confirming.py`). One person's updates run
one at a time and in order, people in parallel. While the database is unavailable nothing is confirmed, and nothing
counts as a failed attempt.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Update, User
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from db.database import Database
from db.outages import DatabaseUnavailable
from ops.logs import get_logger
from ops.metrics import Metrics
from services.kit.clock import Clock
from services.system import dead_letters
from services.system.dead_letters import DeadPress
from transport import delivery
from transport.aiogram_tuning import failed_handler
from transport.confirming import Confirmation
from transport.repetitions import Repetitions
from transport.stop import Stop
from views.information import note
from views.translator import Catalogs

log = get_logger("ingest")

RETRY_PAUSES = (0.1, 0.4)  # three attempts within a second, so that no one else waits longer
UNAVAILABLE_PAUSES = (1, 2, 5)
UNREADABLE = "unreadable"
READINGS = 3  # of one update; every reading after the first does without what failed in the one before
OWN_PARTS = frozenset({"message_id", "date", "chat", "from", "text", "caption", "id", "data", "chat_instance"})
"""Without these nobody can tell who wants what, and words that cannot be read are not passed over in silence."""

RawUpdate = dict[str, Any]
T = TypeVar("T")


class CannotServeError(Exception):
    """Updates can't be received; the text is one line for the operator."""


class UpdateSource(Protocol):
    """A source of updates."""

    async def open(self) -> None:
        """Prepare before the first update. Raise CannotServeError, or aiogram's error when Telegram is unreachable."""

    async def run(self) -> None:
        """Receive updates until `stop()`, then finish what is running. Raise CannotServeError."""

    def stop(self) -> None:
        """Receive nothing more."""

    async def close(self) -> None:
        """Release what was opened."""


class Ingest:
    """Takes an update to its end."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, database: Database, catalogs: Catalogs, clock: Clock, metrics: Metrics
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._database = database
        self._catalogs = catalogs
        self._clock = clock
        self._metrics = metrics
        self._stop = Stop()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._done = Repetitions()
        self._told: set[int] = set()  # people who know of the current outage

    def kinds(self) -> list[str]:
        """Return the kinds of updates that have a handler: what to ask Telegram for."""
        return self._dispatcher.resolve_used_update_types()

    def stop(self) -> None:
        """Stop waiting for a database that is unavailable."""
        self._stop.set()

    async def take(self, batch: Iterable[Update], confirmation: Confirmation | None = None) -> None:
        """Bring every update of a batch to its end, however long the database is unavailable.

        `confirmation` learns when the batch may be confirmed, which may be a moment before its end. Raise an outage
        after `stop()`: what is not confirmed stays with Telegram.
        """
        by_person: dict[int, list[Update]] = defaultdict(list)
        for update in batch:
            by_person[_key(update)].append(update)
        confirmation = confirmation or Confirmation()
        confirmation.expect(update.update_id for updates in by_person.values() for update in updates)
        await asyncio.gather(*(self._in_order(updates, confirmation) for updates in by_person.values()))

    async def finish(self, update: Update) -> None:
        """Bring one update to its end. Raise DatabaseUnavailable when it has to come again."""
        person = _key(update)
        turn = self._turns.setdefault(person, asyncio.Lock())
        async with turn:
            if self._done.is_known(update.update_id):
                return
            started = time.perf_counter()
            outcome = "unavailable"
            try:
                error = await self._try(update)
                if error is not None:
                    await self._dead_letter(update, error)
                outcome = "done" if error is None else "dead_lettered"
                self._done.add(update.update_id)
                self._told.discard(person)
            except DatabaseUnavailable as outage:
                log.error("the database is unavailable", error=str(outage), update_id=update.update_id)
                if person not in self._told:
                    self._told.add(person)
                    await self._apologise(update)
                raise
            finally:
                self._metrics.update_ended(_kind(update), outcome, time.perf_counter() - started)

    async def take_raw(self, batch: Iterable[RawUpdate], confirmation: Confirmation | None = None) -> None:
        """Bring updates to their end as Telegram sent them; see `take`."""
        read = [await self._retry_until_available(partial(self.read, raw)) for raw in batch]
        await self.take((update for update in read if update is not None), confirmation)

    async def read(self, raw: RawUpdate) -> Update | None:
        """Parse an update as Telegram sent it, without the parts in which it can't be understood.

        Dead-letter one that can't be understood at all, tell the person, and return None.
        """
        if self._done.is_known(raw["update_id"]):
            return None
        readable = raw
        for _ in range(READINGS):
            try:
                return Update.model_validate(readable, context={"bot": self._bot})
            except ValidationError as error:
                problem = error
            foreign = _foreign_parts(readable, problem)
            if foreign is None:
                break
            without = sorted(".".join(part) for part in foreign)
            log.warning("update parsed in part", update_id=raw["update_id"], without=without)
            readable = _without(readable, foreign)
        log.error("update cannot be parsed", update_id=raw["update_id"], error=type(problem).__name__)
        person = _sender(raw)
        await self._keep(raw["update_id"], UNREADABLE, person.id if person else None, problem, None)
        if person is not None and _is_said_to_bot(raw):
            await self._say_sorry(person)
        self._done.add(raw["update_id"])
        self._metrics.update_ended(UNREADABLE, "dead_lettered", 0)
        return None

    async def repeat_presses(self) -> None:
        """Repeat the presses that an operator wants repeated."""
        async with self._database.begin() as session:
            presses = await dead_letters.claim_retries(session)
        for press in presses:
            await self._repeat(press)

    # --- one update --------------------------------------------------------------------------------------------------

    async def _in_order(self, updates: list[Update], confirmation: Confirmation) -> None:
        for update in updates:
            with confirmation.of(update.update_id):
                await self._retry_until_available(partial(self.finish, update))

    async def _retry_until_available(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what comes of it, however long the database is unavailable; after `stop()` raise the outage."""
        outages = 0
        while True:
            try:
                return await work()
            except DatabaseUnavailable:
                if self._stop.is_set():
                    raise
                await self._stop.sleep(UNAVAILABLE_PAUSES[min(outages, len(UNAVAILABLE_PAUSES) - 1)])
                outages += 1

    async def _try(self, update: Update) -> Exception | None:
        """Make up to three attempts. Return the last one's error, None when one went well; raise an outage."""
        for pause in RETRY_PAUSES:
            if await self._attempt(update) is None:
                return None
            await asyncio.sleep(pause)
        return await self._attempt(update)

    async def _attempt(self, update: Update) -> Exception | None:
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            return error
        return None

    async def _dead_letter(self, update: Update, error: Exception) -> None:
        log.error(
            "update dead-lettered",
            update_id=update.update_id,
            kind=_kind(update),
            handler=failed_handler(error),
            error=type(error).__name__,
            exc_info=error,
        )
        person, query = _person(update), update.callback_query
        await self._keep(update.update_id, _kind(update), person.id if person else None, error, query)
        await self._apologise(update)

    async def _keep(
        self, update_id: int, kind: str, telegram_id: int | None, error: Exception, query: CallbackQuery | None
    ) -> None:
        async with self._database.begin() as session:
            await dead_letters.store(
                session,
                update_id=update_id,
                kind=kind,
                telegram_id=telegram_id,
                handler=failed_handler(error),
                error=type(error).__name__,
                callback_data=query.data if query else None,
                now=self._clock(),
            )

    async def _apologise(self, update: Update) -> None:
        person = _person(update)
        if person is None or not (update.message or update.edited_message or update.callback_query):
            return
        if update.callback_query is not None:
            await delivery.answer(update.callback_query)
        await self._say_sorry(person)

    async def _say_sorry(self, person: User) -> None:
        t = self._catalogs.translator(person.language_code)
        await delivery.tell(self._bot, person.id, note(t("error.general")))

    async def _repeat(self, press: DeadPress) -> None:
        """Repeat a press from what was kept of it. Its message is unknown by now, so the answer comes as a new one."""
        query = CallbackQuery(
            id=f"repeated-{press.update_id}",
            from_user=User(id=press.telegram_id, is_bot=False, first_name=""),
            chat_instance="",
            data=press.callback_data,
        ).as_(self._bot)
        update = Update(update_id=press.update_id, callback_query=query).as_(self._bot)
        turn = self._turns.setdefault(press.telegram_id, asyncio.Lock())
        async with turn:
            error = await self._try(update)
        if error is not None:
            await self._dead_letter(update, error)
            return
        async with self._database.begin() as session:
            await dead_letters.remove(session, press.update_id)
        log.info("press repeated", update_id=press.update_id)


def _kind(update: Update) -> str:
    try:
        return update.event_type
    except UpdateTypeLookupError:
        return "unknown"


def _person(update: Update) -> User | None:
    try:
        return getattr(update.event, "from_user", None)
    except UpdateTypeLookupError:
        return None


def _key(update: Update) -> int:
    person = _person(update)
    return person.id if person else 0


def _foreign_parts(raw: RawUpdate, error: ValidationError) -> set[tuple[str, str]] | None:
    """Return the parts in which an update failed, each by its kind and its field; None when it is nothing without one.

    What a person forwards, quotes or answers was made by others, by any version of Telegram.
    """
    parts = set()
    for kind, field in ([*map(str, problem["loc"]), ""][:2] for problem in error.errors()):
        content = raw.get(kind)
        if field in OWN_PARTS or not isinstance(content, dict) or field not in content:
            return None
        parts.add((kind, field))
    return parts


def _without(raw: RawUpdate, parts: Iterable[tuple[str, str]]) -> RawUpdate:
    rest = dict(raw)
    for kind, field in parts:
        rest[kind] = {name: value for name, value in rest[kind].items() if name != field}
    return rest


def _sender(raw: RawUpdate) -> User | None:
    """Return the person behind an update that can't be parsed, None where not even that can be told."""
    account = _content(raw).get("from")
    if not isinstance(account, dict) or type(account.get("id")) is not int:
        return None
    language = account.get("language_code")
    return User(
        id=account["id"], is_bot=False, first_name="", language_code=language if isinstance(language, str) else None
    )


def _is_said_to_bot(raw: RawUpdate) -> bool:
    """Return whether someone is waiting for an answer in their own chat."""
    chat = _content(raw).get("chat")
    is_in_group = isinstance(chat, dict) and chat.get("type") in {"group", "supergroup"}
    return ("message" in raw or "callback_query" in raw) and not is_in_group


def _content(raw: RawUpdate) -> dict[str, Any]:
    return next((value for name, value in raw.items() if name != "update_id" and isinstance(value, dict)), {})
