"""Who may do what beyond their own data. Filters show the right screens; services check again with these."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, User
from services.account.member import Member
from services.kit.errors import NotAllowed

HR_ROLES = ("hr", "admin")


def is_hr(person: Member | User) -> bool:
    """Return whether this person works in HR now, administrators included."""
    return person.role in HR_ROLES and person.offboarded_at is None


def is_admin(person: Member | User) -> bool:
    """Return whether this person is an administrator now."""
    return person.role == "admin" and person.offboarded_at is None


def require_hr(member: Member) -> None:
    """Raise NotAllowed for everyone outside HR."""
    if not is_hr(member):
        raise NotAllowed


def require_admin(member: Member) -> None:
    """Raise NotAllowed for everyone but administrators."""
    if not is_admin(member):
        raise NotAllowed


def managed_by(member: Member) -> ColumnElement[bool]:
    """Return the departments of this manager, as a condition on `departments`."""
    return Department.manager_id == member.id


async def is_manager(session: AsyncSession, member: Member) -> bool:
    """Return whether this person manages a department now."""
    return member.offboarded_at is None and bool(await session.scalar(select(exists().where(managed_by(member)))))
