"""Departments: the list to choose from, finding or creating one by name, and what HR sets of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Grouping, Invite, Membership, ReportingGroup, StoredPublication, User
from models.folded import contains, folded
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, memberships, roles
from services.company.calendar.country import plan_anew
from services.company.calendar.holds import end_orphans
from services.company.errors import DepartmentGone, DepartmentInUse, NameTaken
from services.company.memberships import Group, GroupKey
from services.company.messages import ReaderNews
from services.kit.calendar import Calendar
from services.kit.errors import NotYours
from services.kit.pages import Page, page_of
from services.kit.text import clean_line, name_in, read_line
from services.kit.zones import is_zone

NAME_LENGTH = 60  # fits on a button and into a line of the summary
ID_DIGITS = 9  # every number of so many digits fits into an integer column
FOUND = 8  # people shown by a search; a longer name finds fewer

NameField = Literal["name", "name_en"]


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department as a person chooses it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ManagerCandidate:
    """Someone who has joined, for a choice."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Reports:
    """With whom a department reports: `group` is None while it does so by itself. `next` holds from the day `since`."""

    group: Group | None
    next: Group | None
    since: date


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """Everything that HR sets of a department, the people in it, and whether it may be erased.

    `manager_reads_from`: the day on which a manager who does not read the figures yet begins to.
    """

    id: int
    name: str
    name_en: str | None
    timezone: str | None
    country: str | None
    kind_of_work: str | None
    manager: ManagerCandidate | None
    manager_reads_from: date | None
    people: int
    reports: Reports
    can_be_deleted: bool


async def list_departments(session: AsyncSession, locale: str) -> list[DepartmentLine]:
    """Return all departments in alphabetical order of the names in this language."""
    rows = await session.execute(select(Department.id, Department.name, Department.name_en))
    lines = [DepartmentLine(id_, name_in(locale, name, name_en)) for id_, name, name_en in rows]
    return sorted(lines, key=lambda line: line.name.casefold())


async def list_page(uow: UnitOfWork, number: int) -> Page[DepartmentLine]:
    """Return one page of the departments. Raise NotAllowed."""
    require_hr(uow.member)
    return page_of(await list_departments(uow.session, uow.member.locale), number)


async def find_or_create(session: AsyncSession, name: str, now: datetime, *, name_en: str | None = None) -> int:
    """Return the id of the department with this name, which is created when there is none."""
    found = await session.scalar(select(Department.id).where(Department.name == name))
    if found is not None:
        return found
    return await _add(session, name, name_en, now)


async def find(session: AsyncSession, department_id: int, *, to_change: bool = False) -> Department:
    """Return the department, locked and read again when it is about to change. Raise DepartmentGone."""
    department = await session.get(
        Department, department_id, with_for_update=to_change or None, populate_existing=to_change
    )
    if department is None:
        raise DepartmentGone
    return department


async def names(session: AsyncSession) -> dict[str, int]:
    """Return the id of every department by each of its names, folded as `key_of` does."""
    rows = await session.execute(select(Department.id, Department.name, Department.name_en))
    return {key_of(name): id_ for id_, *both in rows for name in both if name}


def key_of(name: str) -> str:
    """Return what two names that look the same have in common."""
    return clean_line(name).casefold()


def read_name(text: str) -> str:
    """Return a name of a department or a group as typed, on one line. Raise NoLetters, TooLong."""
    return read_line(text, NAME_LENGTH)


async def check_free(
    session: AsyncSession, name: str, *, department_id: int | None = None, group_id: int | None = None
) -> None:
    """Raise NameTaken when any other department or reporting group than these has this name in either language.

    Folded here and not by the database: SQLite folds the Latin alphabet only. PostgreSQL locks the names until the
    commit, so that of two people who type the same name one reads that it is taken.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("exhale names"))))
    own: dict[type[Department | ReportingGroup], int | None] = {Department: department_id, ReportingGroup: group_id}
    for table, own_id in own.items():
        rows = await session.execute(select(table.id, table.name, table.name_en))
        if any(id_ != own_id and key_of(name) in {key_of(one) for one in both if one} for id_, *both in rows):
            raise NameTaken


async def card(uow: UnitOfWork, department_id: int, calendar: Calendar) -> DepartmentCard:
    """Return one department. Raise NotAllowed, DepartmentGone."""
    require_hr(uow.member)
    department = await find(uow.session, department_id)
    manager = await uow.session.get(User, department.manager_id) if department.manager_id else None
    people = await uow.session.scalar(select(func.count()).select_from(User).where(*_members(department_id)))
    return DepartmentCard(
        id=department.id,
        name=department.name,
        name_en=department.name_en,
        timezone=department.timezone,
        country=department.country,
        kind_of_work=department.kind_of_work,
        manager=ManagerCandidate(manager.id, manager.name) if manager else None,
        manager_reads_from=None
        if manager is None
        else await memberships.reads_from(uow.session, manager.id, calendar.today(uow.now)),
        people=people or 0,
        reports=await _reports(uow.session, department_id, calendar, uow.now),
        can_be_deleted=not await _is_in_use(uow.session, department_id),
    )


async def create(uow: UnitOfWork, text: str) -> int:
    """Create a department under a typed name; return its id. Raise NotAllowed, NoLetters, TooLong, NameTaken."""
    require_hr(uow.member)
    name = read_name(text)
    await check_free(uow.session, name)
    department_id = await _add(uow.session, name, None, uow.now)
    await audit.record(uow, "created_department", GroupKey.of_department(department_id))
    return department_id


async def rename(uow: UnitOfWork, department_id: int, field: NameField, text: str) -> None:
    """Change the name, or the English one. Raise NotAllowed, DepartmentGone, NoLetters, TooLong, NameTaken."""
    require_hr(uow.member)
    department = await find(uow.session, department_id)
    name = read_name(text)
    await check_free(uow.session, name, department_id=department_id)
    await _change(uow, department, {field: name}, "renamed_department")


async def drop_name_en(uow: UnitOfWork, department_id: int) -> None:
    """Show readers of English the name itself again. Raise NotAllowed, DepartmentGone."""
    require_hr(uow.member)
    department = await find(uow.session, department_id)
    await _change(uow, department, {"name_en": None}, "renamed_department")


async def set_work(uow: UnitOfWork, department_id: int, kind: str | None, known: Collection[str]) -> None:
    """The kind of work, one of the `known` keys of the content or None.

    Raise NotAllowed, DepartmentGone, and NotYours for any other.
    """
    require_hr(uow.member)
    if kind is not None and kind not in known:
        raise NotYours
    department = await find(uow.session, department_id)
    await _change(uow, department, {"kind_of_work": kind}, "changed_department")


async def set_zone(uow: UnitOfWork, department_id: int, zone: str | None) -> None:
    """The time zone of people who join from now on, None for the company's.

    Raise NotAllowed, DepartmentGone, and NotYours for what is no zone.
    """
    require_hr(uow.member)
    if zone is not None and not is_zone(zone):
        raise NotYours
    department = await find(uow.session, department_id)
    await _change(uow, department, {"timezone": zone}, "changed_department")


async def set_country(uow: UnitOfWork, department_id: int, country: str | None) -> None:
    """Set whose public holidays the department has, None for the company's. Raise NotAllowed, DepartmentGone."""
    require_hr(uow.member)
    department = await find(uow.session, department_id)
    await _change(uow, department, {"country": country}, "changed_department")
    await plan_anew(uow.session, uow.now)


async def set_manager(uow: UnitOfWork, department_id: int, person: str, calendar: Calendar) -> list[int]:
    """Who reads the figures of the group, from the next period on: a person's id as a button carries it, "" for no one.

    Gives the Telegram accounts of those who come and go, and are told. Raise NotAllowed, DepartmentGone, and NotYours
    for someone who is not in (any more).
    """
    require_hr(uow.member)
    department = await find(uow.session, department_id, to_change=True)
    user_id = await _find_person(uow.session, person) if person else None
    former_id = department.manager_id
    if former_id == user_id:
        return []
    await _change(uow, department, {"manager_id": user_id}, "set_manager")
    return await _settle_managers(uow, department_id, former_id, user_id, calendar)


async def candidates(uow: UnitOfWork, department_id: int, number: int) -> Page[ManagerCandidate]:
    """Return a page of the people in the department, for the choice of a manager. Raise NotAllowed, DepartmentGone."""
    require_hr(uow.member)
    await find(uow.session, department_id)
    rows = await uow.session.execute(select(User.id, User.name).where(*_members(department_id)))
    people = sorted((ManagerCandidate(*row) for row in rows), key=lambda line: (line.name.casefold(), line.id))
    return page_of(people, number)


async def search(uow: UnitOfWork, text: str) -> list[ManagerCandidate]:
    """Return up to FOUND people of any department whose name contains what was typed. Raise NotAllowed, NoLetters."""
    require_hr(uow.member)
    rows = await uow.session.execute(
        select(User.id, User.name)
        .where(contains(User.name, read_name(text)), User.offboarded_at.is_(None))
        .order_by(folded(User.name), User.id)
        .limit(FOUND)
    )
    return [ManagerCandidate(*row) for row in rows]


async def delete(uow: UnitOfWork, department_id: int, calendar: Calendar) -> None:
    """Erase a department that nothing depends on; one that is gone stays gone. Raise NotAllowed, DepartmentInUse."""
    require_hr(uow.member)
    department = await uow.session.get(Department, department_id, with_for_update=True)
    if department is None:
        return
    if await _is_in_use(uow.session, department_id):
        raise DepartmentInUse
    former_id = department.manager_id
    await uow.session.delete(department)
    await uow.session.flush()
    await end_orphans(uow.session, calendar, uow.now)
    await audit.record(uow, "deleted_department", GroupKey.of_department(department_id))
    await _settle_managers(uow, department_id, former_id, None, calendar)


async def _add(session: AsyncSession, name: str, name_en: str | None, now: datetime) -> int:
    department = Department(name=name, name_en=name_en, created_at=now, updated_at=now)
    session.add(department)
    await session.flush()
    return department.id


async def _change(uow: UnitOfWork, department: Department, values: dict[str, object], action: str) -> None:
    """Set columns and record it; setting what is already set is no change."""
    if all(getattr(department, column) == value for column, value in values.items()):
        return
    for column, value in values.items():
        setattr(department, column, value)
    department.updated_at = uow.now
    await audit.record(uow, action, GroupKey.of_department(department.id))


async def _settle_managers(
    uow: UnitOfWork, department_id: int, former_id: int | None, new_id: int | None, calendar: Calendar
) -> list[int]:
    """Let the change count from the next period on and tell both; return their Telegram accounts."""
    news: dict[int, ReaderNews] = {}
    if former_id is not None:
        news[former_id] = "manages_no_more"
    if new_id is not None:
        news[new_id] = "manages"
    since = await roles.settle_readers(uow.session, news, calendar, uow.now)
    for user_id, what in news.items():
        await roles.tell_reader(uow.session, user_id, what, since, uow.now, department_id)
    return list(await uow.session.scalars(select(User.telegram_id).where(User.id.in_(news))))


async def _reports(session: AsyncSession, department_id: int, calendar: Calendar, now: datetime) -> Reports:
    since = calendar.period_at(now).end

    async def group_at(day: date) -> Group | None:
        groups = await memberships.groups_at(session, day)
        return next((one for one in groups if department_id in one.departments and one.key.group_id), None)

    return Reports(await group_at(calendar.today(now)), await group_at(since), since)


async def _is_in_use(session: AsyncSession, department_id: int) -> bool:
    """Return whether people, invites or a group depend on it, or figures were published while it was there."""
    hangs = (
        exists().where(User.department_id == department_id),
        exists().where(Membership.department_id == department_id),
        exists().where(Invite.department_id == department_id),
        exists().where(Grouping.department_id == department_id, Grouping.group_id.is_not(None)),
        exists().where(
            Department.id == department_id, StoredPublication.published_at >= Department.created_at
        ),  # a publication names every department of its day, shown or hidden
    )
    return bool(await session.scalar(select(or_(*hangs))))


async def _find_person(session: AsyncSession, person: str) -> int:
    is_id = person.isascii() and person.isdigit() and len(person) <= ID_DIGITS
    found = (
        await session.scalar(select(User.id).where(User.id == int(person), User.offboarded_at.is_(None)))
        if is_id
        else None
    )
    if found is None:
        raise NotYours
    return found


def _members(department_id: int) -> tuple[ColumnElement[bool], ...]:
    return User.department_id == department_id, User.offboarded_at.is_(None)
