"""Reporting groups: small departments that report under one name. Every change holds from the next period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, ReportingGroup, User
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, memberships
from services.company.departments import DepartmentLine, NameField, check_free, key_of, list_departments, read_name
from services.company.errors import AlreadyInGroup, DepartmentGone, GroupGone, GroupTooSmall, InAnotherGroup, NotInGroup
from services.company.memberships import Group, GroupKey
from services.company.messages import NOTICE_LIFETIME, GroupingSubject
from services.kit.calendar import Calendar
from services.kit.pages import Page, page_of
from services.kit.text import name_in
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule_for_all

SMALLEST = 2  # departments; one of them reports by itself


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group for the list: the number of its departments from the next period on (0: dissolved then)."""

    id: int
    name: str
    departments: int


@dataclass(frozen=True, slots=True)
class ReportingGroupCard:
    """A group: its departments `now`, and those that it has from the day `since` on."""

    id: int
    name: str
    name_en: str | None
    now: tuple[DepartmentLine, ...]
    next: tuple[DepartmentLine, ...]
    since: date


@dataclass(frozen=True, slots=True)
class DepartmentChoice:
    """A page of departments that report by themselves from `since` on, and which of them are chosen."""

    page: Page[DepartmentLine]
    chosen: tuple[DepartmentLine, ...]
    since: date


async def list_page(uow: UnitOfWork, calendar: Calendar, number: int) -> Page[GroupLine]:
    """Return one page of the groups that join departments now or from the next period on. Raise NotAllowed."""
    require_hr(uow.member)
    present = await _named(uow.session, calendar.today(uow.now))
    coming = await _named(uow.session, calendar.period_at(uow.now).end)
    lines = [
        GroupLine(id_, name_in(uow.member.locale, group.name, group.name_en), len(_departments_in(coming, id_)))
        for id_, group in {**present, **coming}.items()
    ]
    return page_of(sorted(lines, key=lambda line: (line.name.casefold(), line.id)), number)


async def card(uow: UnitOfWork, group_id: int, calendar: Calendar) -> ReportingGroupCard:
    """Return one group. Raise NotAllowed, GroupGone."""
    require_hr(uow.member)
    group = await _find(uow.session, group_id)
    since = calendar.period_at(uow.now).end
    lines = {line.id: line for line in await list_departments(uow.session, uow.member.locale)}

    async def members(day: date) -> tuple[DepartmentLine, ...]:
        ids = await _departments_of(uow.session, group_id, day)
        return tuple(line for id_, line in lines.items() if id_ in ids)

    return ReportingGroupCard(
        group.id, group.name, group.name_en, await members(calendar.today(uow.now)), await members(since), since
    )


async def choice(uow: UnitOfWork, chosen: Collection[int], calendar: Calendar, number: int) -> DepartmentChoice:
    """Return the departments that can come into a group. Raise NotAllowed."""
    require_hr(uow.member)
    since = calendar.period_at(uow.now).end
    joined = {id_ for group in (await _named(uow.session, since)).values() for id_ in group.departments}
    free = [line for line in await list_departments(uow.session, uow.member.locale) if line.id not in joined]
    return DepartmentChoice(page_of(free, number), tuple(line for line in free if line.id in chosen), since)


async def create(
    uow: UnitOfWork, text: str, department_ids: Sequence[int], calendar: Calendar, name_en: str | None = None
) -> int:
    """Create a group of two or more departments under a typed name; return its id. A dissolved group of this name is
    revived.

    The people of its departments are told, as they are of every change. Raise NotAllowed, GroupTooSmall, NoLetters,
    TooLong, NameTaken, DepartmentGone, InAnotherGroup.
    """
    require_hr(uow.member)
    ids = sorted(set(department_ids))
    if len(ids) < SMALLEST:
        raise GroupTooSmall
    name = read_name(text)
    old = await _dissolved(uow.session, name, calendar, uow.now)
    for one in filter(None, (name, name_en)):
        await check_free(uow.session, one, group_id=old.id if old else None)
    for department_id in ids:
        await _check_alone(uow.session, department_id, calendar, uow.now)
    group = old or ReportingGroup(name=name, created_at=uow.now, updated_at=uow.now)
    group.name, group.name_en, group.updated_at = name, name_en, uow.now
    uow.session.add(group)
    await uow.session.flush()
    await _regroup(uow, ids, group.id, calendar)
    await audit.record(uow, "created_group", GroupKey.of_group(group.id))
    return group.id


async def add(uow: UnitOfWork, group_id: int, department_id: int, calendar: Calendar) -> None:
    """Add one department. Raise NotAllowed, GroupGone, DepartmentGone, AlreadyInGroup, InAnotherGroup."""
    require_hr(uow.member)
    await _find(uow.session, group_id, to_change=True)
    if department_id in await _departments_of(uow.session, group_id, calendar.period_at(uow.now).end):
        raise AlreadyInGroup
    await _check_alone(uow.session, department_id, calendar, uow.now)
    await _regroup(uow, [department_id], group_id, calendar)
    await audit.record(uow, "changed_group", GroupKey.of_group(group_id))


async def take_out(uow: UnitOfWork, group_id: int, department_id: int, calendar: Calendar) -> None:
    """Take one department out. Raise NotAllowed, GroupGone, NotInGroup, GroupTooSmall."""
    require_hr(uow.member)
    await _find(uow.session, group_id, to_change=True)
    members = await _departments_of(uow.session, group_id, calendar.period_at(uow.now).end)
    if department_id not in members:
        raise NotInGroup
    if len(members) <= SMALLEST:
        raise GroupTooSmall
    await _regroup(uow, [department_id], None, calendar)
    await audit.record(uow, "changed_group", GroupKey.of_group(group_id))


async def dissolve(uow: UnitOfWork, group_id: int, calendar: Calendar) -> None:
    """Let each department report by itself again; a dissolved group stays so. Raise NotAllowed, GroupGone."""
    require_hr(uow.member)
    await _find(uow.session, group_id, to_change=True)
    members = await _departments_of(uow.session, group_id, calendar.period_at(uow.now).end)
    if members:
        await _regroup(uow, members, None, calendar)
        await audit.record(uow, "dissolved_group", GroupKey.of_group(group_id))


async def rename(uow: UnitOfWork, group_id: int, field: NameField, text: str) -> None:
    """Change the name, or the English one. Raise NotAllowed, GroupGone, NoLetters, TooLong, NameTaken."""
    require_hr(uow.member)
    group = await _find(uow.session, group_id)
    name = read_name(text)
    await check_free(uow.session, name, group_id=group_id)
    await _set_name(uow, group, field, name)


async def drop_name_en(uow: UnitOfWork, group_id: int) -> None:
    """Show readers of English the name itself again. Raise NotAllowed, GroupGone."""
    require_hr(uow.member)
    await _set_name(uow, await _find(uow.session, group_id), "name_en", None)


async def _regroup(uow: UnitOfWork, department_ids: Sequence[int], group_id: int | None, calendar: Calendar) -> None:
    """Let departments report with a group, or (None) by themselves, from the next period on, and tell their people."""
    since = await memberships.regroup(uow.session, department_ids, group_id, calendar, uow.now)
    subject = GroupingSubject(since, group_id, int(uow.now.timestamp()))
    notice = PlannedMessage(kinds.REGROUPED, subject, uow.now, uow.now + NOTICE_LIFETIME)
    concerned = User.department_id.in_(department_ids) & User.offboarded_at.is_(None) & User.unreachable_at.is_(None)
    await schedule_for_all(uow.session, concerned, notice, uow.now)


async def _set_name(uow: UnitOfWork, group: ReportingGroup, field: NameField, name: str | None) -> None:
    if getattr(group, field) == name:
        return
    setattr(group, field, name)
    group.updated_at = uow.now
    await audit.record(uow, "renamed_group", GroupKey.of_group(group.id))


async def _find(session: AsyncSession, group_id: int, *, to_change: bool = False) -> ReportingGroup:
    """Return the group, locked when it is about to change: of two people at once, the second sees the first one's
    change.
    """
    group = await session.get(ReportingGroup, group_id, with_for_update=to_change)
    if group is None:
        raise GroupGone
    return group


async def _named(session: AsyncSession, day: date) -> dict[int, Group]:
    """Return the named groups of a day by their id."""
    groups = await memberships.groups_at(session, day)
    return {group_id: group for group in groups if (group_id := group.key.group_id) is not None}


async def _departments_of(session: AsyncSession, group_id: int, day: date) -> tuple[int, ...]:
    return _departments_in(await _named(session, day), group_id)


def _departments_in(groups: Mapping[int, Group], group_id: int) -> tuple[int, ...]:
    return groups[group_id].departments if group_id in groups else ()


async def _check_alone(session: AsyncSession, department_id: int, calendar: Calendar, now: datetime) -> None:
    """Raise DepartmentGone, or InAnotherGroup for a department that is in a group from the next period on.

    The department is locked, so that two people never put it into two groups at once.
    """
    if await session.get(Department, department_id, with_for_update=True) is None:
        raise DepartmentGone
    groups = await _named(session, calendar.period_at(now).end)
    if any(department_id in group.departments for group in groups.values()):
        raise InAnotherGroup


async def _dissolved(session: AsyncSession, name: str, calendar: Calendar, now: datetime) -> ReportingGroup | None:
    """Return the group of this name that joins nothing, now or later: publications may name it, so its row is kept."""
    alive = {*await _named(session, calendar.today(now)), *await _named(session, calendar.period_at(now).end)}
    groups = await session.scalars(select(ReportingGroup))
    return next((group for group in groups if key_of(group.name) == key_of(name) and group.id not in alive), None)
