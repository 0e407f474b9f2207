"""Trying to spy on yourself: everything that HR has about one person, by the code that HR's own screens use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.account.unit_of_work import UnitOfWork
from services.company.memberships import COMPANY, Group, GroupKey, counting_at, places_at
from services.company.people import People, PersonCard, PersonLine
from services.gate import publications
from services.gate.publications import PULSE_WEEK, Publication
from services.summary.drilldown import Drilldown, DrilldownCard


@dataclass(frozen=True, slots=True)
class WatchedCell:
    """The figures of a group that the person belongs to, or of the company, and how many people can be in them."""

    found: DrilldownCard
    people: int


@dataclass(frozen=True, slots=True)
class SelfView:
    """HR's line and card of the person, and the newest figures that the person may be in, their own group's first.

    `counts` is False for people whose answers cannot be in them: newcomers, HR, administrators and managers.
    """

    line: PersonLine
    card: PersonCard
    cells: tuple[WatchedCell, ...]
    counts: bool


async def look(uow: UnitOfWork, people: People, drilldown: Drilldown) -> SelfView:
    """Return what HR has about whoever asks. Raise PersonGone for people who have left."""
    line, card = await people.own(uow)
    week = await publications.latest(uow.session, PULSE_WEEK)
    if week is None:
        return SelfView(line, card, (), counts=False)
    group = await _own_group(uow, week)
    own = [] if group is None else [await _cell(uow.session, drilldown, week, group.key, group)]
    cells = [*own, await _cell(uow.session, drilldown, week, COMPANY, None)]
    counting = counting_at(week.slot).subquery()
    counts = await uow.session.scalar(select(counting.c.user_id).where(counting.c.user_id == uow.member.id))
    return SelfView(line, card, tuple(cells), counts is not None)


async def _own_group(uow: UnitOfWork, week: Publication) -> Group | None:
    """Return the group in which the person counted in that week; of a newcomer, that of their department now."""
    places = places_at(week.slot).subquery()
    place = await uow.session.scalar(select(places.c.department_id).where(places.c.user_id == uow.member.id))
    return week.group_of(uow.member.department_id if place is None else place)


async def _cell(
    session: AsyncSession, drilldown: Drilldown, week: Publication, key: GroupKey, group: Group | None
) -> WatchedCell:
    counting = counting_at(week.slot).subquery()
    number = select(func.count()).select_from(counting)
    if group is not None:
        number = number.where(counting.c.department_id.in_(group.departments))
    return WatchedCell(await drilldown.card(session, week, key), await session.scalar(number) or 0)
