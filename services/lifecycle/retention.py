"""How long rows are kept: of people who left, who got another account and did not answer, who never came, and the
answers of people who stay.

Of people who are out everything is erased, the row in the archive included: nothing about a person is kept longer than
they were told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Invite, Metric, Recommendation, User
from services.account import users
from services.account.member import Member
from services.lifecycle.messages import FROZEN, WAITS

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Overdue:
    """Which kinds of rows are kept for longer than they may be."""

    people: bool
    names_in_invites: bool
    answers: bool


class Retention:
    """`keeps`: how long people who left can take their own data away; `keeps_answers`: how old an answer may get."""

    def __init__(self, keeps: timedelta, keeps_answers: timedelta) -> None:
        self._keeps = keeps
        self._keeps_answers = keeps_answers

    def kept_until(self, member: Member) -> date | None:
        """Return the last day, in their zone, on which the data of a person who is out is here; None for the others."""
        if member.moved_at is not None:
            return member.rhythm.date_of(member.moved_at + WAITS)
        left = member.offboarded_at
        return None if left is None else member.rhythm.date_of(left + self._keeps)

    async def overdue(self, session: AsyncSession, now: datetime) -> Overdue:
        """Return what is kept longer than people were told. One statement."""
        people = (exists().where(*condition) for condition in self._out(now))
        answers = (exists().where(condition) for condition in self._old(now))
        row = await session.execute(select(or_(*people), exists().where(*_stale(now)), or_(*answers)))
        return Overdue(*row.one())

    async def due(self, session: AsyncSession, now: datetime) -> list[int]:
        """Return up to AT_ONCE people of either kind whose time is over."""
        left, moved = (select(User.id).where(*condition).limit(AT_ONCE) for condition in self._out(now))
        since_left, since_moved = left.order_by(User.offboarded_at), moved.order_by(User.moved_at)
        return [*await session.scalars(since_left), *await session.scalars(since_moved)]

    async def erase(self, session: AsyncSession, user_id: int, now: datetime) -> bool:
        """Erase one of them, unless they came back or another replica did it in the meantime; return whether it was
        done.
        """
        row = await session.get(User, user_id, with_for_update=True)
        if row is None or not self._is_over(row, now):
            return False
        session.expunge(row)
        await users.erase(session, user_id)
        return True

    async def forget_names(self, session: AsyncSession, now: datetime) -> None:
        """Take the names out of these invites."""
        await session.execute(update(Invite).where(*_stale(now)).values(name=None, telegram_id=None))

    async def erase_old_answers(self, session: AsyncSession, now: datetime) -> None:
        """Erase old check-ins, pulses and closed steps. What was published of them stays: it names no one."""
        for table, condition in zip((Assessment, Metric, Recommendation), self._old(now), strict=True):
            await session.execute(delete(table).where(condition))

    def _out(self, now: datetime) -> tuple[tuple[ColumnElement[bool], ...], ...]:
        """Return who left, and who got another account, long enough ago."""
        left = (User.offboarded_at <= now - self._keeps, User.moved_at.is_(None))
        moved = (User.moved_at <= now - WAITS - FROZEN,)
        return left, moved

    def _old(self, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
        before = now - self._keeps_answers
        return Assessment.period < before.date(), Metric.period < before.date(), Recommendation.closed_at < before

    def _is_over(self, user: User, now: datetime) -> bool:
        if user.moved_at is not None:
            return user.moved_at <= now - WAITS - FROZEN
        return user.offboarded_at is not None and user.offboarded_at <= now - self._keeps


def _stale(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Invite.name.is_not(None), Invite.expires_at <= now
