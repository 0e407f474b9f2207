"""Messages about accounts that were moved and people who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from models import Invite, User
from services.account.member import rhythm_of
from services.account.permissions import is_admin, is_hr
from services.outbox.context import Context
from services.outbox.outbox import Subject

WAITS = timedelta(days=30)  # how long an account that was moved is asked
REMINDED_AFTER = (timedelta(days=10), timedelta(days=20))
NOTICE_LIFETIME = timedelta(days=14)
FROZEN = timedelta(days=365)  # how long its records wait after that for an answer, unseen, before they are erased


@dataclass(frozen=True, slots=True)
class RelinkSubject(Subject):
    """The name, department and role of the reader's account went to the one of person `to_id`.

    `reminder` is 1 or 2 when the question is repeated.
    """

    to_id: int
    reminder: int | None = None


@dataclass(frozen=True, slots=True)
class RefusalSubject(Subject):
    """Person `person_id` said that it was not they who moved to the account of person `to_id`."""

    person_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class ApprovalSubject(Subject):
    """The link `invite_id` moves a lost account once someone else in HR approves it."""

    invite_id: int


@dataclass(frozen=True, slots=True)
class DecisionSubject(Subject):
    """The reader's link `invite_id` for the lost account of `person_id` was approved, or ended."""

    person_id: int
    invite_id: int
    is_approved: bool


@dataclass(frozen=True, slots=True)
class LeavingSubject(Subject):
    """The person left the company; their own data is here up to and including `until`."""

    until: date


@dataclass(frozen=True, slots=True)
class RelinkMessage:
    """Which account took over, and the last day on which the reader's answer counts."""

    to_id: int
    until: date


@dataclass(frozen=True, slots=True)
class RefusalMessage:
    """Who refused; the new account is closed now."""

    name: str


@dataclass(frozen=True, slots=True)
class ApprovalMessage:
    """Whose account would move, and who asks (None: they are erased)."""

    invite_id: int
    name: str
    asked_by: str | None


@dataclass(frozen=True, slots=True)
class DecisionMessage:
    """Whose account it is about, and whether the link works now."""

    name: str
    is_approved: bool


async def find_relink(context: Context, subject: RelinkSubject, user: User) -> RelinkMessage | None:
    """Return which account took over; None once the question is answered or that account is erased."""
    if user.moved_at is None or user.moved_to_id != subject.to_id:
        return None
    return RelinkMessage(subject.to_id, rhythm_of(user).date_of(user.moved_at + WAITS))


async def find_refusal(context: Context, subject: RefusalSubject, user: User) -> RefusalMessage | None:
    """Return who refused; None once they are erased or the reader is no longer an administrator."""
    name = await context.session.scalar(select(User.name).where(User.id == subject.person_id))
    return None if name is None or not is_admin(user) else RefusalMessage(name)


async def find_approval(context: Context, subject: ApprovalSubject, user: User) -> ApprovalMessage | None:
    """Return what is to be approved; None once the link works, ended or was used, or isn't the reader's to approve."""
    invite = await context.session.get(Invite, subject.invite_id)
    if invite is None or invite.relink_approved_at is not None or invite.expires_at <= context.now:
        return None
    person = await context.session.get(User, invite.relink_user_id)
    if person is None or not (is_admin(user) or (is_hr(user) and person.role == "employee")):
        return None
    maker = await context.session.get(User, invite.relink_by_id) if invite.relink_by_id else None
    return ApprovalMessage(invite.id, person.name, maker.name if maker else None)


async def find_decision(context: Context, subject: DecisionSubject, user: User) -> DecisionMessage | None:
    """Return the decision; None once the person is erased or the reader no longer works in HR."""
    name = await context.session.scalar(select(User.name).where(User.id == subject.person_id))
    return None if name is None or not is_hr(user) else DecisionMessage(name, subject.is_approved)


async def find_leaving(context: Context, subject: LeavingSubject, user: User) -> LeavingSubject | None:
    """Return the news; None for people who are back."""
    return None if user.offboarded_at is None else subject
