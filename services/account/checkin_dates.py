"""When people are asked for a check-in: the one place that says in which periods, and from which date on.

Whole periods are held while HR has first to do what it promised (services/company/calendar/holds.py): nobody is asked
in them. In the others everybody is invited in the last but one week, a newcomer not before two working weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Hold
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import Calendar, Period, Rhythm


@dataclass(frozen=True, slots=True)
class HeldPeriods:
    """The periods that are held: from `first` up to `until`, or (None) until what was promised is closed."""

    first: date
    until: date | None

    def has(self, period: Period) -> bool:
        """Whether this period is one of them."""
        return self.first <= period.start and (self.until is None or period.start < self.until)


@dataclass(frozen=True, slots=True)
class OnHold:
    """Nobody is asked in this period (`is_now`) or in the next one, which begins on `first`.

    `next_date`: the person's next invitation; None while nobody can know.
    """

    is_now: bool
    first: date
    next_date: date | None


async def all_held(session: AsyncSession) -> list[HeldPeriods]:
    """Everything that was ever held, or will be."""
    rows = await session.execute(select(Hold.first, Hold.until).order_by(Hold.first))
    return [HeldPeriods(first, until) for first, until in rows]


def is_held(held: Iterable[HeldPeriods], period: Period) -> bool:
    """Whether nobody is asked in this period."""
    return any(one.has(period) for one in held)


def next_asked(held: Collection[HeldPeriods], period: Period) -> Period | None:
    """Return the first period from this one on in which people are asked, None while nobody can know."""
    while is_held(held, period):
        if any(one.has(period) and one.until is None for one in held):
            return None
        period = period.next()
    return period


def invited_at(calendar: Calendar, rhythm: Rhythm, joined: datetime, period: Period) -> datetime:
    """When somebody who joined then is invited to a period; not before its end where there is no time for it."""
    settled_on = rhythm.settled_on(rhythm.date_of(joined))
    return max(rhythm.invitation_at(period, calendar.closes_at(period)), rhythm.hour_on(settled_on))


def next_invitation(calendar: Calendar, member: Member, held: Collection[HeldPeriods], period: Period) -> date | None:
    """Return the person's date of the first invitation from this period on, None while nobody can know."""
    asked = next_asked(held, period)
    while asked is not None:
        moment = invited_at(calendar, member.rhythm, member.join_date, asked)
        if moment < calendar.closes_at(asked):
            return member.rhythm.date_of(moment)
        asked = next_asked(held, asked.next())
    return None


def hold_at(calendar: Calendar, member: Member, held: Collection[HeldPeriods], now: datetime) -> OnHold | None:
    """Return what is held of this period and the next, None where both are asked as usual."""
    period = calendar.period_at(now)
    for one in (period, period.next()):
        if is_held(held, one):
            return OnHold(one == period, one.start, next_invitation(calendar, member, held, one))
    return None


async def find_hold(uow: UnitOfWork, calendar: Calendar) -> OnHold | None:
    """Return the same for the person behind a use case."""
    return hold_at(calendar, uow.member, await all_held(uow.session), uow.now)
