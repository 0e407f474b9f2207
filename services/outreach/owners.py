"""Who does what was promised: named by HR, for HR's eyes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Grouping, User
from services.account.permissions import HR_ROLES
from services.company.memberships import COMPANY, GroupKey
from services.outreach.errors import OwnerGone


@dataclass(frozen=True, slots=True)
class Owner:
    """Someone who may be named."""

    id: int
    name: str


async def possible_owners(session: AsyncSession, target: GroupKey) -> list[Owner]:
    """Return everyone of HR and the managers of those whom a promise is for, by name."""
    rows = await session.execute(
        select(User.id, User.name)
        .where(User.offboarded_at.is_(None), or_(User.role.in_(HR_ROLES), _manages(target)))
        .order_by(User.name, User.id)
    )
    return [Owner(*row) for row in rows]


async def find_owner(session: AsyncSession, target: GroupKey, value: str) -> int:
    """Return the id of one of them, from the data of a button. Raise OwnerGone."""
    for owner in await possible_owners(session, target):
        if str(owner.id) == value:
            return owner.id
    raise OwnerGone


async def names_of(session: AsyncSession, ids: Iterable[int | None]) -> Mapping[int | None, str]:
    """Return the names of people by id."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_({id_ for id_ in ids if id_ is not None})))
    return {row.id: row.name for row in rows}


def _manages(target: GroupKey) -> ColumnElement[bool]:
    """Return a condition on `users`: who manages a department that a target holds or may come to hold."""
    managed = select(Department.id).where(Department.manager_id == User.id)
    if target == COMPANY:
        return exists(managed)
    if target.department_id is not None:
        return exists(managed.where(Department.id == target.department_id))
    return exists(
        managed.join(Grouping, Grouping.department_id == Department.id).where(Grouping.group_id == target.group_id)
    )
