"""The figures that count people: exact in here, published with noise that is drawn once, when they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, Subquery, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.base import LEVELS
from models import Promise, Reaction, Recommendation
from services.company.memberships import COMPANY
from services.gate import noise, shares
from services.gate.hiding import NOWHERE, Tally
from services.gate.measures import cause_column, level_column
from services.gate.publications import GroupFigures, Levels, NamedCause, Publication, Share
from services.kit.calendar import WEEK, Calendar

NEVER_COUNTED: Final = "professional"  # being offered a step of this category tells the level
MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """Adds shares in multiples of `step` to publications that have their cells. Raises noise.NoiseUnavailable.

    `causes`: the ids of those that are counted, in the order of the content.
    """

    calendar: Calendar
    step: float
    causes: tuple[str, ...]

    async def of_period(
        self, session: AsyncSession, people: Subquery, made: Publication, tallies: Mapping[str, Tally]
    ) -> Publication:
        """Return a check-in period with its levels, participation and steps; without figures of its own, as it is."""
        if made.company is None:
            return made
        members = {key: tally.people for key, tally in tallies.items()}
        columns = [level_column(level) for level in LEVELS]
        exact = {key: [int(tally.sums[column]) for column in columns] for key, tally in tallies.items()}
        answered = {key: [tally.answered] for key, tally in tallies.items()}
        levels = await shares.draw("levels", exact, members)
        named = {key: [int(tally.sums[cause_column(cause)]) for cause in self.causes] for key, tally in tallies.items()}
        causes = await shares.draw("causes", named, members)
        participation = await shares.draw("participation", answered, members)
        steps = await self._steps(session, people, made)
        sizes = members | {COMPANY: sum(members.values())}

        def with_shares(cell: GroupFigures) -> GroupFigures:
            found = shares.of_bins("levels", self.step, levels, cell.key)
            share = shares.of_people("participation", self.step, participation, cell.key, sizes[cell.key])
            return replace(
                cell,
                levels=None if found is None else Levels(*found),
                participation=None if share is None else share[0],
                causes=self._most_named(causes, cell.key, sizes[cell.key]),
            )

        return replace(
            made,
            company=with_shares(made.company),
            groups=tuple(with_shares(cell) for cell in made.groups),
            steps=self._first("steps", steps),
            drawn={"levels": levels, "causes": causes, "participation": participation, "steps": steps},
        )

    def _most_named(self, drawn: shares.Drawn, key: str, people: int) -> tuple[NamedCause, ...]:
        """Return the causes that most people named, by their noisy counts; those that a tenth or fewer named are left
        out.
        """
        found, counts = shares.of_people("causes", self.step, drawn, key, people), shares.bins(drawn, key)
        if found is None or counts is None:
            return ()
        ranked = sorted(zip(counts, self.causes, found, strict=True), key=lambda named: -named[0])
        return tuple(NamedCause(cause, share) for _, cause, share in ranked if not share.is_or_less)[:MOST_NAMED]

    async def of_week(self, session: AsyncSession, people: Subquery, week: Publication) -> Publication:
        """Return a week with the answers to promises: counted once, with the week after the one of asking."""
        begin, end = (self.calendar.week_closes_at(week.slot - weeks * WEEK) for weeks in (2, 1))
        rows = await session.execute(_noticed(people, begin, end, self.calendar.closes_at(week.period)))
        exact = {str(row.name): [row.part, row.whole - row.part] for row in rows}
        if not exact:
            return week
        drawn = await noise.noisy("noticed", exact)
        found = {int(id_): self._first("noticed", {NOWHERE: row}) for id_, row in drawn.items()}
        noticed = {id_: share for id_, share in found.items() if share is not None}
        return replace(week, noticed=noticed, drawn={"noticed": drawn})

    async def _steps(self, session: AsyncSession, people: Subquery, made: Publication) -> shares.Drawn:
        """Company only: of the people with a step open in the period, how many ticked one off, and how many did not."""
        begin, end = self.calendar.week_closes_at(made.slot - WEEK), self.calendar.closes_at(made.period)
        row = (await session.execute(_ticked_off(people, begin, end))).one()
        return await noise.noisy("steps", {NOWHERE: (row.part, row.whole - row.part)})

    def _first(self, figure: noise.Figure, drawn: shares.Drawn) -> Share | None:
        """Return the share of the first bin in the whole company."""
        found = shares.of_bins(figure, self.step, drawn, COMPANY)
        return None if found is None else found[0]


def _ticked_off(people: Subquery, begin: datetime, end: datetime) -> Select[int, int]:
    """Count, of the people with a step open between two moments, those who ticked one off: `part` of `whole`."""
    is_done = and_(Recommendation.state == "done", Recommendation.closed_at < end)
    steps = (
        select(Recommendation.user_id, func.max(case((is_done, 1), else_=0)).label("is_done"))
        .where(
            Recommendation.category != NEVER_COUNTED,
            Recommendation.created_at < end,
            Recommendation.closed_at.is_(None) | (Recommendation.closed_at >= begin),
        )
        .group_by(Recommendation.user_id)
        .subquery("steps")
    )
    return (
        select(func.coalesce(func.sum(steps.c.is_done), 0).label("part"), func.count().label("whole"))
        .join(people, people.c.user_id == steps.c.user_id)
        .where(people.c.agreed)
    )


def _noticed(people: Subquery, begin: datetime, end: datetime, closes_at: datetime) -> Select[int, int, int]:
    """Count by promise, of the answers given before `closes_at` about what was asked between two moments, "noticed"."""
    return (
        select(
            Reaction.promise_id.label("name"),
            func.count(case((Reaction.noticed, Reaction.id))).label("part"),
            func.count(Reaction.id).label("whole"),
        )
        .join(Promise, Promise.id == Reaction.promise_id)
        .join(people, people.c.user_id == Reaction.user_id)
        .where(people.c.agreed, Promise.asked_at >= begin, Promise.asked_at < end, Reaction.created_at < closes_at)
        .group_by(Reaction.promise_id)
        .order_by(Reaction.promise_id)
    )
