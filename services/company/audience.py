"""Whom a promise, a note or a round is for: the whole company, a department that reports by itself, or a named group.

A target is the key of a cell, as publications name it. It holds everyone who works there now, readers of figures
included; from when on someone counts in a figure is the gate's business.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Grouping, Promise, ReportingGroup, User
from services.company.errors import TargetGone
from services.company.memberships import COMPANY, GroupKey, department_key, group_key, groups_at
from services.kit.calendar import Calendar
from services.kit.curves import PromiseDay
from services.kit.pages import Page, page_of
from services.kit.text import name_in

OF_PROMISE = case(
    (Promise.group_id.is_not(None), group_key(Promise.group_id)),
    (Promise.department_id.is_not(None), department_key(Promise.department_id)),
    else_=literal(COMPANY, String),
)
"""The target of a row of `promises`."""
NEWS_OF_PROMISE = func.coalesce(Promise.judged_at, Promise.updated_at)
"""When something was last said of a promise: that it's there, changed or kept, or whether it helped."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target to choose or to show; `name` is None for the whole company."""

    key: GroupKey
    name: str | None = None
    name_en: str | None = None


def includes(target: ColumnElement[str] | GroupKey, day: date) -> ColumnElement[bool]:
    """Return whether a target holds a person, as a condition on `users`, with the reporting groups of `day`."""
    group_id = (
        select(Grouping.group_id)
        .where(Grouping.department_id == User.department_id, Grouping.since <= day)
        .order_by(Grouping.since.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    keys = [literal(COMPANY, String), department_key(User.department_id), group_key(group_id)]
    key = literal(target, String) if isinstance(target, str) else target
    return and_(User.offboarded_at.is_(None), key.in_(keys))


async def all_targets(session: AsyncSession, day: date) -> list[Target]:
    """Return the company, then the reporting groups of `day` by name."""
    return [Target(COMPANY), *(Target(group.key, group.name, group.name_en) for group in await groups_at(session, day))]


async def page_of_targets(session: AsyncSession, locale: str, day: date, number: int) -> Page[Target]:
    """Return one page of them, by their names in the reader's language."""
    company, *groups = await all_targets(session, day)
    groups.sort(key=lambda target: name_in(locale, target.name or "", target.name_en).casefold())
    return page_of([company, *groups], number)


async def find_target(session: AsyncSession, key: str, day: date) -> Target:
    """Return the target with this key. Raise TargetGone."""
    for target in await all_targets(session, day):
        if target.key == key:
            return target
    raise TargetGone


async def managed_targets(session: AsyncSession, manager_id: int, day: date) -> dict[int, Target]:
    """For whom a manager speaks on a day, by the ids of their departments.

    A reporting group that is all theirs, else the department alone.
    """
    rows = await session.execute(
        select(Department.id, Department.name, Department.name_en).where(Department.manager_id == manager_id)
    )
    alone = {id_: Target(GroupKey.of_department(id_), name, name_en) for id_, name, name_en in rows}
    groups = await groups_at(session, day) if alone else []
    whole = [group for group in groups if alone.keys() >= set(group.departments)]
    together = {id_: Target(group.key, group.name, group.name_en) for group in whole for id_ in group.departments}
    return alone | together


async def name_targets(session: AsyncSession) -> dict[GroupKey, Target]:
    """Return everything that was ever a target, by key: a department that now reports in a group still has a name."""
    departments = await session.execute(select(Department.id, Department.name, Department.name_en))
    groups = await session.execute(select(ReportingGroup.id, ReportingGroup.name, ReportingGroup.name_en))
    named = [Target(GroupKey.of_department(id_), name, name_en) for id_, name, name_en in departments]
    named += [Target(GroupKey.of_group(id_), name, name_en) for id_, name, name_en in groups]
    return {target.key: target for target in [Target(COMPANY), *named]}


DONE_FOR = timedelta(weeks=6)  # a promise that was kept stays in the summary for so long
MARKED_AT_MOST = 5  # promises in a chart


def target_of(promise: Promise) -> GroupKey:
    """Return the key of the cell that a promise is for."""
    return GroupKey.of(promise.department_id, promise.group_id)


async def promise_days(
    session: AsyncSession, calendar: Calendar, targets: Collection[GroupKey], first: date, last: date
) -> tuple[PromiseDay, ...]:
    """Return the newest promises to these targets that were kept, or due and not kept, from `first` to `last`."""
    found = []
    for row in await session.scalars(select(Promise).where(OF_PROMISE.in_(targets))):
        is_done = row.state == "done"
        day = calendar.today(row.asked_at) if is_done and row.asked_at is not None else row.due
        if day is not None and first <= day <= last:
            found.append(PromiseDay(day, is_done, row.text, row.text_en))
    return tuple(sorted(found, key=lambda promise: promise.day)[-MARKED_AT_MOST:])
