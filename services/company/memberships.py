"""Who counts where, and from when: people in departments, departments in reporting groups, and who reads figures.

Every change holds from a Monday in the future, so that no one changes sides in a week or a period that has begun, and
a publication that is late still finds what was true at its start.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, GetCoreSchemaHandler
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    String,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import Department, Grouping, Membership, Readership, ReportingGroup, User
from models.upsert import insert_into, put
from services.kit.calendar import WEEK, Calendar

FORM = re.compile(r"company|[dg]\d{1,10}")
of_a_day = lru_cache(64)  # a query costs more to build than to run, and a tick asks about the same day many times


class GroupKey(str):
    """`company`, `d<id>` of a department that reports by itself, or `g<id>` of a named group.

    It is a string because publications, conversations, rounds, the audit log and buttons keep it as one; everything
    else asks its parts. Raise ValueError for any other text.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if FORM.fullmatch(text) is None:
            raise ValueError("not the key of a group")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, department_id: int | None, group_id: int | None) -> Self:
        """Return the key of the two columns that name a target; both are null for the company."""
        if group_id is not None:
            return cls.of_group(group_id)
        return cls("company") if department_id is None else cls.of_department(department_id)

    @classmethod
    def of_department(cls, id_: int) -> Self:
        return cls(f"d{id_}")

    @classmethod
    def of_group(cls, id_: int) -> Self:
        return cls(f"g{id_}")

    @property
    def department_id(self) -> int | None:
        """The id of a department that reports by itself."""
        return int(self[1:]) if self[0] == "d" else None

    @property
    def group_id(self) -> int | None:
        """The id of a named group."""
        return int(self[1:]) if self[0] == "g" else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return handler.generate_schema(Annotated[str, AfterValidator(cls)])


COMPANY = GroupKey("company")


def department_key(id_: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """`GroupKey.of_department` as SQL; null of null."""
    return literal("d") + cast(id_, String)


def group_key(id_: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """`GroupKey.of_group` as SQL; null of null."""
    return literal("g") + cast(id_, String)


@dataclass(frozen=True, slots=True)
class Group:
    """What HR's figures are grouped by: a department by itself, or a named group.

    `name_en` is None where only one name was given; `departments` are the ids of those that report here.
    """

    key: GroupKey
    name: str
    name_en: str | None
    departments: tuple[int, ...]


async def join(
    session: AsyncSession, user_id: int, department_id: int | None, calendar: Calendar, now: datetime
) -> date:
    """Count a newcomer from the next Monday on; return that Monday. Choosing again before then replaces the choice."""
    since = calendar.week_of(now) + WEEK
    await put(session, Membership, {"user_id": user_id, "since": since}, {"department_id": department_id})
    return since


async def move(
    session: AsyncSession, user_id: int, department_id: int | None, calendar: Calendar, now: datetime
) -> date:
    """Count a person in another department from the next check-in period on; return its first day."""
    since = calendar.period_at(now).end
    await put(session, Membership, {"user_id": user_id, "since": since}, {"department_id": department_id})
    return since


async def regroup(
    session: AsyncSession, department_ids: Iterable[int], group_id: int | None, calendar: Calendar, now: datetime
) -> date:
    """Let departments report as part of a group, or (None) each by itself, from the next check-in period on."""
    since = calendar.period_at(now).end
    for department_id in department_ids:
        await put(session, Grouping, {"department_id": department_id, "since": since}, {"group_id": group_id})
    return since


async def set_reading(session: AsyncSession, user_ids: Collection[int], since: date) -> None:
    """Let people count, or not, from a Monday on by what they are now: readers of figures are in no figure.

    What was set for a later Monday is taken back, so that the newest change holds even where a clock went back.
    """
    await session.execute(delete(Readership).where(Readership.user_id.in_(user_ids), Readership.since > since))
    people = select(User.id, literal(since, Date), _may_read()).where(User.id.in_(user_ids))
    insert = insert_into(session, Readership).from_select(["user_id", "since", "reads"], people)
    await session.execute(
        insert.on_conflict_do_update(index_elements=["user_id", "since"], set_={"reads": insert.excluded.reads})
    )


async def begin_reading(session: AsyncSession, user_id: int, since: date) -> None:
    """Start a newcomer's record as a reader of figures; people who come in as employees need none."""
    await session.execute(delete(Readership).where(Readership.user_id == user_id))
    reader = select(User.id, literal(since, Date), literal(True)).where(User.id == user_id, _may_read())
    await session.execute(insert_into(session, Readership).from_select(["user_id", "since", "reads"], reader))


async def copy_reading(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Give one account exactly the past and the future of another as a reader of figures."""
    await session.execute(delete(Readership).where(Readership.user_id == to_id))
    rows = select(literal(to_id), Readership.since, Readership.reads).where(Readership.user_id == from_id)
    await session.execute(insert_into(session, Readership).from_select(["user_id", "since", "reads"], rows))


@of_a_day
def readers_at(day: date) -> Select[int]:
    """Return the ids of all the people who were readers of figures on a day."""
    later = aliased(Readership)
    has_later = exists().where(later.user_id == Readership.user_id, later.since <= day, later.since > Readership.since)
    return select(Readership.user_id).where(Readership.since <= day, ~has_later, Readership.reads)


async def reads_at(session: AsyncSession, user_id: int, day: date) -> bool:
    """Return whether a person was a reader of figures on a day."""
    return bool(await session.scalar(select(exists(readers_at(day).where(Readership.user_id == user_id)))))


async def reads_from(session: AsyncSession, user_id: int, day: date) -> date | None:
    """Return from when on a person who is no reader on a day will be one; None for readers and where nothing is set."""
    if await reads_at(session, user_id, day):
        return None
    coming = (Readership.user_id == user_id, Readership.since > day, Readership.reads)
    return await session.scalar(select(func.min(Readership.since)).where(*coming))


def _may_read() -> ColumnElement[bool]:
    """Return whether a person reads figures about others by what they are now: HR, administrators, managers."""
    return or_(User.role != "employee", exists().where(Department.manager_id == User.id))


@of_a_day
def places_at(day: date) -> Select[int, int | None]:
    """Return everyone who counted on a day: `user_id`, and `department_id` or null. One row per person."""
    later = aliased(Membership)
    has_later = exists().where(later.user_id == Membership.user_id, later.since <= day, later.since > Membership.since)
    return select(Membership.user_id, Membership.department_id).where(Membership.since <= day, ~has_later)


@of_a_day
def counting_at(day: date) -> Select[int, int | None]:
    """Return everyone who counts from a day on as it is set by now: who is there and reads no figures of others."""
    place = places_at(day).subquery("place")
    return (
        select(place.c.user_id, place.c.department_id)
        .join(User, User.id == place.c.user_id)
        .where(User.offboarded_at.is_(None), User.id.not_in(readers_at(day)))
    )


async def groups_at(session: AsyncSession, day: date) -> list[Group]:
    """Return the reporting groups of a day, by name: each department is in exactly one."""
    groups: dict[GroupKey, Group] = {}
    for department, named in await session.execute(_departments_at(day)):
        key = GroupKey.of(department.id, None if named is None else named.id)
        source = department if named is None else named
        known = groups[key].departments if key in groups else ()
        groups[key] = Group(key, source.name, source.name_en, (*known, department.id))
    return sorted(groups.values(), key=lambda group: (group.name.casefold(), group.key))


@of_a_day
def _departments_at(day: date) -> Select[Department, ReportingGroup]:
    """Return the departments with the group that each reported in on a day, or null."""
    later = aliased(Grouping)
    has_later = exists().where(
        later.department_id == Grouping.department_id, later.since <= day, later.since > Grouping.since
    )
    holds = (Grouping.department_id == Department.id) & (Grouping.since <= day) & ~has_later
    return (
        select(Department, ReportingGroup)
        .select_from(Department)
        .outerjoin(Grouping, holds)
        .outerjoin(ReportingGroup, ReportingGroup.id == Grouping.group_id)
        .order_by(Department.id)
    )
