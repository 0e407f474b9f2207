"""Who may do what: the role of a person, changed by an administrator or by whoever runs the server.

HR, administrators and managers read figures about others and so are in none of them, else they could take their own
answers out. Like a move, that counts from the next period on: whoever could set it at once could choose, week by week,
whom a figure is about. Losing the right to read holds at once all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import User
from services.account.member import Member
from services.account.permissions import HR_ROLES, require_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, memberships
from services.company.errors import LastAdmin, PersonGone
from services.company.messages import NOTICE_LIFETIME, ReaderNews, ReaderSubject
from services.kit.calendar import Calendar
from services.kit.errors import NotAllowed
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule


@dataclass(frozen=True, slots=True)
class RoleChange:
    """The person after a change of role, and from when on it counts in the figures; None where it does not."""

    person: User
    since: date | None


async def find_id(session: AsyncSession, telegram_id: int) -> int | None:
    """Return the internal id behind a Telegram account."""
    return await session.scalar(select(User.id).where(User.telegram_id == telegram_id))


async def exists(session: AsyncSession, user_id: int) -> bool:
    """Return whether there is such a person."""
    return await session.scalar(select(User.id).where(User.id == user_id)) is not None


async def set_role(session: AsyncSession, user_id: int, role: str, calendar: Calendar, now: datetime) -> date | None:
    """Make someone an employee, an HR person or an administrator; it holds from their next press on.

    Their answers leave the figures, or come back, from the next period on, and they are told. Return its first day
    where that is so.
    """
    former = await session.scalar(select(User.role).where(User.id == user_id).with_for_update())
    await session.execute(update(User).where(User.id == user_id).values(role=role, updated_at=now))
    works_in_hr = role in HR_ROLES
    if works_in_hr is (former in HR_ROLES):
        return None
    since = await settle_readers(session, [user_id], calendar, now)
    await tell_reader(session, user_id, "in_hr" if works_in_hr else "in_hr_no_more", since, now)
    return since


async def change(uow: UnitOfWork, person_id: int, role: str, calendar: Calendar) -> RoleChange:
    """Change a role as an administrator, at least one of whom stays. Raise NotAllowed, PersonGone, LastAdmin."""
    require_admin(uow.member)
    admins = await lock_admins(uow.session)
    if uow.member.id not in admins:
        raise NotAllowed
    person = await lock_person(uow.session, person_id)
    since = None
    if person.role != role:
        if admins == {person.id}:
            raise LastAdmin
        since = await set_role(uow.session, person.id, role, calendar, uow.now)
        await audit.record(uow, "changed_role", f"{person.audit_key} {role}")
    return RoleChange(person, since)


async def lock_admins(session: AsyncSession) -> set[int]:
    """Lock and return all administrators: of two who demote each other at once, the second is no longer one."""
    return set(
        await session.scalars(
            select(User.id)
            .where(User.role == "admin", User.offboarded_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        )
    )


async def lock_person(session: AsyncSession, person_id: int) -> User:
    """Lock and return someone who is in, to be changed by one transaction at a time. Raise PersonGone."""
    person = await session.get(User, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.offboarded_at is not None:
        raise PersonGone
    return person


async def confirm_hr(uow: UnitOfWork) -> None:
    """Check within the transaction that HR may still change something. Raise NotAllowed."""
    require_hr(uow.member)
    role = await uow.session.scalar(select(User.role).where(User.id == uow.member.id, User.offboarded_at.is_(None)))
    if role not in HR_ROLES:
        raise NotAllowed


def may_dismiss(member: Member, person: User) -> bool:
    """Return whether this member may offboard someone or move their account: HR and admins are admins' business."""
    return member.role == "admin" or person.role == "employee"


async def settle_readers(session: AsyncSession, user_ids: Collection[int], calendar: Calendar, now: datetime) -> date:
    """Let these people count as readers of figures, or not, from the next period on; return its first day.

    The people are locked, so that of two changes at once the second counts what the first did.
    """
    await session.flush()
    await session.execute(select(User.id).where(User.id.in_(user_ids)).order_by(User.id).with_for_update())
    since = calendar.period_at(now).end
    await memberships.set_reading(session, user_ids, since)
    return since


async def tell_reader(
    session: AsyncSession, user_id: int, news: ReaderNews, since: date, now: datetime, department_id: int | None = None
) -> None:
    """Tell a person what they now read or no longer read, and from which day it counts."""
    subject = ReaderSubject(since, news, int(now.timestamp()), department_id)
    await schedule(session, user_id, PlannedMessage(kinds.READER, subject, now, now + NOTICE_LIFETIME), now)
