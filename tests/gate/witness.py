"""Who stands behind every published figure: asked from the gate's own statement, person by person.

The sums of a publication are additive, so the statement that counts, grouped by person as well, tells whose answers are
in which cell, whatever the gate under test does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Assessment, Metric, Readership
from services.company.memberships import COMPANY, groups_at
from services.gate.gate import NOWHERE, Gate
from services.gate.measures import FigureSource
from services.gate.publications import Cell, Kind, Publication
from services.kit.calendar import Calendar, Period

Unknown = tuple[int, str, str]
"""A person's figure in one slot: (person, slot of the answer, name of the figure)."""


@dataclass(frozen=True)
class Part:
    """What one person has in one publication: in which group, and which figures of which slot went into the sums."""

    person: int
    group: str
    slot: str | None
    figures: frozenset[str]


@dataclass(frozen=True)
class Seen:
    """A publication with everything behind it. `readers` may read it; `answered` counts as a figure of its own."""

    publication: Publication
    parts: tuple[Part, ...]
    readers: frozenset[int]

    def behind(self, cell: Cell) -> list[Part]:
        """The people of a cell."""
        return [part for part in self.parts if cell.key in (COMPANY, part.group)]

    def rows(self) -> list[tuple[str, frozenset[Unknown]]]:
        """Every published sum as the set of unknowns that it adds up, with the figure's name."""
        found = []
        for cell in self.publication.cells:
            people = self.behind(cell)
            slot = f"{self.publication.kind} {self.publication.slot}"
            found.append(("answered", frozenset((part.person, slot, "answered") for part in people)))
            for name in figures_of(cell):
                having = [part for part in people if name in part.figures]
                found.append((name, frozenset((part.person, str(part.slot), name) for part in having)))
        return found


def figures_of(cell: Cell) -> list[str]:
    """The figures that a cell was published with; the company's spread is one of its own."""
    names = [*cell.means, *cell.items]
    if cell.levels is not None:
        names += ["level low", "level medium", "level high"] if cell.levels.high else ["level low"]
    if cell.key == COMPANY:
        names += [f"{name}²" for name, mean in cell.means.items() if mean.margin is not None]
    return names


class Witnessed(Gate):
    """A gate that is watched: everything that it publishes is put into `log` as well."""

    def __init__(self, log: list[Seen], content: Content, calendar: Calendar, min_group: int) -> None:
        super().__init__(content, calendar, min_group)
        self.log = log
        self._computed: dict[tuple[Kind, date], tuple[tuple[Part, ...], frozenset[int]]] = {}

    async def publish_due(self, session: AsyncSession, now: Any) -> list[Publication]:
        published = await super().publish_due(session, now)
        for publication in published:
            self.log.append(Seen(publication, *self._computed[publication.kind, publication.slot]))
        return published

    async def _compute(self, session: AsyncSession, source: FigureSource, period: Period) -> Publication:
        parts = await self._parts(session, source, period)
        self._computed[source.kind, period.start] = (parts, await readers(session, period.start))
        return await super()._compute(session, source, period)

    async def _parts(self, session: AsyncSession, source: FigureSource, period: Period) -> tuple[Part, ...]:
        keys = {id_: group.key for group in await groups_at(session, period.start) for id_ in group.departments}
        statement = self._tallies(source, period)
        people: Any = statement.get_final_froms()[0]
        slot = Metric.date if source.table is Metric else Assessment.period
        by_person = statement.add_columns(people.left.c.user_id, slot.label("slot"))
        rows = await session.execute(by_person.group_by(people.left.c.user_id, slot))
        return tuple(
            Part(
                row.user_id,
                keys.get(row.department_id, NOWHERE),
                None if row.slot is None else f"{source.kind} {row.slot}",
                frozenset(name for name in source.columns if row.answered and row._mapping[name] is not None),
            )
            for row in rows
        )


async def readers(session: AsyncSession, day: date) -> frozenset[int]:
    """Who was a reader of figures on a day, asked in other words than the gate's."""
    rows = await session.execute(
        select(Readership.user_id, Readership.reads).order_by(Readership.since).where(Readership.since <= day)
    )
    newest = {row.user_id: row.reads for row in rows}
    return frozenset(user_id for user_id, reads in newest.items() if reads)
