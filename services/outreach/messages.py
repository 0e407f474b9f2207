"""What HR is sent when people ask to be contacted, and what people are sent about their request or a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest, Delivery, Department, Hold, User
from services.account.permissions import is_hr
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import Subject
from services.outreach import notes
from services.outreach.contact.state import is_lost
from services.outreach.notes import DONE, MOVED, PLANNED, Note, Stage

Way = Literal["telegram", "email", "words"]


@dataclass(frozen=True, slots=True)
class ContactSubject(Subject):
    """A request to be contacted."""

    request_id: int

    @property
    def row_id(self) -> int:
        """The request."""
        return self.request_id


@dataclass(frozen=True, slots=True)
class NoteSubject(Subject):
    """A stage of a promise: each is told once, and each new date (`due`) of a promise that was moved too."""

    promise_id: int
    stage: Stage
    due: date | None

    @property
    def row_id(self) -> int:
        """The promise."""
        return self.promise_id


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Who asks and how to reach them: in Telegram (`telegram_id`), by e-mail or in own words (`reach`)."""

    name: str
    department: str | None
    telegram_id: int
    way: Way
    reach: str | None


@dataclass(frozen=True, slots=True)
class ContactMessage:
    """A request and what is in it."""

    request_id: int
    details: ContactDetails


def note_subject(promise_id: int, stage: Stage, due: date | None) -> NoteSubject:
    """Return what a note about this stage is about; only of a promise that was moved is the date a part of it."""
    return NoteSubject(promise_id, stage, due if stage == MOVED else None)


async def contact_details(session: AsyncSession, author_id: int, way: Way, words: str | None) -> ContactDetails | None:
    """Return what HR would read, the same for preview and message.

    None when the author is gone, or has no e-mail or no words where they are needed.
    """
    row = (
        await session.execute(
            select(User.name, Department.name, User.telegram_id, User.email)
            .outerjoin(Department, Department.id == User.department_id)
            .where(User.id == author_id)
        )
    ).one_or_none()
    if row is None:
        return None
    name, department, telegram_id, email = row
    reach = {"telegram": None, "email": email, "words": words}[way]
    return None if reach is None and way != "telegram" else ContactDetails(name, department, telegram_id, way, reach)


async def find_contact(context: Context, subject: ContactSubject, user: User) -> ContactMessage | None:
    """Return the request; None once its author is erased or the reader no longer works in HR."""
    request = await context.session.get(ContactRequest, subject.request_id)
    if request is None or request.hr_id != user.id or not is_hr(user):
        return None
    way: Way = request.way  # type: ignore[assignment]
    details = await contact_details(context.session, request.user_id, way, request.reach)
    return None if details is None else ContactMessage(request.id, details)


async def find_unread(context: Context, subject: ContactSubject, user: User) -> ContactSubject | None:
    """Return the request for its author; None once it was read, or when no one will answer, which is told otherwise."""
    return await _own(context, subject, user, ContactRequest.state == "open", ~is_lost())


async def find_lost(context: Context, subject: ContactSubject, user: User) -> ContactSubject | None:
    """Return the request for its author; None once it can be answered again or was sent anew."""
    return await _own(context, subject, user, is_lost())


async def _own(
    context: Context, subject: ContactSubject, user: User, *conditions: ColumnElement[bool]
) -> ContactSubject | None:
    """Return the subject when it is a request of this person and meets the conditions."""
    found = await context.session.scalar(
        select(ContactRequest.id).where(
            ContactRequest.id == subject.request_id, ContactRequest.user_id == user.id, *conditions
        )
    )
    return None if found is None else subject


async def find_note(context: Context, subject: NoteSubject, user: User) -> Note | None:
    """Return the note; None once the promise is taken back, is further on, or is no longer for this person."""
    day = context.calendar.period_at(context.now).start
    promise = await notes.concerning(context.session, subject.promise_id, user.id, day)
    if promise is None:
        return None
    for stage in (PLANNED, MOVED) if promise.state == PLANNED else (DONE,):
        if subject == note_subject(promise.id, stage, promise.due):
            return notes.write(promise, stage, user.locale)
    return None


@dataclass(frozen=True, slots=True)
class HeldNews:
    """The check-in is held from the period on that begins on `first`; `note`: for what, if that is for the reader."""

    hold_id: int
    first: date
    note: Note | None


async def find_held(context: Context, user: User) -> HeldNews | None:
    """Return the newest hold of the check-in that this person was not told of yet, while it lasts."""
    is_told = exists().where(Delivery.user_id == user.id, Delivery.hold_id == Hold.id, Delivery.state.in_(kinds.SPENT))
    lasts = or_(Hold.until.is_(None), (Hold.until > Hold.first) & (Hold.until > context.calendar.today(context.now)))
    hold = await context.session.scalar(
        select(Hold).where(lasts, Hold.created_at > user.join_date, ~is_told).order_by(Hold.id.desc()).limit(1)
    )
    if hold is None:
        return None
    day = context.calendar.period_at(context.now).start
    promise = await notes.concerning(context.session, hold.promise_id or 0, user.id, day)
    return HeldNews(hold.id, hold.first, None if promise is None else notes.write(promise, PLANNED, user.locale))
