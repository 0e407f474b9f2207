"""What was published: the shapes, and storing and reading them. Coarse figures only; exact ones never leave the gate.

A publication is stored as it was sent and never changes, so everything that is shown later (a line over time, a file,
a manager's view, a rule that fired) is computed from these shapes and says no more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import StoredPublication
from models.upsert import insert_into
from services.company.memberships import COMPANY, Group, GroupKey
from services.kit.calendar import Period

Kind = Literal["pulse_week", "checkin_period"]
PULSE_WEEK: Kind = "pulse_week"
CHECKIN_PERIOD: Kind = "checkin_period"
FLOOR = 0.1
CEILING = 0.9


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean on its grid of `step`s. The 95 % interval includes the rounding; below ten people both ends are None.

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

    `low`, `high`: the Wilson interval of the published share, where one is given.
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
    """What is shown in place of a number of people: from `low` to `high`, or (None) "`low` and more"."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Levels:
    """Shares of people by level. Where one of them would be a handful, `raised` stands for medium and high together."""

    low: Share
    medium: Share | None
    high: Share | None
    raised: Share | None


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one set of people. `group` is None for the company.

    `means` by name: of a week `burnout`, `stress`, `productivity` (0–10), of a period `EE`, `DP`, `RA` (0–6) and
    `total` (0–120). `items` by rule name (`q1`): mean item scores 0–6, empty where too few answered. `participation`:
    share of the group's people whose answers are in these figures; None for fewer than ten people.
    """

    group: Group | None
    answered: Band
    participation: Share | None
    means: Mapping[str, Mean]
    items: Mapping[str, Mean]
    levels: Levels | None

    @property
    def key(self) -> GroupKey:
        """COMPANY, or the group's key."""
        return COMPANY if self.group is None else self.group.key


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that was published about one closed ISO week or check-in period, `weeks` long from Monday `slot`.

    `company` is None when too few answered: then no group has figures either. `groups` and `hidden` are in alphabetical
    order of `name`; a group is in exactly one of them. `tips`: share of people who ticked off a tip, by category.
    `noticed`: share of "noticed" among the answers, by promise. `k`: the threshold that held.
    """

    kind: Kind
    slot: date
    weeks: int
    k: int
    company: Cell | None
    groups: tuple[Cell, ...]
    hidden: tuple[Group, ...]
    tips: Mapping[str, Share]
    noticed: Mapping[int, Share]

    @property
    def period(self) -> Period:
        """The weeks that it is about."""
        return Period(self.slot, self.weeks)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The company, then the groups."""
        return () if self.company is None else (self.company, *self.groups)

    @property
    def all_groups(self) -> tuple[Group, ...]:
        """The groups with figures, then the hidden ones."""
        return (*(cell.group for cell in self.groups if cell.group is not None), *self.hidden)

    def cell(self, key: GroupKey) -> Cell | None:
        """The cell with this key, or None where no figures were published."""
        return next((cell for cell in self.cells if cell.key == key), None)

    def group_of(self, department_id: int | None) -> Group | None:
        """The group in which a department reported, shown or hidden."""
        return next((group for group in self.all_groups if department_id in group.departments), None)


_PAYLOAD = TypeAdapter(Publication)


async def store(session: AsyncSession, publication: Publication, now: datetime) -> bool:
    """Store a publication unless this slot has one already; tells whether it was stored."""
    insert = insert_into(
        session,
        StoredPublication,
        kind=publication.kind,
        slot=publication.slot,
        payload=_PAYLOAD.dump_python(publication, mode="json"),
        published_at=now,
    )
    once = insert.on_conflict_do_nothing(index_elements=["kind", "slot"]).returning(StoredPublication.id)
    return await session.scalar(once) is not None


async def latest(session: AsyncSession, kind: Kind) -> Publication | None:
    """The newest publication of this kind."""
    found = await history(session, kind, 1)
    return found[0] if found else None


async def find(session: AsyncSession, kind: Kind, slot: date) -> Publication | None:
    """The publication about the week or period that began on this Monday."""
    payload = await session.scalar(
        select(StoredPublication.payload).where(StoredPublication.kind == kind, StoredPublication.slot == slot)
    )
    return None if payload is None else _PAYLOAD.validate_python(payload)


async def history(session: AsyncSession, kind: Kind, number: int, until: date | None = None) -> list[Publication]:
    """The newest publications, up to the one about `until`, oldest first."""
    rows = select(StoredPublication.payload).where(StoredPublication.kind == kind)
    if until is not None:
        rows = rows.where(StoredPublication.slot <= until)
    payloads = await session.scalars(rows.order_by(StoredPublication.slot.desc()).limit(number))
    return [_PAYLOAD.validate_python(payload) for payload in payloads][::-1]
