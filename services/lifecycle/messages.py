"""Messages about accounts that were moved and people who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from models import User
from services.account.member import rhythm_of
from services.account.permissions import is_admin
from services.outbox.context import Context
from services.outbox.outbox import Subject

WAITS = timedelta(days=30)  # how long an account that was moved is asked
REMINDED_AFTER = (timedelta(days=10), timedelta(days=20))
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
class LeavingSubject(Subject):
    """The person left the company; their own data is here up to and including `until`."""

    until: date


@dataclass(frozen=True, slots=True)
class RelinkMessage:
    """Which account took over, and the reader's last day on which an answer counts."""

    to_id: int
    until: date


@dataclass(frozen=True, slots=True)
class RefusalMessage:
    """Who refused; the new account is closed now."""

    name: str


async def find_relink(context: Context, subject: RelinkSubject, user: User) -> RelinkMessage | None:
    """Needless once it was answered, or the other account is erased."""
    if user.moved_at is None or user.moved_to_id != subject.to_id:
        return None
    return RelinkMessage(subject.to_id, rhythm_of(user).date_of(user.moved_at + WAITS))


async def find_refusal(context: Context, subject: RefusalSubject, user: User) -> RefusalMessage | None:
    """Needless once the person is erased, or the reader is no longer an administrator."""
    name = await context.session.scalar(select(User.name).where(User.id == subject.person_id))
    return None if name is None or not is_admin(user) else RefusalMessage(name)


async def find_leaving(context: Context, subject: LeavingSubject, user: User) -> LeavingSubject | None:
    """Needless for people who are back."""
    return None if user.offboarded_at is None else subject
