"""Gates with one protection taken away each, so that the attackers have something to win."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Metric, User
from services.gate import coarsening, gate, publications
from services.gate.coarsening import HALF, Grid
from services.gate.hiding import Tally
from services.gate.measures import FigureSource
from services.gate.publications import PULSE_WEEK
from services.kit.calendar import WEEK, Period
from tests.gate.exact import Row
from tests.gate.witness import Seen, Witnessed
from tests.gate.world import Habits

Patch = Callable[[pytest.MonkeyPatch], None]


class RollingSource(FigureSource):
    """Each week's figures are over the last four weeks."""

    def feeds(self, period: Period) -> ColumnElement[bool]:
        if self.kind != PULSE_WEEK:
            return super().feeds(period)
        window = Metric.date.between((period.start - 3 * WEEK).isoformat(), period.start.isoformat())
        return and_(Metric.source == "pulse", window, *(figure.value.is_not(None) for figure in self.means))


class GapsSource(FigureSource):
    """Each figure is over whoever gave it."""

    def feeds(self, period: Period) -> ColumnElement[bool]:
        if self.kind != PULSE_WEEK:
            return super().feeds(period)
        return and_(Metric.source == "pulse", Metric.date == period.start.isoformat())


def made_from(source_type: type[FigureSource]) -> type[Witnessed]:
    """A gate with other sources."""

    class Resourced(Witnessed):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self._sources = tuple(
                source_type(source.kind, source.table, source.means, source.counts) for source in self._sources[:2]
            )

    return Resourced


class Unfrozen(Witnessed):
    """The last publication is made anew with the next one."""

    async def _begins(self, session: AsyncSession) -> dict[str, date]:
        begins = await super()._begins(session)
        newest = [await publications.latest(session, source.kind) for source in self._sources]
        return begins | {made.kind: made.slot for made in newest if made is not None}


class ReadersCounted(Witnessed):
    """The answers of those who read the figures are in them."""

    def _reads(self, day: date) -> ColumnElement[bool]:
        return false()


class ReadersAtOnce(Witnessed):
    """Whoever is a reader while it is computed is in no figure, whenever that began."""

    def _reads(self, day: date) -> ColumnElement[bool]:
        managers = select(Department.manager_id).where(Department.manager_id.is_not(None))
        return (User.role != "employee") | User.id.in_(managers)


def without_threshold(patch: pytest.MonkeyPatch) -> None:
    def nobody_at_all(tallies: Mapping[str, Tally], k: int) -> set[str]:
        return {key for key, tally in tallies.items() if tally.answered == 0}

    patch.setattr(gate, "too_small", nobody_at_all)
    patch.setattr(coarsening, "error_of_mean", lambda *_: 0.0)


def without_complement(patch: pytest.MonkeyPatch) -> None:
    def as_they_are(tallies: Mapping[str, Tally], hidden: Collection[str], k: int) -> set[str]:
        return set(hidden)

    patch.setattr(gate, "complement", as_they_are)


def without_freezing(patch: pytest.MonkeyPatch) -> None:
    store = publications.store

    async def again(session: AsyncSession, publication: publications.Publication, now: datetime) -> bool:
        await store(session, publication, now)
        return True

    patch.setattr(publications, "store", again)


def without_coarsening(patch: pytest.MonkeyPatch) -> None:
    def fine(_step: float, top: float, _k: int, _part: Fraction = HALF) -> Grid:
        return Grid(Fraction(1, 1000), Fraction(1, 1000), Fraction(str(top)), 1000)

    patch.setattr(Grid, "of", fine)


def with_decimal_ends(patch: pytest.MonkeyPatch) -> None:
    def ends(grid: Grid, exact: Fraction, error: float) -> tuple[Fraction, Fraction]:
        return Fraction(round(float(exact) - error, 1)), Fraction(round(float(exact) + error, 1))

    patch.setattr(coarsening, "interval", ends)


def nothing(patch: pytest.MonkeyPatch) -> None:
    """The gate as it is."""


def paired(log: Iterable[Seen]) -> list[Row]:
    """What a change over "the same people" would publish between neighbouring weeks, where they are k or more."""
    rows = []
    weeks = [seen for seen in log if seen.publication.kind == PULSE_WEEK]
    for before, after in pairwise(weeks):
        for cell in after.publication.cells:
            earlier = before.publication.cell(cell.key)
            if earlier is None:
                continue
            slots = {part.person: slot for part in before.behind(earlier) for slot in part.slots}
            both = {part.person: slot for part in after.behind(cell) for slot in part.slots if part.person in slots}
            if len(both) >= after.publication.k:
                terms = {(person, slot, "stress"): 1 for person, slot in both.items()}
                terms |= {(person, slots[person], "stress"): -1 for person in both}
                rows.append(Row(terms, after.publication.k))
    return rows


@dataclass(frozen=True)
class Weakness:
    """A protection taken away: how, and in which company (`seed`) within how many weeks it shows."""

    name: str
    seed: str
    gate_type: type[Witnessed] = Witnessed
    patch: Patch = nothing
    extra: Callable[[Iterable[Seen]], list[Row]] = lambda _: []
    weeks: int = 8
    habits: Habits = Habits()  # noqa: RUF009 (frozen)


SMALL = Habits(people=(20, 40), departments=(3, 6), thresholds=(7,))
LARGE = replace(SMALL, people=(40, 60), departments=(2, 3))
STILL = Habits(
    people=(25, 45),
    departments=(1, 3),
    is_static=True,
    may_skip=0,
    suspect=0,
    events=("join", "leave", "move", "regroup"),
    thresholds=(7,),
)

EXACT = (
    Weakness("threshold", "threshold 0", patch=without_threshold, weeks=2, habits=SMALL),
    Weakness("complement", "complement 0", patch=without_complement, weeks=2, habits=SMALL),
    Weakness("disjoint periods", "disjoint periods 0", made_from(RollingSource), weeks=3, habits=SMALL),
    Weakness("freezing", "freezing 0", Unfrozen, without_freezing, weeks=4, habits=SMALL),
    Weakness("unpaired change", "unpaired change 1", extra=paired, weeks=4, habits=LARGE),
    Weakness(
        "one set per cell", "one set per cell 1", made_from(GapsSource), weeks=6, habits=replace(LARGE, may_skip=0.4)
    ),
    Weakness("exclusion of readers", "exclusion of readers 11", ReadersCounted, weeks=8, habits=SMALL),
)
SENT = (
    Weakness("coarsening", "coarsening 0", patch=without_coarsening, weeks=3, habits=STILL),
    Weakness("whole interval ends", "whole interval ends 2", patch=with_decimal_ends, weeks=4, habits=STILL),
)
