"""The gate: the only code that adds up the answers of several people.

It publishes each closed ISO week and each closed check-in period once. What it stores has passed four steps, in this
order, each a function or method of its own:

1. who counts (`_people`) and which answers feed the slot (`FigureSource.feeds`): closed, one set for every figure;
2. counting, in SQL, by department (`_count`), then by reporting group;
3. hiding: `hiding.py`;
4. coarsening of means (`coarsening.py`), noise for counts (`shares.py`).

Exact figures live in `Tally` and never leave this package. What is promised and why it holds: docs/gate.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Membership, User
from services.company.memberships import Group, groups_at, places_at, readers_at
from services.gate import disclosure, pooling, publications
from services.gate.coarsening import Coarsening, present, widest
from services.gate.counts import Counts
from services.gate.hiding import NOWHERE, Tally, complement, hide_covered, is_too_small, rests_with, too_small, whole
from services.gate.measures import FigureSource, PooledSource, checkin_source, pooled_source, pulse_source
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Kind, Publication
from services.kit.calendar import WEEK, Calendar, Period
from services.kit.calendar.held import all_held, is_held

NOT_SUMMED: Final = {"department_id", "weeks", "people", "answered"}
DIGITS: Final = 10**6  # sums are taken from the database to six decimals, so that both databases give the same


class Gate:
    """Publishes what is due. Every method runs in the caller's transaction; `min_group` is the threshold k."""

    def __init__(self, content: Content, calendar: Calendar, min_group: int) -> None:
        self._calendar = calendar
        self._limits = content.hr_actions.thresholds
        self._k = disclosure.threshold(self._limits, min_group)
        self._cells = Coarsening(self._limits, self._k)
        self._counts = Counts(calendar, self._limits.steps.share, tuple(cause.id for cause in content.causes.counted))
        self._sources: tuple[FigureSource, ...] = (
            pulse_source(content),
            checkin_source(content),
            pooled_source(content),
        )

    async def publish_due(
        self, session: AsyncSession, now: datetime, *, at_most: int | None = None
    ) -> list[Publication]:
        """Publish every closed week and period that has no publication yet; return those that this call stored.

        May run at any time in any replica: one of them stores a publication, the others find nothing to do. Noise is
        drawn here, in the transaction that stores it. Raise noise.NoiseUnavailable; then nothing is stored.
        """
        published = []
        held, begins = await all_held(session), await self._begins(session)
        for source in self._sources:
            for period in self._due(source.kind, begins.get(source.kind), now):
                if source.kind == CHECKIN_PERIOD and is_held(held, period):
                    continue  # no one was asked: nothing is published, not even that too few answered
                publication = await self._compute(session, source, period)
                if await publications.store(session, publication, now):
                    published.append(publication)
                if len(published) == at_most:
                    return published
        return published

    # --- which slots -------------------------------------------------------------------------------------------------

    async def _begins(self, session: AsyncSession) -> dict[str, date]:
        """Return by kind from which day on nothing is published: after the newest publication, or since someone counts.

        Slots begin after the newest one's end, so that they stay disjoint when the length of a period is changed.
        """
        ends = await publications.ends(session)
        never = [source.kind for source in self._sources if source.kind not in ends]
        first = await session.scalar(select(func.min(Membership.since))) if never else None
        return ends if first is None else dict.fromkeys(never, first) | ends

    def _due(self, kind: Kind, begin: date | None, now: datetime) -> list[Period]:
        """Return the closed slots that begin on a day or after it, oldest first; none without a day."""
        due: list[Period] = []
        period = None if begin is None else self._first_from(kind, begin)
        while period is not None and self._calendar.closes_at(period) <= now:
            due.append(period)
            period = period.next()
        return due

    def _first_from(self, kind: Kind, day: date) -> Period:
        """Return the first slot that begins on a Monday or after it."""
        if kind == PULSE_WEEK:
            return Period(day, 1)
        period = self._calendar.period_of(day)
        return period if period.start == day else period.next()

    # --- who counts, and counting ------------------------------------------------------------------------------------

    def _people(self, period: Period) -> Select[Any]:
        """Return who counts in a slot, with the department at its start: `user_id`, `department_id`, `agreed`,
        `consent_at`.

        Members from before it began, without those who left and those who read figures (HR, admins, managers): readers
        are those of its first day, so that no one can choose in its course whom it is about. Whoever took back the
        consent stays in the number of people, so that it tells no one's state, and adds no answer.
        """
        place = places_at(period.start).subquery("place")
        return (
            select(
                place.c.user_id,
                place.c.department_id,
                User.consent_withdrawn_at.is_(None).label("agreed"),
                User.consent_at,
            )
            .join(User, User.id == place.c.user_id)
            .where(User.offboarded_at.is_(None), ~self._reads(period.start))
        )

    def _reads(self, day: date) -> ColumnElement[bool]:
        """Return whether a person was a reader of figures about others on a day."""
        return User.id.in_(readers_at(day))

    def _tallies(self, source: FigureSource, period: Period, departments: Collection[int] | None = None) -> Select[Any]:
        """Return one row per department, and apart by what the source tells apart: the people, those who answered, and
        sums.

        With `departments` the answers are those of the people in them and in none.
        """
        people: FromClause = self._people(period).cte("people")
        asked = people
        if departments is not None:
            is_asked = people.c.department_id.in_(departments) | people.c.department_id.is_(None)
            asked = select(people).where(is_asked).subquery("asked")
        answers = source.answers(asked, period)
        apart = (people.c.department_id, *source.apart(answers))
        return (
            select(
                *apart,
                func.count(people.c.user_id).label("people"),
                func.count(answers.c.user_id).label("answered"),
                *(value.label(name) for name, value in source.sums(answers).items()),
            )
            .select_from(people)
            .outerjoin(answers, and_(answers.c.user_id == people.c.user_id, people.c.agreed))
            .group_by(*apart)
        )

    # --- from tallies to a publication -------------------------------------------------------------------------------

    async def _compute(self, session: AsyncSession, source: FigureSource, period: Period) -> Publication:
        groups = await groups_at(session, period.start)
        if isinstance(source, PooledSource):
            return await self._pooled(session, source, period, groups)
        tallies = _by_group(pooling.keys_of(groups), await session.execute(self._tallies(source, period)))
        pooled: set[str] = set()
        if source.kind == PULSE_WEEK:
            first = await publications.find(session, PULSE_WEEK, self._calendar.period_of(period.start).start)
            pooled = pooling.reporting_once(first, groups, tallies, self._k)
        made = self._with_cells(source, period, groups, tallies, pooled)
        people = self._people(period).subquery("people")
        if source.kind == PULSE_WEEK:
            return await self._counts.of_week(session, people, made)
        return await self._counts.of_period(session, people, made, tallies)

    def _with_cells(
        self,
        source: FigureSource,
        period: Period,
        groups: Sequence[Group],
        tallies: Mapping[str, Tally],
        pooled: Collection[str],
    ) -> Publication:
        """Return the company and its groups. Those that report once a period are hidden here as far as subtraction
        goes.
        """
        never_shown = {NOWHERE, *pooled} & tallies.keys()
        hidden = complement(tallies, too_small(tallies, self._k) | never_shown, self._k)
        made = self._empty(
            source,
            period,
            hidden=present(groups, tallies, hidden - set(pooled)),
            pooled=present(groups, tallies, pooled),
        )
        company = whole(tallies)
        if is_too_small(company, self._k):
            return made
        spreads = self._cells.spreads(source, company)
        return replace(
            made,
            spreads=spreads,
            company=self._cells.of(source, None, company, company.people, spreads),
            groups=self._cells.of_groups(source, groups, tallies, tallies.keys() - hidden, spreads),
        )

    async def _pooled(
        self, session: AsyncSession, source: PooledSource, period: Period, groups: Sequence[Group]
    ) -> Publication:
        """Return the pulse of the groups that report once a period; what they have in common stands in the weeks'
        company.

        Looked at are the answers of whoever is in some week's rest: a group that was shown in every week is in none.
        """
        found = await publications.history(session, PULSE_WEEK, period.weeks, period.end - WEEK)
        weeks = [week for week in found if week.slot >= period.start]
        some, every = pooling.in_some_and_in_every(weeks, period, groups)
        weekly = pooling.shown_by_week(weeks, period)
        resting = [group for group in groups if group.key in some or rests_with(group.key, weekly)]
        asked = [department for group in resting for department in group.departments]
        rows = (await session.execute(self._tallies(source, period, asked))).all()
        keys = pooling.keys_of(groups)
        tallies = _by_group(keys, rows)
        hidden = too_small(tallies, self._k) | (tallies.keys() - every)
        hidden = hide_covered(tallies, hidden, pooling.by_group(keys, rows), weekly, self._k)
        spreads = widest(weeks)
        return self._empty(
            source,
            period,
            spreads=spreads,
            groups=self._cells.of_groups(source, groups, tallies, tallies.keys() - hidden, spreads),
            hidden=present(groups, tallies, some & hidden),
        )

    def _empty(self, source: FigureSource, period: Period, **parts: Any) -> Publication:
        """Return a publication without a company."""
        nothing: dict[str, Any] = {"company": None, "groups": (), "hidden": ()}
        return Publication(source.kind, period.start, period.weeks, self._k, **nothing | parts)


def _by_group(keys: Mapping[int | None, str], rows: Iterable[Row[Any]]) -> dict[str, Tally]:
    """Exact tallies by group; the people without a department stand under NOWHERE."""
    tallies: dict[str, Tally] = {}
    for row in rows:
        key, tally = keys.get(row.department_id, NOWHERE), _tally(row)
        tallies[key] = tallies[key] + tally if key in tallies else tally
    return tallies


def _tally(row: Row[Any]) -> Tally:
    people, answered = row.people, row.answered
    named = {name: value for name, value in row._mapping.items() if name not in NOT_SUMMED}
    return Tally(
        people, answered, {name: Fraction(round(float(value or 0) * DIGITS), DIGITS) for name, value in named.items()}
    )
