"""Who stands behind every published mean: the rows that feed it, asked of the gate under test person by person.

Counts of people are published with noise and tell of nobody (`test_noise.py`), so that they are no rows here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Assessment, Metric, Readership
from services.company.memberships import COMPANY, groups_at
from services.gate.gate import Gate
from services.gate.hiding import NOWHERE
from services.gate.measures import FigureSource, PooledSource
from services.gate.publications import GroupFigures, Kind, Publication
from services.kit.calendar import Calendar, Period

Unknown = tuple[int, str, str]
"""A person's figure in one slot: (person, slot of the answer, name of the figure)."""


@dataclass(frozen=True)
class Part:
    """What one person has in one publication: in which group, and which figures of which slots went into the sums.

    `weight`: how much of each of them; of a pulse over a period, one by the number of weeks with an answer.
    """

    person: int
    group: str
    slots: Mapping[str, frozenset[str]]
    weight: Fraction

    def has(self, figure: str) -> bool:
        return any(figure in figures for figures in self.slots.values())


@dataclass(frozen=True)
class Seen:
    """A publication with everything behind it. `readers` may read it."""

    publication: Publication
    parts: tuple[Part, ...]
    readers: frozenset[int]

    def behind(self, cell: GroupFigures) -> list[Part]:
        """The people of a cell."""
        return [part for part in self.parts if cell.key in (COMPANY, part.group)]

    def rows(self) -> list[tuple[str, dict[Unknown, Fraction]]]:
        """Every published sum with the unknowns that it adds up, and the figure's name."""
        found = []
        for cell in self.publication.cells:
            for name in figures_of(cell):
                terms = {
                    (part.person, slot, name): part.weight
                    for part in self.behind(cell)
                    for slot, figures in part.slots.items()
                    if name.rstrip("²") in figures
                }
                found.append((name, terms))
        return found


def figures_of(cell: GroupFigures) -> list[str]:
    """The figures that a cell was published with; the company's spread is one of its own."""
    squares = [f"{name}²" for name, mean in cell.means.items() if mean.margin is not None]
    return [*cell.means, *(squares if cell.key == COMPANY else [])]


class Witnessed(Gate):
    """A gate that is watched: everything that it publishes is put into `log` as well."""

    def __init__(self, log: list[Seen], content: Content, calendar: Calendar, min_group: int) -> None:
        super().__init__(content, calendar, min_group)
        self.log = log
        self._computed: dict[tuple[Kind, date], tuple[tuple[Part, ...], frozenset[int]]] = {}

    async def publish_due(self, session: AsyncSession, now: Any, *, at_most: int | None = None) -> list[Publication]:
        published = await super().publish_due(session, now, at_most=at_most)
        for publication in published:
            self.log.append(Seen(publication, *self._computed[publication.kind, publication.slot]))
        return published

    async def _compute(self, session: AsyncSession, source: FigureSource, period: Period) -> Publication:
        parts = await self._parts(session, source, period)
        self._computed[source.kind, period.start] = (parts, await readers(session, period.start))
        return await super()._compute(session, source, period)

    async def _parts(self, session: AsyncSession, source: FigureSource, period: Period) -> tuple[Part, ...]:
        keys = {id_: group.key for group in await groups_at(session, period.start) for id_ in group.departments}
        slot = (Metric.date if source.table is Metric else Assessment.period).label("slot")
        figures: list[Any] = [figure.value.label(figure.name) for figure in source.means]
        if isinstance(source, PooledSource):
            rows = source.given(self._people(period).subquery(), period, Metric.user_id, slot, *figures)
        else:
            rows = select(source.table.user_id, slot, *figures).where(source.feeds(period))
        given: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
        kind = "checkin" if source.table is Assessment else "pulse"
        for row in await session.execute(rows):
            named = frozenset(figure.name for figure in source.means if row._mapping[figure.name] is not None)
            given[row.user_id][f"{kind} {row.slot}"] = named
        is_pooled = isinstance(source, PooledSource)
        parts = []
        for person in await session.execute(self._people(period)):
            slots = given.get(person.user_id, {}) if person.agreed else {}
            weight = Fraction(1, len(slots)) if is_pooled and slots else Fraction(1)
            parts.append(Part(person.user_id, keys.get(person.department_id, NOWHERE), slots, weight))
        return tuple(parts)


async def readers(session: AsyncSession, day: date) -> frozenset[int]:
    """Who was a reader of figures on a day, asked in other words than the gate's."""
    rows = await session.execute(
        select(Readership.user_id, Readership.reads).order_by(Readership.since).where(Readership.since <= day)
    )
    newest = {row.user_id: row.reads for row in rows}
    return frozenset(user_id for user_id, reads in newest.items() if reads)
