"""What the head of a department sees: the published figures of the reporting group, and what was promised to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, User
from services.account.permissions import is_manager
from services.account.unit_of_work import UnitOfWork
from services.company.memberships import COMPANY, Group, GroupKey, reads_at, reads_from
from services.gate import publications
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Publication
from services.gate.trends import GroupPulse, find_pulse
from services.kit.errors import NotAllowed
from services.summary.weekly import PromiseLine, promises


@dataclass(frozen=True, slots=True)
class ManagedTeam:
    """A managed department, or several that report together. `group` is as in the newest publication, shown or hidden.

    `pulse`: as of the newest week; where the group reports once a period (`is_pooled`), of periods.
    `promises`: what concerns the group, the company's promises included.
    """

    name: str
    name_en: str | None
    group: Group | None
    is_pooled: bool
    pulse: GroupPulse | None
    promises: tuple[PromiseLine, ...]


@dataclass(frozen=True, slots=True)
class TeamCard:
    """Everything on a manager's screen. `week` is the newest; `period_then` the period before `period`.

    `company`: the company's pulse. `comes_weekly`: whether
    the manager wished to get this every week. `opens_on`: the day from which on somebody who was appointed lately reads
    figures; until then there are none here.
    """

    teams: tuple[ManagedTeam, ...]
    week: Publication | None
    period: Publication | None
    period_then: Publication | None
    company: GroupPulse | None
    on: date
    comes_weekly: bool
    opens_on: date | None = None


async def look(session: AsyncSession, manager_id: int, on: date, now: datetime) -> TeamCard:
    """What a manager sees on the day `on`: before the appointment counts, only from when on.

    Raises NotAllowed for whoever manages no department now.
    """
    manager = await session.get(User, manager_id)
    rows = (await session.scalars(select(Department).where(Department.manager_id == manager_id))).all()
    if manager is None or manager.offboarded_at is not None or not rows:
        raise NotAllowed
    comes_weekly = manager.team_summary_since is not None
    if not await reads_at(session, manager_id, on):
        opens_on = await reads_from(session, manager_id, on)
        teams = await _teams(session, rows, None, ())
        return TeamCard(teams, None, None, None, None, on, comes_weekly, opens_on)
    week = await publications.latest(session, PULSE_WEEK)
    periods = await publications.history(session, CHECKIN_PERIOD, 2)
    lines = await promises(session, now)
    return TeamCard(
        teams=await _teams(session, rows, week, lines),
        week=week,
        period=periods[-1] if periods else None,
        period_then=periods[0] if len(periods) > 1 else None,
        company=None if week is None else await find_pulse(session, week, COMPANY),
        on=on,
        comes_weekly=comes_weekly,
    )


async def require_manager(uow: UnitOfWork) -> None:
    """Raises NotAllowed for whoever manages no department now."""
    if not await is_manager(uow.session, uow.member):
        raise NotAllowed


async def wish(uow: UnitOfWork, weekly: bool) -> None:
    """Whether the manager gets the figures every week. Raises NotAllowed."""
    await require_manager(uow)
    since = uow.now if weekly else None
    await uow.session.execute(
        update(User).where(User.id == uow.member.id).values(team_summary_since=since, updated_at=uow.now)
    )


async def _teams(
    session: AsyncSession, departments: Sequence[Department], week: Publication | None, lines: Sequence[PromiseLine]
) -> tuple[ManagedTeam, ...]:
    """One for each reporting group of these departments, so that departments that report together stand once."""
    teams: dict[GroupKey, ManagedTeam] = {}
    for row in departments:
        group = None if week is None else week.group_of(row.id)
        own = GroupKey.of_department(row.id)
        key = own if group is None else group.key
        name = (row.name, row.name_en) if group is None else (group.name, group.name_en)
        concerned = {COMPANY, key, own}
        teams[key] = ManagedTeam(
            *name,
            group,
            is_pooled=week is not None and week.reports_once(key),
            pulse=None if week is None else await find_pulse(session, week, key),
            promises=tuple(line for line in lines if line.target in concerned),
        )
    return tuple(teams.values())
