"""What was published: the shapes, and storing and reading them. Coarse or noisy figures; exact ones stay in the gate.

A publication is stored as it was sent and never changes, so everything that is shown later (a line over time, a file,
a manager's view, a rule that fired) is computed from these shapes and says no more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import StoredPublication
from models.upsert import insert_into
from services.company.memberships import COMPANY, Group, GroupKey
from services.kit.calendar import Period

Kind = Literal["pulse_week", "checkin_period", "pulse_period"]
PULSE_WEEK: Kind = "pulse_week"
CHECKIN_PERIOD: Kind = "checkin_period"
PULSE_PERIOD: Kind = "pulse_period"
EDITION = 2  # of the gate; docs/gate.md says what changed
FLOOR = 0.1
CEILING = 0.9


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean on its grid of `step`s. The 95 % interval includes the rounding; both ends are None where there is none.

    At the lowest and the highest value that are ever published read it as "this or less" and "this or more".
    """

    value: float
    step: float
    low: float | None
    high: float | None

    @property
    def margin(self) -> float | None:
        """Half the interval. An end that the scale cut off does not count."""
        if self.low is None or self.high is None:
            return None
        return max(self.value - self.low, self.high - self.value)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people in steps of a tenth, from FLOOR ("10 % or less") to CEILING ("90 % or more").

    `low`, `high`: the Wilson interval of the published share; of the first edition.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_or_less(self) -> bool:
        """Whether it reads "10 % or less"."""
        return self.value <= FLOOR

    @property
    def is_or_more(self) -> bool:
        """Whether it reads "90 % or more"."""
        return self.value >= CEILING


@dataclass(frozen=True, slots=True)
class Band:
    """What is shown in place of a number of people: from `low` to `high`, or (None) "`low` and more".

    Nothing is said of how many answered since the second edition.
    """

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Levels:
    """Shares of people by level. In the first edition `raised` may stand for medium and high together."""

    low: Share
    medium: Share | None
    high: Share | None
    raised: Share | None = None


@dataclass(frozen=True, slots=True)
class NamedCause:
    """A cause, by its id in the content, with the share of everyone who counts that named it."""

    id: str
    share: Share


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one set of people. `group` is None for the company.

    `means` by name: of a pulse `burnout`, `stress`, `productivity` (0–10), of a check-in `EE`, `DP`, `RA` (0–6) and
    `total` (0–120). `participation`, `levels` and `causes` (at most three, the most named first) come with a period,
    from noisy counts; None or empty where the group is too small for them. Of the first edition alone: `answered`, and
    `items` by rule name (`q1`), mean item scores 0–6.
    """

    group: Group | None
    means: Mapping[str, Mean]
    participation: Share | None = None
    levels: Levels | None = None
    causes: tuple[NamedCause, ...] = ()
    answered: Band | None = None
    items: Mapping[str, Mean] = field(default_factory=dict)

    @property
    def key(self) -> GroupKey:
        """COMPANY, or the group's key."""
        return COMPANY if self.group is None else self.group.key


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that was published about one closed ISO week or check-in period, `weeks` long from Monday `slot`.

    `company` is None when too few answered: then no group has figures either. `groups`, `hidden` and `pooled` are in
    alphabetical order of `name`; a group is in exactly one of them: with figures, without, or (in a week) so small that
    its pulse comes once a period, in a publication of the kind PULSE_PERIOD, which has groups and no company. `steps`:
    share of people who ticked off a step. `noticed`: share of "noticed" among the answers, by promise. `drawn`: the
    noisy counts behind all shares, by figure and part. `spreads`: the company's standard deviation of each mean, behind
    every interval. `k`: the threshold that held. `recommendations`: of the first edition, stored as “tips”.
    """

    kind: Kind
    slot: date
    weeks: int
    k: int
    company: GroupFigures | None
    groups: tuple[GroupFigures, ...]
    hidden: tuple[Group, ...]
    pooled: tuple[Group, ...] = ()
    spreads: Mapping[str, float] = field(default_factory=dict)
    steps: Share | None = None
    noticed: Mapping[int, Share] = field(default_factory=dict)
    drawn: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    recommendations: Annotated[Mapping[str, Share], Field(alias="tips")] = field(default_factory=dict)
    edition: int = EDITION

    @property
    def period(self) -> Period:
        """The weeks that it is about."""
        return Period(self.slot, self.weeks)

    @property
    def cells(self) -> tuple[GroupFigures, ...]:
        """The company, then the groups."""
        return self.groups if self.company is None else (self.company, *self.groups)

    @property
    def all_groups(self) -> tuple[Group, ...]:
        """The groups with figures, then those that report once a period, then the hidden ones."""
        return (*(cell.group for cell in self.groups if cell.group is not None), *self.pooled, *self.hidden)

    def cell(self, key: GroupKey) -> GroupFigures | None:
        """Return the cell with this key, or None where no figures were published."""
        return next((cell for cell in self.cells if cell.key == key), None)

    def reports_once(self, key: GroupKey) -> bool:
        """Return whether a group's pulse comes once a period, instead of in this week."""
        return any(group.key == key for group in self.pooled)

    def group_of(self, department_id: int | None) -> Group | None:
        """Return the group in which a department reported, shown or not."""
        return next((group for group in self.all_groups if department_id in group.departments), None)


_PAYLOAD = TypeAdapter(Publication)


async def store(session: AsyncSession, publication: Publication, now: datetime) -> bool:
    """Store a publication unless this slot already has one; return whether it was stored."""
    insert = insert_into(
        session,
        StoredPublication,
        kind=publication.kind,
        slot=publication.slot,
        edition=publication.edition,
        payload=_PAYLOAD.dump_python(publication, mode="json", by_alias=True),
        published_at=now,
    )
    once = insert.on_conflict_do_nothing(index_elements=["kind", "slot"]).returning(StoredPublication.id)
    return await session.scalar(once) is not None


async def latest(session: AsyncSession, kind: Kind) -> Publication | None:
    """Return the newest publication of this kind."""
    found = await history(session, kind, 1)
    return found[0] if found else None


async def ends(session: AsyncSession) -> dict[str, date]:
    """Return the day after the newest publication of each kind that has one. One statement, which reads no figures."""
    other = aliased(StoredPublication)
    is_newest = ~exists().where(other.kind == StoredPublication.kind, other.slot > StoredPublication.slot)
    weeks = StoredPublication.payload["weeks"].as_integer()
    rows = await session.execute(select(StoredPublication.kind, StoredPublication.slot, weeks).where(is_newest))
    return {kind: Period(slot, length).end for kind, slot, length in rows}


async def find(session: AsyncSession, kind: Kind, slot: date) -> Publication | None:
    """Return the publication about the week or period that began on this Monday."""
    row = await session.scalar(
        select(StoredPublication).where(StoredPublication.kind == kind, StoredPublication.slot == slot)
    )
    return None if row is None else _read(row)


async def history(session: AsyncSession, kind: Kind, number: int, until: date | None = None) -> list[Publication]:
    """Return the newest publications, up to the one about `until`, oldest first."""
    rows = select(StoredPublication).where(StoredPublication.kind == kind)
    if until is not None:
        rows = rows.where(StoredPublication.slot <= until)
    found = await session.scalars(rows.order_by(StoredPublication.slot.desc()).limit(number))
    return [_read(row) for row in found][::-1]


async def export(session: AsyncSession) -> list[dict[str, Any]]:
    """Return every publication for other programs, oldest first, as JSON has it: what HR reads, and when it could.

    What the figures were made with, noisy counts and spreads, stays here.
    """
    rows = await session.scalars(select(StoredPublication).order_by(StoredPublication.slot, StoredPublication.kind))
    return [
        _PAYLOAD.dump_python(_read(row), mode="json", by_alias=True, exclude={"drawn", "spreads"})
        | {"published_at": row.published_at.isoformat()}
        for row in rows
    ]


def _read(row: StoredPublication) -> Publication:
    return _PAYLOAD.validate_python(row.payload | {"edition": row.edition})
