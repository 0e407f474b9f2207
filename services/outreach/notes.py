"""What employees read about a promise, the same in preview, delivery and on the screen, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise, Reaction, User
from models.upsert import insert_into
from services.account.unit_of_work import UnitOfWork
from services.company.audience import DONE_FOR, NEWS_OF_PROMISE, OF_PROMISE, includes
from services.kit.calendar import WEEK, Calendar
from services.kit.text import name_in
from services.outreach.errors import PromiseGone

Stage = Literal["planned", "moved", "done"]
PLANNED: Stage = "planned"
MOVED: Stage = "moved"
DONE: Stage = "done"
NEWS_FOR = timedelta(weeks=2)  # a promise is news on the home screen for so long


@dataclass(frozen=True, slots=True)
class Note:
    """A promise in the reader's language; `due` is None for what was done without having been planned here.

    `by_manager`: an agreement of the own group. `helped`: what could be said later, a services.summary.helped.Helped.
    """

    promise_id: int
    stage: Stage
    text: str
    due: date | None
    by_manager: bool = False
    helped: str | None = None


def write(promise: Promise, stage: Stage, locale: str) -> Note:
    """Return the note about a promise for readers of this language."""
    text = name_in(locale, promise.text, promise.text_en)
    return Note(promise.id, stage, text, promise.due, promise.by_manager, promise.helped)


async def concerning(session: AsyncSession, promise_id: int, user_id: int, day: date) -> Promise | None:
    """Return the promise when it is for this person, with the reporting groups of `day`."""
    return await session.scalar(
        select(Promise).join(User, includes(OF_PROMISE, day)).where(Promise.id == promise_id, User.id == user_id)
    )


class Reacted(StrEnum):
    """What became of "noticed" or "not yet"."""

    COUNTED = "counted"
    EARLIER = "earlier"  # the first answer counts
    OVER = "over"  # the answers were counted, or will not be


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A note on the screen; `may_react` while an answer still counts."""

    note: Note
    may_react: bool


class Notes:
    """Reading notes and reacting to them. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    async def news(self, uow: UnitOfWork) -> Note | None:
        """Return the newest promise for this person, while it is news."""
        row = await uow.session.scalar(
            select(Promise)
            .join(User, includes(OF_PROMISE, self._day(uow.now)))
            .where(User.id == uow.member.id, uow.now - NEWS_FOR <= NEWS_OF_PROMISE)
            .order_by(NEWS_OF_PROMISE.desc(), Promise.id.desc())
            .limit(1)
        )
        return None if row is None else write(row, _stage_of(row), uow.member.locale)

    async def standing(self, uow: UnitOfWork) -> Note | None:
        """Return the newest promise for this person that is still to be kept, or was kept lately."""
        row = await uow.session.scalar(
            select(Promise)
            .join(User, includes(OF_PROMISE, self._day(uow.now)))
            .where(User.id == uow.member.id, or_(Promise.state == PLANNED, uow.now - DONE_FOR <= NEWS_OF_PROMISE))
            .order_by(NEWS_OF_PROMISE.desc(), Promise.id.desc())
            .limit(1)
        )
        return None if row is None else write(row, _stage_of(row), uow.member.locale)

    async def read(self, uow: UnitOfWork, promise_id: int) -> NoteCard:
        """Return the note about a promise for this person. Raise PromiseGone."""
        row = await concerning(uow.session, promise_id, uow.member.id, self._day(uow.now))
        if row is None:
            raise PromiseGone
        has_reacted = await uow.session.scalar(
            select(exists().where(Reaction.promise_id == row.id, Reaction.user_id == uow.member.id))
        )
        is_open = row.asked_at is not None and row.asked_at >= self._asked_since(uow.now)
        return NoteCard(write(row, _stage_of(row), uow.member.locale), is_open and not has_reacted)

    async def react(self, uow: UnitOfWork, promise_id: int, *, noticed: bool) -> tuple[Reacted, NoteCard]:
        """Take the first answer of a person the promise is for, while it still counts. Raise PromiseGone."""
        columns = (literal(noticed), literal(uow.now, Reaction.created_at.type))
        source = (
            select(Promise.id, User.id, *columns)
            .select_from(Promise)
            .join(User, includes(OF_PROMISE, self._day(uow.now)))
            .where(
                Promise.id == promise_id,
                User.id == uow.member.id,
                Promise.state == DONE,
                Promise.asked_at <= uow.now,
                Promise.asked_at >= self._asked_since(uow.now),
            )
        )
        insert = insert_into(uow.session, Reaction).from_select(
            ["promise_id", "user_id", "noticed", "created_at"], source
        )
        counted = await uow.session.scalar(
            insert.on_conflict_do_nothing(index_elements=["promise_id", "user_id"]).returning(Reaction.id)
        )
        card = await self.read(uow, promise_id)
        if counted is not None:
            return Reacted.COUNTED, card
        is_known = exists().where(Reaction.promise_id == promise_id, Reaction.user_id == uow.member.id)
        return (Reacted.EARLIER if await uow.session.scalar(select(is_known)) else Reacted.OVER), card

    def _day(self, now: datetime) -> date:
        """Return the day whose reporting groups apply."""
        return self._calendar.period_at(now).start

    def _asked_since(self, now: datetime) -> datetime:
        """Answers about what was asked from this moment on still count: until the week after the asking closes."""
        return self._calendar.week_closes_at(self._calendar.week_of(now) - 2 * WEEK)


def _stage_of(row: Promise) -> Stage:
    return DONE if row.state == DONE else PLANNED
