"""«Ask HR to contact me»: whom, how, sent once, and how far it got. It holds nothing about answers or results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest, Delivery, User
from models.upsert import insert_into
from services.account.member import rhythm_of
from services.account.permissions import HR_ROLES, is_hr
from services.account.settings import UNTIL_I_WRITE
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import DAY
from services.kit.errors import TooLong
from services.kit.text import clean_line, says_something
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.outreach.contact.state import FAILED, UNDER_WAY, is_delivery_in, is_lost
from services.outreach.errors import HrPersonGone, RequestGone, WayGone, WordsUnseen
from services.outreach.messages import ContactDetails, ContactSubject, Way, contact_details

WORDS_LENGTH = 300
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # a request ends with its author or its reader, not by itself
SHOWN_AFTER_CLOSING = timedelta(days=30)
SHOWN = 3

Progress = Literal["sent", "open", "seen", "closed", "undelivered", "left"]
"""On its way to HR, delivered and not read yet, read, answered, not delivered; `left`: delivered, but its reader is
not in HR any more or cannot be reached."""


@dataclass(frozen=True, slots=True)
class HrPerson:
    """Someone of HR as an employee chooses them; `locale` is the language in which they read.

    `back_on`: their date on which they work again; None when they are at work today, UNTIL_I_WRITE when it is open.
    """

    id: int
    name: str
    locale: str
    back_on: date | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """How far a request got. `hr_name` is None when that person has left; `asked_on` is the asking person's date."""

    hr_name: str | None
    progress: Progress
    asked_on: date


@dataclass(frozen=True, slots=True)
class Ways:
    """How this person can be reached, for the choice; words are always possible."""

    hr: HrPerson
    email: str | None
    waiting: RequestLine | None  # one that this HR person has not seen yet: a second one is not sent


async def hr_people(uow: UnitOfWork) -> list[HrPerson]:
    """Return everyone of HR who can be asked, in alphabetical order, those who are away last; never oneself."""
    rows = await uow.session.scalars(
        select(User)
        .where(
            User.role.in_(HR_ROLES),
            User.offboarded_at.is_(None),
            User.unreachable_at.is_(None),
            User.id != uow.member.id,
        )
        .order_by(User.name, User.id)
    )
    people = [_hr_person(row, uow.now) for row in rows]
    return sorted(people, key=lambda person: person.back_on or date.min)


async def ways(uow: UnitOfWork, hr_id: int) -> Ways:
    """Return how the chosen person could reach this one. Raise HrPersonGone."""
    hr = await _find_hr(uow, hr_id)
    email = await uow.session.scalar(select(User.email).where(User.id == uow.member.id))
    return Ways(hr, email, await _waiting(uow, hr.id, ~is_lost()))


async def preview(uow: UnitOfWork, hr_id: int, way: Way, words: str | None) -> tuple[HrPerson, ContactDetails]:
    """Return what exactly would be sent, and to whom. Raise HrPersonGone, WayGone, WordsUnseen, TooLong."""
    hr = await _find_hr(uow, hr_id)
    details = await contact_details(uow.session, uow.member.id, way, _clean(words))
    if details is None:
        raise WayGone
    return hr, details


async def ask(uow: UnitOfWork, hr_id: int, way: Way, words: str | None) -> RequestLine:
    """Send the request; while one to the same person has not been seen, it is the same request. Raise as `preview`
    does.
    """
    hr = await _find_hr(uow, hr_id)
    await uow.session.execute(delete(ContactRequest).where(*_open(uow.member.id, hr.id), is_delivery_in(FAILED)))
    waiting = await _waiting(uow, hr.id)
    if waiting is not None:
        return waiting
    _, details = await preview(uow, hr_id, way, words)
    await _put(uow, hr.id, details)
    return RequestLine(hr.name, "sent", uow.member.rhythm.date_of(uow.now))


async def requests(uow: UnitOfWork) -> list[RequestLine]:
    """Return the person's own requests, newest first: what is under way, and what was closed lately."""
    is_fresh = or_(ContactRequest.state != "closed", ContactRequest.updated_at > uow.now - SHOWN_AFTER_CLOSING)
    return await _lines(uow, is_fresh)


async def reply(uow: UnitOfWork, request_id: int, state: Literal["seen", "closed"]) -> str:
    """Mark a request as seen or closed by HR; return the state that it has now. Raise RequestGone."""
    earlier = ("open",) if state == "seen" else ("open", "seen")
    mine = (ContactRequest.id == request_id, ContactRequest.hr_id == uow.member.id)
    await uow.session.execute(
        update(ContactRequest).where(*mine, ContactRequest.state.in_(earlier)).values(state=state, updated_at=uow.now)
    )
    current = await uow.session.scalar(select(ContactRequest.state).where(*mine))
    if current is None:
        raise RequestGone
    return current


async def lost_untold(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Requests that no one will answer and whose authors do not know it yet: ids of the request and of the author.

    One that was read long ago was most likely answered outside the bot.
    """
    is_told = exists().where(Delivery.kind == kinds.CONTACT_LOST, Delivery.subject_id == ContactRequest.id)
    is_read_lately = and_(ContactRequest.state == "seen", ContactRequest.updated_at > now - SHOWN_AFTER_CLOSING)
    rows = await session.execute(
        select(ContactRequest.id, ContactRequest.user_id).where(
            or_(ContactRequest.state == "open", is_read_lately), is_lost(), ~is_told
        )
    )
    return [(request_id, user_id) for request_id, user_id in rows]


async def tell_of_lost(session: AsyncSession, now: datetime) -> None:
    """Plan the message to the authors of such requests, once for each."""
    for request_id, user_id in await lost_untold(session, now):
        message = PlannedMessage(kinds.CONTACT_LOST, ContactSubject(request_id), now, NEVER)
        await schedule(session, user_id, message, now)


async def forget_words(session: AsyncSession) -> None:
    """Forget typed words once they are delivered, or once it is certain that they never will be."""
    await session.execute(
        update(ContactRequest)
        .where(ContactRequest.reach.is_not(None), ~is_delivery_in(UNDER_WAY))
        .values(reach=None)
        .execution_options(synchronize_session=False)
    )


async def _put(uow: UnitOfWork, hr_id: int, details: ContactDetails) -> None:
    """One request, however many arrive at the same moment, its delivery, and what its author reads if it stays unread.

    That comes one working day of HR after the delivery, at the same hour.
    """
    insert = insert_into(
        uow.session,
        ContactRequest,
        user_id=uow.member.id,
        hr_id=hr_id,
        way=details.way,
        reach=details.reach if details.way == "words" else None,
        state="open",
        created_at=uow.now,
        updated_at=uow.now,
    )
    request_id = await uow.session.scalar(insert.on_conflict_do_nothing().returning(ContactRequest.id))
    if request_id is None:
        return
    hours = rhythm_of(await uow.session.get_one(User, hr_id)).without_leave()
    arrives_at = hours.opens_at(uow.now)
    at = arrives_at.astimezone(hours.zone).time()
    overdue_at = hours.suitable(hours.date_of(arrives_at) + DAY, at)
    subject = ContactSubject(request_id)
    await schedule(uow.session, hr_id, PlannedMessage(kinds.CONTACT_REQUEST, subject, uow.now, NEVER), uow.now)
    unread = PlannedMessage(kinds.CONTACT_UNREAD, subject, overdue_at, NEVER)
    await schedule(uow.session, uow.member.id, unread, uow.now)


async def _find_hr(uow: UnitOfWork, hr_id: int) -> HrPerson:
    user = await uow.session.get(User, hr_id)
    if user is None or user.id == uow.member.id or not is_hr(user) or user.unreachable_at is not None:
        raise HrPersonGone
    return _hr_person(user, uow.now)


async def _waiting(uow: UnitOfWork, hr_id: int, *conditions: ColumnElement[bool]) -> RequestLine | None:
    found = await _lines(uow, *_open(uow.member.id, hr_id), *conditions)
    return found[0] if found else None


async def _lines(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> list[RequestLine]:
    rows = await uow.session.execute(
        select(ContactRequest, User.name, is_lost(), is_delivery_in(UNDER_WAY), is_delivery_in(("sent",)))
        .outerjoin(User, User.id == ContactRequest.hr_id)
        .where(ContactRequest.user_id == uow.member.id, *conditions)
        .order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())
        .limit(SHOWN)
    )
    date_of = uow.member.rhythm.date_of
    return [
        RequestLine(name, _progress(request.state, *how_far), date_of(request.created_at))
        for request, name, *how_far in rows
    ]


def _progress(state: str, is_lost: bool, is_under_way: bool, is_delivered: bool) -> Progress:
    if is_lost:
        return "left" if is_delivered or state == "seen" else "undelivered"
    if state == "open" and is_under_way:
        return "sent"
    return state  # type: ignore[return-value]


def _open(user_id: int, hr_id: int) -> tuple[ColumnElement[bool], ...]:
    return ContactRequest.user_id == user_id, ContactRequest.hr_id == hr_id, ContactRequest.state == "open"


def _hr_person(user: User, now: datetime) -> HrPerson:
    rhythm = rhythm_of(user)
    if rhythm.paused_until == UNTIL_I_WRITE:
        return HrPerson(user.id, user.name, user.locale, UNTIL_I_WRITE)
    works_on = rhythm.date_of(rhythm.opens_at(now))
    return HrPerson(user.id, user.name, user.locale, None if works_on == rhythm.date_of(now) else works_on)


def _clean(words: str | None) -> str | None:
    """Return what was typed, on one line. Raise WordsUnseen, TooLong."""
    if words is None:
        return None
    line = clean_line(words)
    if not says_something(line):
        raise WordsUnseen
    if len(line) > WORDS_LENGTH:
        raise TooLong(WORDS_LENGTH)
    return line
