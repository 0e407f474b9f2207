"""What people are told when HR changes where they count, or what they read about others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from models import Department, User
from services.account.permissions import HR_ROLES
from services.company.memberships import groups_at, reads_at
from services.kit.calendar import DAY
from services.kit.text import name_in
from services.outbox.context import Context
from services.outbox.outbox import Subject

NOTICE_LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class MoveSubject(Subject):
    """From `since` on the person counts in another department.

    `moved_at`, in seconds since 1970, tells apart two moves that begin to count on one day.
    """

    since: date
    department_id: int
    moved_at: int


@dataclass(frozen=True, slots=True)
class MoveMessage:
    """From `since` on the person counts in this department, named in the person's language."""

    department: str
    since: date


async def find_move(context: Context, subject: MoveSubject, user: User) -> MoveMessage | None:
    """Return the new department; None once the person has been moved again."""
    if user.department_id != subject.department_id:
        return None
    department = await context.session.get_one(Department, user.department_id)
    return MoveMessage(name_in(user.locale, department.name, department.name_en), subject.since)


ReaderNews = Literal["manages", "manages_no_more", "in_hr", "in_hr_no_more"]


@dataclass(frozen=True, slots=True)
class ReaderSubject(Subject):
    """What a person reads about others changed; from `since` on it counts. `department_id`: of a manager's news.

    `changed_at`, in seconds since 1970, tells apart two changes that begin to count on one day.
    """

    since: date
    news: ReaderNews
    changed_at: int
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReaderMessage:
    """The news, with the department's name in the person's language; None where it is about none or about one erased.

    `read`, `reads`: whether the person is a reader of figures, and so in none of them, before the day `since` and from
    it on.
    """

    news: ReaderNews
    department: str | None
    since: date
    read: bool
    reads: bool


async def find_reader(context: Context, subject: ReaderSubject, user: User) -> ReaderMessage | None:
    """Return the news; None once it is no longer true."""
    department = None
    if subject.department_id is not None:
        department = await context.session.get(Department, subject.department_id)
        is_manager = department is not None and department.manager_id == user.id
        is_so = is_manager if subject.news == "manages" else not is_manager
    else:
        is_so = (user.role in HR_ROLES) is (subject.news == "in_hr")
    if not is_so:
        return None
    return ReaderMessage(
        news=subject.news,
        department=None if department is None else name_in(user.locale, department.name, department.name_en),
        since=subject.since,
        read=await reads_at(context.session, user.id, subject.since - DAY),
        reads=await reads_at(context.session, user.id, subject.since),
    )


@dataclass(frozen=True, slots=True)
class GroupingSubject(Subject):
    """From `since` on the person's department reports with this group, or (None) by itself.

    `changed_at`, in seconds since 1970, tells apart two changes that begin to count on one day.
    """

    since: date
    group_id: int | None
    changed_at: int


@dataclass(frozen=True, slots=True)
class GroupingMessage:
    """With which departments the person's one reports from `since` on, under which name; names in their language.

    `group` is None, and `departments` empty, where it reports by itself.
    """

    department: str
    group: str | None
    departments: tuple[str, ...]
    since: date


async def find_grouping(context: Context, subject: GroupingSubject, user: User) -> GroupingMessage | None:
    """Return the group; None once the department reports elsewhere or the person is in another one."""
    if user.department_id is None:
        return None
    groups = await groups_at(context.session, subject.since)
    group = next(one for one in groups if user.department_id in one.departments)
    if group.key.group_id != subject.group_id:
        return None
    rows = await context.session.execute(
        select(Department.id, Department.name, Department.name_en).where(Department.id.in_(group.departments))
    )
    names = {id_: name_in(user.locale, name, name_en) for id_, name, name_en in rows}
    own = names.pop(user.department_id)
    if subject.group_id is None:
        return GroupingMessage(own, None, (), subject.since)
    others = tuple(sorted(names.values(), key=str.casefold))
    return GroupingMessage(own, name_in(user.locale, group.name, group.name_en), others, subject.since)
