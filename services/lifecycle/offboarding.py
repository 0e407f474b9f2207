"""Leaving the company: a row in the archive, the end of access and messages, and coming back with a new invite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest, Delivery, Department, Invite, Membership, OldUser, User
from services.account import profile
from services.account.member import member_of, rhythm_of
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, memberships, roles
from services.company.errors import LastAdmin, PersonGone
from services.kit import conversations
from services.kit.calendar import Calendar
from services.kit.errors import NotAllowed
from services.lifecycle import invites
from services.lifecycle.errors import AccountTaken
from services.lifecycle.messages import LeavingSubject
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule

NOTICE_LIFETIME = timedelta(days=14)
NOT_YET_SENT = ("pending", "leased")


@dataclass(frozen=True, slots=True)
class OffboardingPreview:
    """Who leaves; `until` is the last day, in their zone, on which their data is here."""

    id: int
    name: str
    telegram_id: int
    until: date


class Offboarding:
    """Leaving; people can take their own data away for `retention`, then it is erased
    (services/lifecycle/retention.py).
    """

    def __init__(self, retention: timedelta) -> None:
        self._retention = retention

    async def preview(self, uow: UnitOfWork, person_id: int) -> OffboardingPreview:
        """Return whom it would be, and until when the data would stay. Raise NotAllowed, PersonGone."""
        require_hr(uow.member)
        person = await uow.session.get(User, person_id)
        if person is None or person.offboarded_at is not None:
            raise PersonGone
        if not roles.may_dismiss(uow.member, person):
            raise NotAllowed
        return self._leaving(person, uow.now)

    async def offboard(self, uow: UnitOfWork, person_id: int) -> OffboardingPreview:
        """Archive the person, end access and messages, and tell them once; HR with employees, admins with all.

        Raise NotAllowed, PersonGone, LastAdmin.
        """
        await roles.confirm_hr(uow)
        admins = await roles.lock_admins(uow.session)
        person = await roles.lock_person(uow.session, person_id)
        if not roles.may_dismiss(uow.member, person):
            raise NotAllowed
        if admins == {person.id}:
            raise LastAdmin
        await _archive(uow.session, person, uow.now)
        await close(uow.session, person, uow.now, heir_id=None)
        # an account that was moved here and has not answered yet leaves with the person
        await uow.session.execute(
            update(User)
            .where(User.moved_to_id == person.id)
            .values(moved_to_id=None, moved_at=None, updated_at=uow.now)
        )
        leaving = self._leaving(person, uow.now)
        notice = PlannedMessage(kinds.OFFBOARDED, LeavingSubject(leaving.until), uow.now, uow.now + NOTICE_LIFETIME)
        await schedule(uow.session, person.id, notice, uow.now)
        await audit.record(uow, "offboarded_person", person.audit_key)
        return leaving

    def keeps_until(self, person: User, now: datetime) -> date:
        """Return the last day on which the data of someone who leaves now would be here, in their zone."""
        return rhythm_of(person).date_of(now + self._retention)

    def _leaving(self, person: User, now: datetime) -> OffboardingPreview:
        return OffboardingPreview(person.id, person.name, person.telegram_id, self.keeps_until(person, now))


async def close(session: AsyncSession, person: User, now: datetime, heir_id: int | None) -> None:
    """End access and messages at once; a manager's departments go to `heir_id`, or to no one."""
    person.offboarded_at = person.updated_at = now
    person.plan_at = None
    await session.flush()
    requests = select(ContactRequest.id).where(ContactRequest.user_id == person.id)
    to_hr = (Delivery.kind == kinds.CONTACT_REQUEST) & Delivery.subject_id.in_(requests)
    await session.execute(
        update(Delivery)
        .where((Delivery.user_id == person.id) | to_hr, Delivery.state.in_(NOT_YET_SENT))
        .values(state="skipped", lease_owner=None, lease_until=None, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(ContactRequest)
        .where(ContactRequest.user_id == person.id, ContactRequest.state != "closed")
        .values(state="closed", updated_at=now)
    )
    await session.execute(
        update(Department).where(Department.manager_id == person.id).values(manager_id=heir_id, updated_at=now)
    )
    await session.execute(delete(Invite).where(Invite.relink_user_id == person.id))
    await conversations.leave(session, person.telegram_id)


async def come_back(uow: UnitOfWork, token: str, consent_version: int, calendar: Calendar) -> None:
    """Let someone who left in again by a new invite; they count as a newcomer does. A second press changes nothing.

    Raise InviteDead, and AccountTaken when the invite moves someone else's account.
    """
    person = await uow.session.get(User, uow.member.id, with_for_update=True, populate_existing=True)
    if person is None:
        raise PersonGone
    if person.offboarded_at is None:
        return
    entry = await invites.use(uow.session, token, person.telegram_id, uow.now)
    if entry.relink_user_id is not None:
        raise AccountTaken
    person.offboarded_at = person.consent_withdrawn_at = person.postponed_period = None
    person.paused_since = person.paused_until = None
    person.role = entry.role
    person.department_id = entry.department_id or person.department_id
    person.consent_version, person.consent_at = consent_version, uow.now
    person.pulse_since = person.plan_at = person.updated_at = uow.now
    await uow.session.flush()
    await uow.session.execute(delete(OldUser).where(OldUser.user_id == person.id))
    await uow.session.execute(delete(Membership).where(Membership.user_id == person.id))
    since = await memberships.join(uow.session, person.id, person.department_id, calendar, uow.now)
    await memberships.begin_reading(uow.session, person.id, since)
    await audit.record(uow, "came_back", person.audit_key)


async def _archive(session: AsyncSession, person: User, now: datetime) -> None:
    """Add the row of the archive, with everything that is computed elsewhere while the person is here."""
    card = await profile.find(UnitOfWork(session, member_of(person), now))
    session.add(
        OldUser(
            user_id=person.id,
            email=card.email,
            name=card.name,
            position=card.position,
            department=await session.scalar(select(Department.name).where(Department.id == person.department_id)),
            join_date=card.joined.isoformat(),
            days_in_system=card.days,
            completed_recommendations=card.completed,
            avatar=card.avatar,
            archived_at=now,
        )
    )
    await session.flush()
