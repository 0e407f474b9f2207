"""Who may do what: the role of a person, changed by an administrator or by whoever runs the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import User
from services.account.member import Member
from services.account.permissions import HR_ROLES, require_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.errors import LastAdmin, PersonGone
from services.kit.errors import NotAllowed


async def find_id(session: AsyncSession, telegram_id: int) -> int | None:
    """The internal id behind a Telegram account."""
    return await session.scalar(select(User.id).where(User.telegram_id == telegram_id))


async def exists(session: AsyncSession, user_id: int) -> bool:
    """Whether there is such a person."""
    return await session.scalar(select(User.id).where(User.id == user_id)) is not None


async def set_role(session: AsyncSession, user_id: int, role: str, now: datetime) -> None:
    """Make somebody an employee, an HR person or an administrator; it holds from their next press on."""
    await session.execute(update(User).where(User.id == user_id).values(role=role, updated_at=now))


async def change(uow: UnitOfWork, person_id: int, role: str) -> User:
    """The same by an administrator, who leaves at least one; gives the person.

    Raises NotAllowed, PersonGone, LastAdmin.
    """
    require_admin(uow.member)
    admins = await lock_admins(uow.session)
    if uow.member.id not in admins:
        raise NotAllowed
    person = await lock_person(uow.session, person_id)
    if person.role != role:
        if admins == {person.id}:
            raise LastAdmin
        person.role, person.updated_at = role, uow.now
        await audit.record(uow, "changed_role", f"{person.audit_key} {role}")
    return person


async def lock_admins(session: AsyncSession) -> set[int]:
    """Everybody who administers the bot now; two who demote each other at once wait here, and the second is none."""
    return set(
        await session.scalars(
            select(User.id)
            .where(User.role == "admin", User.offboarded_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        )
    )


async def lock_person(session: AsyncSession, person_id: int) -> User:
    """Somebody who is in, for a change by one transaction at a time. Raises PersonGone."""
    person = await session.get(User, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.offboarded_at is not None:
        raise PersonGone
    return person


async def confirm_hr(uow: UnitOfWork) -> None:
    """HR changes something: asked again within the transaction. Raises NotAllowed."""
    require_hr(uow.member)
    role = await uow.session.scalar(select(User.role).where(User.id == uow.member.id, User.offboarded_at.is_(None)))
    if role not in HR_ROLES:
        raise NotAllowed


def may_dismiss(member: Member, person: User) -> bool:
    """Whether this actor may offboard somebody or move their account: HR people and admins are admins' business."""
    return member.role == "admin" or person.role == "employee"
