"""Check-in periods that are held, and the date of the next invitation: every screen that names one takes it from here.

No one is asked in a held period: HR has first to do what it promised (services/company/calendar/holds.py). In other
periods everyone is invited in the last but one week, a newcomer not before two working weeks (`Rhythm.invitation_at`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Hold
from services.kit.calendar.periods import Calendar, Period
from services.kit.calendar.rhythm import Rhythm


@dataclass(frozen=True, slots=True)
class HeldPeriods:
    """The periods that are held: from `first` up to `until`, or (None) until what was promised is closed."""

    first: date
    until: date | None

    def has(self, period: Period) -> bool:
        """Return whether this period is one of them."""
        return self.first <= period.start and (self.until is None or period.start < self.until)


@dataclass(frozen=True, slots=True)
class OnHold:
    """No one is asked in this period (`is_now`) or in the next one, which begins on `first`.

    `next_date`: the person's next invitation; None while no one can know.
    """

    is_now: bool
    first: date
    next_date: date | None


async def all_held(session: AsyncSession) -> list[HeldPeriods]:
    """Return everything that was ever held, or will be."""
    rows = await session.execute(select(Hold.first, Hold.until).order_by(Hold.first))
    return [HeldPeriods(first, until) for first, until in rows]


def is_held(held: Iterable[HeldPeriods], period: Period) -> bool:
    """Return whether no one is asked in this period."""
    return any(one.has(period) for one in held)


def next_asked(held: Collection[HeldPeriods], period: Period) -> Period | None:
    """Return the first period from this one on in which people are asked, None while no one can know."""
    while is_held(held, period):
        if any(one.has(period) and one.until is None for one in held):
            return None
        period = period.next()
    return period


def next_invitation(calendar: Calendar, rhythm: Rhythm, held: Collection[HeldPeriods], period: Period) -> date | None:
    """Return the person's date of the first invitation from this period on, None while no one can know."""
    asked = next_asked(held, period)
    while asked is not None:
        closes_at = calendar.closes_at(asked)
        moment = rhythm.invitation_at(asked, closes_at)
        if moment < closes_at:
            return rhythm.date_of(moment)
        asked = next_asked(held, asked.next())
    return None


def hold_at(calendar: Calendar, rhythm: Rhythm, held: Collection[HeldPeriods], now: datetime) -> OnHold | None:
    """Return what is held of this period and the next, None where both are asked as usual."""
    period = calendar.period_at(now)
    for one in (period, period.next()):
        if is_held(held, one):
            return OnHold(one == period, one.start, next_invitation(calendar, rhythm, held, one))
    return None


async def find_hold(session: AsyncSession, calendar: Calendar, rhythm: Rhythm, now: datetime) -> OnHold | None:
    """Return the same by what is stored."""
    return hold_at(calendar, rhythm, await all_held(session), now)
