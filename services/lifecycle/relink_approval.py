"""A second person for a link that moves a lost account: it works only once someone else in HR says that it is right.

Whoever may make such a link may approve one of someone else, and no one their own account's. Where there is no one
else, the operator of the server approves it (`manage.py approve-relink`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Invite, User
from services.account.permissions import HR_ROLES, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, roles
from services.lifecycle.errors import RelinkRequestGone, SecondPersonNeeded
from services.lifecycle.messages import NOTICE_LIFETIME, ApprovalSubject, DecisionSubject
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule


@dataclass(frozen=True, slots=True)
class RelinkRequest:
    """A link that is out, for the account of `name`; `asked_by` made it, None when they are erased."""

    id: int
    person_id: int
    name: str
    asked_by: str | None
    is_approved: bool
    may_decide: bool
    expires_at: datetime


async def find_request(uow: UnitOfWork, person_id: int) -> RelinkRequest | None:
    """Return the link that is out for someone's lost account, as the reader may see it. Raise NotAllowed."""
    require_hr(uow.member)
    invite = await uow.session.scalar(
        select(Invite).where(Invite.relink_user_id == person_id, Invite.uses_left > 0, Invite.expires_at > uow.now)
    )
    return await _seen_by(uow, invite) if invite else None


async def ask(uow: UnitOfWork, person: User, invite_id: int, expires_at: datetime) -> bool:
    """Ask everyone who may approve; return whether there is anyone."""
    may = User.role.in_(HR_ROLES) if person.role == "employee" else User.role == "admin"
    others = list(
        await uow.session.scalars(
            select(User.id).where(may, User.offboarded_at.is_(None), User.id.not_in((uow.member.id, person.id)))
        )
    )
    question = PlannedMessage(kinds.RELINK_APPROVAL, ApprovalSubject(invite_id), uow.now, expires_at)
    for other in others:
        await schedule(uow.session, other, question, uow.now)
    return bool(others)


async def approve(uow: UnitOfWork, invite_id: int) -> RelinkRequest:
    """Let the link work from now on. Raise NotAllowed, RelinkRequestGone, SecondPersonNeeded."""
    request = await _decidable(uow, invite_id)
    if await _mark_approved(uow.session, invite_id, uow.now):
        await audit.record(uow, "approved_relink", await _key_of(uow.session, request.person_id))
    return request


async def decline(uow: UnitOfWork, invite_id: int) -> RelinkRequest:
    """End a link that has not worked yet. Raise NotAllowed, RelinkRequestGone, SecondPersonNeeded."""
    request = await _decidable(uow, invite_id)
    is_waiting = (Invite.id == invite_id, Invite.relink_approved_at.is_(None))
    row = await uow.session.execute(delete(Invite).where(*is_waiting).returning(Invite.relink_by_id))
    ended = row.one_or_none()
    if ended is None:
        raise RelinkRequestGone
    await _tell(uow.session, ended[0], DecisionSubject(request.person_id, invite_id, is_approved=False), uow.now)
    await audit.record(uow, "declined_relink", await _key_of(uow.session, request.person_id))
    return request


async def approve_as_operator(session: AsyncSession, invite_id: int, now: datetime) -> bool:
    """Let the link work; return False when no such link waits."""
    return await _mark_approved(session, invite_id, now)


async def _decidable(uow: UnitOfWork, invite_id: int) -> RelinkRequest:
    await roles.confirm_hr(uow)
    is_open = (Invite.relink_user_id.is_not(None), Invite.uses_left > 0, Invite.expires_at > uow.now)
    invite = await uow.session.scalar(select(Invite).where(Invite.id == invite_id, *is_open))
    request = await _seen_by(uow, invite) if invite else None
    if request is None:
        raise RelinkRequestGone
    if not request.may_decide:
        raise SecondPersonNeeded
    return request


async def _mark_approved(session: AsyncSession, invite_id: int, now: datetime) -> bool:
    row = await session.execute(
        update(Invite)
        .where(
            Invite.id == invite_id,
            Invite.relink_user_id.is_not(None),
            Invite.relink_approved_at.is_(None),
            Invite.uses_left > 0,
            Invite.expires_at > now,
        )
        .values(relink_approved_at=now)
        .returning(Invite.relink_by_id, Invite.relink_user_id)
        .execution_options(synchronize_session=False)
    )
    asked_by, person_id = row.one_or_none() or (None, None)
    if person_id is None:
        return False
    await _tell(session, asked_by, DecisionSubject(person_id, invite_id, is_approved=True), now)
    return True


async def _tell(session: AsyncSession, asked_by: int | None, subject: DecisionSubject, now: datetime) -> None:
    """Tell the maker of the link, for as long as it could have worked."""
    if asked_by is not None:
        message = PlannedMessage(kinds.RELINK_DECIDED, subject, now, now + NOTICE_LIFETIME)
        await schedule(session, asked_by, message, now)


async def _seen_by(uow: UnitOfWork, invite: Invite) -> RelinkRequest | None:
    person = await uow.session.get(User, invite.relink_user_id)
    if person is None:
        return None
    maker = await uow.session.get(User, invite.relink_by_id) if invite.relink_by_id else None
    is_second = uow.member.id not in (person.id, invite.relink_by_id)
    return RelinkRequest(
        id=invite.id,
        person_id=person.id,
        name=person.name,
        asked_by=maker.name if maker else None,
        is_approved=invite.relink_approved_at is not None,
        may_decide=is_second and roles.may_dismiss(uow.member, person),
        expires_at=invite.expires_at,
    )


async def _key_of(session: AsyncSession, person_id: int) -> str:
    return (await session.get_one(User, person_id)).audit_key
