"""The organisation's own days: days off, a closure of the whole company, and working Saturdays. Never of one person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import CompanyDay
from models.upsert import insert_into
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.calendar.country import country, plan_anew
from services.company.errors import DaysBackwards, DaysGone, DaysPast, DaysTooFar, OneWorkingDay
from services.kit.calendar import Calendar
from services.kit.days import parse_day

AHEAD = timedelta(days=366)
KEPT = timedelta(days=400)  # days that are over still say which weeks were not asked about
SPAN = re.compile(
    r"\s+[-–—]\s+|[–—]|(?<=\d)\s*-\s*(?=\d+[./])|\s+(?:to|until|till|through"
    r"|\u043f\u043e|\u0434\u043e)\s+",  # what Russians write in between
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnDaysLine:
    """One entry, both ends included: no one is written to, or (`is_working`) everyone works."""

    id: int
    first: date
    last: date
    is_working: bool


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """What HR sees: whose public holidays are kept ("" for none), and the organisation's days to come in order."""

    country: str
    today: date
    entries: tuple[OwnDaysLine, ...]


class CompanyCalendar:
    """The use cases of HR's calendar. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._words = content.typed
        self._calendar = calendar

    async def look(self, uow: UnitOfWork) -> OwnCalendar:
        """Return the calendar as it is now. Raise NotAllowed."""
        require_hr(uow.member)
        today = self._calendar.today(uow.now)
        rows = await uow.session.scalars(
            select(CompanyDay).where(CompanyDay.last >= today).order_by(CompanyDay.first, CompanyDay.last)
        )
        entries = tuple(OwnDaysLine(row.id, row.first, row.last, row.is_working) for row in rows)
        return OwnCalendar(await country(uow.session) or "", today, entries)

    async def add(self, uow: UnitOfWork, text: str, *, is_working: bool) -> OwnCalendar:
        """Add the day or the span that was typed; the same one again takes the new kind.

        Raise NotAllowed, DayUnreadable, NoSuchDay, DaysPast, DaysTooFar, DaysBackwards, OneWorkingDay.
        """
        require_hr(uow.member)
        today = self._calendar.today(uow.now)
        first, last = self._span(text, today)
        if last < today:
            raise DaysPast
        if last > today + AHEAD:
            raise DaysTooFar
        if is_working and first != last:
            raise OneWorkingDay
        await _store(uow.session, first, last, is_working=is_working, now=uow.now)
        target = _target(first, last)
        await audit.record(uow, "added_working_day" if is_working else "added_days_off", target)
        await _changed(uow.session, today, uow.now)
        return await self.look(uow)

    async def remove(self, uow: UnitOfWork, id_: int) -> OwnCalendar:
        """Take one entry back, on the day itself too. Raise NotAllowed, DaysGone."""
        require_hr(uow.member)
        row = await uow.session.get(CompanyDay, id_)
        if row is None:
            raise DaysGone
        await audit.record(uow, "removed_days", _target(row.first, row.last))
        await uow.session.delete(row)
        await _changed(uow.session, self._calendar.today(uow.now), uow.now)
        return await self.look(uow)

    def _span(self, text: str, today: date) -> tuple[date, date]:
        first_text, *rest = SPAN.split(text.strip(), maxsplit=1)
        first = parse_day(first_text, today, self._words)
        last = parse_day(rest[0], first, self._words) if rest else first
        if last < first:
            raise DaysBackwards
        return first, last


async def _store(session: AsyncSession, first: date, last: date, *, is_working: bool, now: datetime) -> None:
    insert = insert_into(
        session, CompanyDay, first=first, last=last, is_working=is_working, created_at=now, updated_at=now
    )
    changed = {name: insert.excluded[name] for name in ("is_working", "updated_at")}
    await session.execute(insert.on_conflict_do_update(index_elements=["first", "last"], set_=changed))


async def _changed(session: AsyncSession, today: date, now: datetime) -> None:
    """Forget what is long over, and plan everyone anew."""
    await session.execute(delete(CompanyDay).where(CompanyDay.last < today - KEPT))
    await session.flush()
    await plan_anew(session, now)


def _target(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first} {last}"
