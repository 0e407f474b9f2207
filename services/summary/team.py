"""What the head of a department sees: the published figures of the reporting group, and what was promised to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Talk, TalkQuestion
from content.rules import Value
from content.rules_vocabulary import TALK_NAMES
from models import Department, User
from services.account.permissions import is_manager
from services.account.unit_of_work import UnitOfWork
from services.company.audience import Target, managed_targets
from services.company.memberships import COMPANY, Group, GroupKey, reads_at, reads_from
from services.gate import publications, trends
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Publication
from services.gate.trends import Change, GroupPulse, find_pulse
from services.kit.errors import NotAllowed
from services.summary.weekly import PromiseLine, promises

QUESTIONS = 2


@dataclass(frozen=True, slots=True)
class Newest:
    """The publications that figures are taken from; `before` is the period before `period`."""

    week: Publication | None
    period: Publication | None
    before: Publication | None


@dataclass(frozen=True, slots=True)
class ManagedTeam:
    """A managed department, or several that report together. `group` is as in the newest publication, shown or hidden.

    `pulse`: as of the newest week; where the group reports once a period (`is_pooled`), of periods.
    `promises`: what concerns the group, the company's promises included. `questions`: two for a talk about its figures,
    or about the work where it has none. `targets`: for whom the manager may record what was agreed.
    """

    name: str
    name_en: str | None
    group: Group | None
    is_pooled: bool
    pulse: GroupPulse | None
    promises: tuple[PromiseLine, ...]
    questions: tuple[TalkQuestion, ...]
    targets: tuple[Target, ...]

    @property
    def agreements(self) -> tuple[PromiseLine, ...]:
        """What managers recorded for these people."""
        return tuple(line for line in self.promises if line.by_manager)


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for all groups: the content, for whom the manager speaks by department, what was promised."""

    talk: Talk
    targets: Mapping[int, Target]
    lines: Sequence[PromiseLine]


@dataclass(frozen=True, slots=True)
class TeamCard:
    """Everything on a manager's screen. `company`: the company's pulse. `comes_weekly`: whether
    the manager wished to get this every week. `opens_on`: the day from which on someone who was appointed lately reads
    figures; until then there are none here.
    """

    teams: tuple[ManagedTeam, ...]
    newest: Newest
    company: GroupPulse | None
    on: date
    comes_weekly: bool
    opens_on: date | None = None


async def look(session: AsyncSession, talk: Talk, manager_id: int, on: date, now: datetime) -> TeamCard:
    """Return what a manager sees on the day `on`: before the appointment counts, only from when on.

    Raise NotAllowed for whoever manages no department now.
    """
    manager = await session.get(User, manager_id)
    rows = (await session.scalars(select(Department).where(Department.manager_id == manager_id))).all()
    if manager is None or manager.offboarded_at is not None or not rows:
        raise NotAllowed
    comes_weekly = manager.team_summary_since is not None
    around = Around(talk, await managed_targets(session, manager_id, on), await promises(session, now))
    if not await reads_at(session, manager_id, on):
        opens_on = await reads_from(session, manager_id, on)
        nothing = Newest(None, None, None)
        return TeamCard(await _teams(session, rows, nothing, around), nothing, None, on, comes_weekly, opens_on)
    week = await publications.latest(session, PULSE_WEEK)
    periods = await publications.history(session, CHECKIN_PERIOD, 2)
    newest = Newest(week, periods[-1] if periods else None, periods[0] if len(periods) > 1 else None)
    return TeamCard(
        teams=await _teams(session, rows, newest, around),
        newest=newest,
        company=None if week is None else await find_pulse(session, week, COMPANY),
        on=on,
        comes_weekly=comes_weekly,
    )


async def require_manager(uow: UnitOfWork) -> None:
    """Raise NotAllowed for people who manage no department now."""
    if not await is_manager(uow.session, uow.member):
        raise NotAllowed


async def wish(uow: UnitOfWork, weekly: bool) -> None:
    """Set whether the manager gets the figures every week. Raise NotAllowed."""
    await require_manager(uow)
    since = uow.now if weekly else None
    await uow.session.execute(
        update(User).where(User.id == uow.member.id).values(team_summary_since=since, updated_at=uow.now)
    )


async def _teams(
    session: AsyncSession, departments: Sequence[Department], newest: Newest, around: Around
) -> tuple[ManagedTeam, ...]:
    """Return one for each reporting group of these departments, so that departments that report together stand once."""
    week, teams = newest.week, dict[GroupKey, ManagedTeam]()
    for row in departments:
        group = None if week is None else week.group_of(row.id)
        key = GroupKey.of_department(row.id) if group is None else group.key
        name = (row.name, row.name_en) if group is None else (group.name, group.name_en)
        targets = [
            around.targets[id_] for id_ in ((row.id,) if group is None else group.departments) if id_ in around.targets
        ]
        concerned = {COMPANY, key, GroupKey.of_department(row.id), *(target.key for target in targets)}
        pulse = None if week is None else await find_pulse(session, week, key)
        teams[key] = ManagedTeam(
            *name,
            group,
            is_pooled=week is not None and week.reports_once(key),
            pulse=pulse,
            promises=tuple(line for line in around.lines if line.target in concerned),
            questions=around.talk.questions_about(_values(pulse, newest, key), QUESTIONS),
            targets=tuple(dict.fromkeys(targets)),
        )
    return tuple(teams.values())


def _values(pulse: GroupPulse | None, newest: Newest, key: GroupKey) -> Mapping[str, Value]:
    """Return every name of the questions' rules: published means and clear changes; None where there is none."""
    values: dict[str, Value] = dict.fromkeys(TALK_NAMES)
    for figure, shift in (pulse.shifts if pulse else {}).items():
        values |= {figure: shift.now.value, f"{figure}_moved": _moved(shift.change)}
    if newest.period is None or (cell := newest.period.cell(key)) is None:
        return values
    scales = {scale: mean.value for scale, mean in cell.means.items() if scale in values}
    return values | scales | {"total_moved": _moved(trends.change(newest.period, newest.before, key, "total"))}


def _moved(change: Change | None) -> float | None:
    if change is None:
        return None
    return change.difference if change.is_clear else 0
