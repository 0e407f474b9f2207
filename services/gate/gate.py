"""The gate: the only code that adds up the answers of several people.

It publishes each closed ISO week and each closed check-in period once. What it stores has passed four steps, in this
order, each a function or method of its own:

1. who counts (`_people`) and which answers feed the slot (`FigureSource.feeds`): disjoint, closed, one set for every
   figure;
2. counting, in SQL, by department (`_count`), then by reporting group;
3. hiding: `too_small`, then `complement`;
4. coarsening: `coarsening.py`.

Exact figures live in `Tally` and never leave this module. The invariant and why it holds: docs/gate.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from content.base import LEVELS
from models import Membership, User
from services.company.memberships import Group, groups_at, places_at, readers_at
from services.gate import coarsening, counted, disclosure, publications
from services.gate.coarsening import Grid
from services.gate.measures import Figure, FigureSource, checkin_source, level_column, pulse_source
from services.gate.publications import PULSE_WEEK, Cell, Kind, Levels, Publication, Share
from services.kit.calendar import WEEK, Calendar, Period

NOWHERE: Final = ""  # the key of the people without a department: part of the company, never shown by themselves
DIGITS: Final = 10**6  # sums are taken from the database to six decimals, so that both databases give the same


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts and sums over one set of people: `people` who count here, of whom `answered` are in `sums`."""

    people: int
    answered: int
    sums: Mapping[str, Fraction]

    def __add__(self, other: Tally) -> Tally:
        sums = {name: total + other.sums[name] for name, total in self.sums.items()}
        return Tally(self.people + other.people, self.answered + other.answered, sums)


def too_small(tallies: Mapping[str, Tally], k: int) -> set[str]:
    """The groups in which fewer than k people answered."""
    return {key for key, tally in tallies.items() if tally.answered < k}


def complement(tallies: Mapping[str, Tally], hidden: Collection[str], k: int) -> set[str]:
    """The hidden groups and, where they could be had as the company minus the shown ones, the next smallest as well.

    Together the hidden groups hold nobody, or k people who answered. One more group is always enough, since a shown one
    has k of its own. The next smallest is found by the number of people and not of answers: it is the same every week.
    """
    rest = [tallies[key] for key in hidden if tallies[key].people]
    shown = sorted(tallies.keys() - set(hidden), key=lambda key: (tallies[key].people, key))
    if rest and shown and sum(tally.answered for tally in rest) < k:
        return {*hidden, shown[0]}
    return set(hidden)


class Gate:
    """Publishes what is due. Every method runs in the caller's transaction; `min_group` is the threshold k."""

    def __init__(self, content: Content, calendar: Calendar, min_group: int) -> None:
        self._calendar = calendar
        self._limits = content.hr_actions.thresholds
        self._k = disclosure.threshold(self._limits, min_group)
        self._k_detailed = max(self._k, self._limits.min_n_levels)
        self._sources = (pulse_source(content), checkin_source(content))

    async def publish_due(self, session: AsyncSession, now: datetime) -> list[Publication]:
        """Publish every closed week and period that has no publication yet; gives those that this call stored.

        May run at any time in any replica: one of them stores a publication, for the others there is nothing to do.
        """
        published = []
        for source in self._sources:
            for period in await self._due(session, source.kind, now):
                publication = await self._compute(session, source, period)
                if await publications.store(session, publication, now):
                    published.append(publication)
        return published

    # --- which slots -------------------------------------------------------------------------------------------------

    async def _due(self, session: AsyncSession, kind: Kind, now: datetime) -> list[Period]:
        """The closed slots after the newest publication, or since somebody counts, oldest first.

        They begin after the newest one's end, so that slots stay disjoint when the length of a period is changed.
        """
        newest = await publications.latest(session, kind)
        begin = await session.scalar(select(func.min(Membership.since))) if newest is None else newest.period.end
        due: list[Period] = []
        period = None if begin is None else self._first_from(kind, begin)
        while period is not None and self._calendar.closes_at(period) <= now:
            due.append(period)
            period = period.next()
        return due

    def _first_from(self, kind: Kind, day: date) -> Period:
        """The first slot that begins on a Monday or after it."""
        if kind == PULSE_WEEK:
            return Period(day, 1)
        period = self._calendar.period_of(day)
        return period if period.start == day else period.next()

    # --- who counts, and counting ------------------------------------------------------------------------------------

    def _people(self, period: Period) -> Select[Any]:
        """Who counts in a slot, with the department at its start: `user_id`, `department_id`, `agreed`.

        Members from before it began, without those who left and those who read figures (HR, admins, managers): readers
        are those of its first day, so that nobody can choose in its course whom it is about. Whoever took back the
        consent stays in the number of people, so that it tells nobody's state, and adds no answer.
        """
        place = places_at(period.start).subquery("place")
        return (
            select(place.c.user_id, place.c.department_id, User.consent_withdrawn_at.is_(None).label("agreed"))
            .join(User, User.id == place.c.user_id)
            .where(User.offboarded_at.is_(None), ~self._reads(period.start))
        )

    def _reads(self, day: date) -> ColumnElement[bool]:
        """Whether a person was a reader of figures about others on a day."""
        return User.id.in_(readers_at(day))

    def _tallies(self, source: FigureSource, period: Period) -> Select[Any]:
        """One row per department: the people, those who answered, and the sums over their answers."""
        people = self._people(period).subquery("people")
        feeds = and_(source.table.user_id == people.c.user_id, people.c.agreed, source.feeds(period))
        return (
            select(
                people.c.department_id,
                func.count(people.c.user_id).label("people"),
                func.count(source.table.id).label("answered"),
                *(func.sum(value).label(name) for name, value in source.columns.items()),
            )
            .select_from(people)
            .outerjoin(source.table, feeds)
            .group_by(people.c.department_id)
        )

    async def _count(
        self, session: AsyncSession, source: FigureSource, period: Period, groups: Sequence[Group]
    ) -> dict[str, Tally]:
        """Exact tallies by group; the people without a department stand under NOWHERE."""
        keys: dict[int | None, str] = {department: group.key for group in groups for department in group.departments}
        tallies: dict[str, Tally] = {}
        for row in await session.execute(self._tallies(source, period)):
            key, tally = keys.get(row.department_id, NOWHERE), _tally(row, source)
            tallies[key] = tallies[key] + tally if key in tallies else tally
        return tallies

    # --- from tallies to a publication -------------------------------------------------------------------------------

    async def _compute(self, session: AsyncSession, source: FigureSource, period: Period) -> Publication:
        groups = await groups_at(session, period.start)
        tallies = await self._count(session, source, period, groups)
        never_shown = {NOWHERE} & tallies.keys()
        hidden = complement(tallies, too_small(tallies, self._k) | never_shown, self._k)
        company, cells = self._cells(source, groups, tallies, hidden)
        is_week = source.kind == PULSE_WEEK
        return Publication(
            kind=source.kind,
            slot=period.start,
            weeks=period.weeks,
            k=self._k,
            company=company,
            groups=cells,
            hidden=tuple(group for group in groups if group.key in hidden and tallies[group.key].people),
            tips={} if is_week or company is None else await self._tips(session, period),
            noticed=await self._noticed(session, period) if is_week else {},
        )

    def _cells(
        self, source: FigureSource, groups: Sequence[Group], tallies: Mapping[str, Tally], hidden: Collection[str]
    ) -> tuple[Cell | None, tuple[Cell, ...]]:
        """The company and the shown groups. The company's spread stands behind every interval."""
        if not tallies:
            return None, ()
        first, *others = tallies.values()
        company = sum(others, first)
        if company.answered < self._k:
            return None, ()
        spreads = self._spreads(source, company)
        shown = tuple(
            self._cell(source, group, tallies[group.key], company, spreads)
            for group in groups
            if group.key in tallies and group.key not in hidden
        )
        return self._cell(source, None, company, company, spreads), shown

    def _spreads(self, source: FigureSource, company: Tally) -> dict[str, float]:
        """The company's coarse standard deviation of each mean; empty where too few answered to publish it."""
        if company.answered < self._k_detailed:
            return {}
        return {
            figure.name: coarsening.spread(
                self._grid(figure),
                company.answered,
                float(company.sums[figure.name]),
                float(company.sums[f"{figure.name}²"]),
            )
            for figure in source.means
        }

    def _cell(
        self, source: FigureSource, group: Group | None, tally: Tally, company: Tally, spreads: Mapping[str, float]
    ) -> Cell:
        is_detailed = tally.answered >= self._k_detailed
        errors = {
            name: coarsening.error_of_mean(deviation, company.answered - 1, tally.answered, tally.people)
            for name, deviation in spreads.items()
            if is_detailed
        }
        return Cell(
            group=group,
            answered=coarsening.band(self._k, self._limits.n_bands, tally.answered),
            participation=self._share(tally.answered, tally.people) if tally.people >= self._k_detailed else None,
            means={figure.name: self._mean(figure, tally, errors.get(figure.name)) for figure in source.means},
            items={figure.name: self._mean(figure, tally, None) for figure in source.items if is_detailed},
            levels=self._levels(tally) if source.levels and is_detailed else None,
        )

    def _mean(self, figure: Figure, tally: Tally, error: float | None) -> publications.Mean:
        return coarsening.mean(self._grid(figure), tally.sums[figure.name] / tally.answered, error)

    def _grid(self, figure: Figure) -> Grid:
        return Grid.of(figure.step, figure.top, self._k)

    def _share(self, part: int, whole: int) -> Share:
        return coarsening.share(self._limits.steps.share, part, whole)

    def _levels(self, tally: Tally) -> Levels | None:
        low, medium, high = (int(tally.sums[level_column(level)]) for level in LEVELS)
        return coarsening.levels(self._limits.steps.share, self._limits.min_cell, low, medium, high)

    # --- side doors --------------------------------------------------------------------------------------------------

    async def _tips(self, session: AsyncSession, period: Period) -> dict[str, Share]:
        """By category, company only: of the people with a tip open in the period, the share who ticked one off."""
        begin, end = self._calendar.week_closes_at(period.start - WEEK), self._calendar.closes_at(period)
        return await self._shares(session, counted.ticked_off(self._people(period).subquery("people"), begin, end))

    async def _noticed(self, session: AsyncSession, week: Period) -> dict[int, Share]:
        """The share of "noticed" in the answers about promises: counted once, with the week after the one of asking."""
        begin, end = (self._calendar.week_closes_at(week.start - weeks * WEEK) for weeks in (2, 1))
        people = self._people(week).subquery("people")
        return await self._shares(session, counted.noticed(people, begin, end, self._calendar.closes_at(week)))

    async def _shares(self, session: AsyncSession, counts: Select[Any, int, int]) -> dict[Any, Share]:
        """The shares of what enough people are behind, by `name`."""
        rows = await session.execute(counts)
        return {row.name: self._share(row.part, row.whole) for row in rows if row.whole >= self._k_detailed}


def _tally(row: Row[Any], source: FigureSource) -> Tally:
    sums = row._mapping
    return Tally(
        row.people,
        row.answered,
        {name: Fraction(round(float(sums[name] or 0) * DIGITS), DIGITS) for name in source.columns},
    )
