"""When a promise that was kept is judged: once, as soon as the figures are there, and then it stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise
from services.company.audience import target_of
from services.company.memberships import GroupKey
from services.gate import publications
from services.gate.publications import PULSE_PERIOD, PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from services.summary.helped.verdict import SLOTS, WEEKS_AFTER, WEEKS_BEFORE, Helped, judge, with_weekly

PERIODS = 12  # that are looked at: those in between may have been empty


async def judge_next(session: AsyncSession, calendar: Calendar, now: datetime) -> bool:
    """Judge one promise for a group; False when there is none left whose figures are there."""
    newest = await publications.latest(session, PULSE_WEEK)
    if newest is None:
        return False
    kept_before = calendar.week_closes_at(newest.slot - WEEKS_AFTER * WEEK)
    is_for_a_group = Promise.department_id.is_not(None) | Promise.group_id.is_not(None)
    rows = await session.scalars(
        select(Promise)
        .where(Promise.helped.is_(None), Promise.state == "done", Promise.asked_at < kept_before, is_for_a_group)
        .order_by(Promise.id)
    )
    for row in rows.all():
        if row.asked_at is None:
            continue
        found = await _helped(session, target_of(row), calendar.week_of(row.asked_at))
        if found is not None:
            await session.execute(
                update(Promise)
                .where(Promise.id == row.id, Promise.helped.is_(None))
                .values(helped=str(found), judged_at=now)
            )
            return True
    return False


async def _helped(session: AsyncSession, key: GroupKey, kept: date) -> Helped | None:
    """Return what can be said of what was done in the week of the Monday `kept`; None while figures are to come.

    Twelve weeks before it are compared with eight after it, or two periods with two of a group that reports once.
    """
    last = kept + WEEKS_AFTER * WEEK
    weeks = await publications.history(session, PULSE_WEEK, WEEKS_BEFORE + 1 + WEEKS_AFTER, last)
    weeks = [week for week in weeks if week.slot >= kept - WEEKS_BEFORE * WEEK]
    if not weeks or not weeks[-1].reports_once(key):
        return judge(key, _until(weeks, kept), [week for week in weeks if week.slot > kept])
    periods = await publications.history(session, PULSE_PERIOD, PERIODS)
    before = [one for one in periods if one.period.end <= kept][-SLOTS:]
    after = [one for one in periods if one.slot > kept][:SLOTS]
    if len(after) < SLOTS:
        return None
    return judge(key, await _with_weekly(session, before), await _with_weekly(session, after))


def _until(weeks: Sequence[Publication], kept: date) -> list[Publication]:
    return [week for week in weeks if week.slot < kept]


async def _with_weekly(session: AsyncSession, periods: Sequence[Publication]) -> list[Publication]:
    """Return the periods with the groups that report weekly, whose means of these weeks can be compared as well."""
    found = []
    for period in periods:
        weeks = await publications.history(session, PULSE_WEEK, period.weeks, period.period.end - WEEK)
        found.append(with_weekly(period, weeks))
    return found
