"""HR's list of people: who is invited, who joined, who left, and no other state; and moving someone.

Whether someone answered, paused, took the consent back or blocked the bot is no one's business and in no query here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Invite, OldUser, RosterProposal, User
from models.folded import contains, folded
from services.account.member import Member
from services.account.permissions import is_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, memberships, roles
from services.company.departments import DepartmentLine, list_departments
from services.company.errors import DepartmentGone, PersonGone, SearchEmpty
from services.company.messages import NOTICE_LIFETIME, MoveSubject
from services.kit.calendar import Calendar
from services.kit.errors import TooLong
from services.kit.pages import Page, nearest, page_of
from services.kit.text import clean_line, name_in
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule

SEARCH_LENGTH = 100
ON_A_PAGE = 20

Filter = Literal["all", "department", "invited", "left", "found"]
State = Literal["invited", "joined", "left"]


@dataclass(frozen=True, slots=True)
class Which:
    """Which people to list: `department_id` for the filter `department`, `words` for what was typed to find."""

    filter: Filter
    department_id: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list; `id` is of the person who joined, or of the invite; nothing is left of those who left.

    `since` is there where another person has the same name: when they joined, until when the invite works, or when
    access ended, in the reader's zone.
    """

    state: State
    id: int
    name: str
    department: str | None
    role: str
    is_manager: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A page of the list; `department` is the name of the one that is listed, `proposed` how many proposals wait."""

    which: Which
    page: Page[PersonLine]
    total: int
    department: str | None
    proposed: int


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as HR sees them. `manages`: names of departments; `joined` is the reader's local date; the rest says
    what the reader may do.
    """

    id: int
    name: str
    department_id: int | None
    department: str | None
    role: str
    manages: tuple[str, ...]
    joined: date
    may_set_role: bool
    may_dismiss: bool


@dataclass(frozen=True, slots=True)
class DepartmentMove:
    """The person after a move, and from which day it counts; None when nothing changed."""

    card: PersonCard
    since: date | None


class People:
    """The list, a card and a move. Every method runs in the caller's transaction and refuses everyone outside HR."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    async def list_page(self, uow: UnitOfWork, which: Which, number: int) -> PeopleList:
        """Return one page in alphabetical order, or the last one there is. Raise NotAllowed."""
        require_hr(uow.member)
        found, people = _lines(which, uow.now)
        for word in which.words.split():
            found = found.where(contains(people.c.name, word))
        total = await uow.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        number, pages = nearest(number, total, ON_A_PAGE)
        order = (folded(people.c.name), people.c.name, people.c.state, people.c.id)
        rows = await uow.session.execute(found.order_by(*order).offset(number * ON_A_PAGE).limit(ON_A_PAGE))
        lines = [_line(uow.member, row) for row in rows]
        department = await uow.session.get(Department, which.department_id) if which.department_id else None
        name = name_in(uow.member.locale, department.name, department.name_en) if department else None
        return PeopleList(which, Page(lines, number, pages), total, name, await count_proposals(uow))

    async def departments(self, uow: UnitOfWork, number: int) -> Page[DepartmentLine]:
        """Return a page of the departments to choose from. Raise NotAllowed."""
        require_hr(uow.member)
        return page_of(await list_departments(uow.session, uow.member.locale), number)

    async def card(self, uow: UnitOfWork, person_id: int) -> PersonCard:
        """Return one person who joined. Raise NotAllowed, PersonGone."""
        require_hr(uow.member)
        return await _card(uow, await _present(uow, person_id))

    async def own(self, uow: UnitOfWork) -> tuple[PersonLine, PersonCard]:
        """Return what HR's list and HR's card say of the person who asks. Raise PersonGone."""
        person = await _present(uow, uow.member.id)
        everybody = _lines(Which("all"), uow.now)[0].subquery()
        own = select(everybody).where(everybody.c.state == "joined", everybody.c.id == person.id)
        return _line(uow.member, (await uow.session.execute(own)).one()), await _card(uow, person)

    async def move(self, uow: UnitOfWork, person_id: int, department_id: int) -> DepartmentMove:
        """Let someone belong to another department; they count there from the next period on, and are told.

        Raise NotAllowed, PersonGone, DepartmentGone.
        """
        await roles.confirm_hr(uow)
        person = await roles.lock_person(uow.session, person_id)
        if await uow.session.get(Department, department_id) is None:
            raise DepartmentGone
        if person.department_id == department_id:
            return DepartmentMove(await _card(uow, person), None)
        person.department_id, person.updated_at = department_id, uow.now
        since = await memberships.move(uow.session, person.id, department_id, self._calendar, uow.now)
        subject = MoveSubject(since, department_id, int(uow.now.timestamp()))
        notice = PlannedMessage(kinds.MOVED, subject, uow.now, uow.now + NOTICE_LIFETIME)
        await schedule(uow.session, person.id, notice, uow.now)
        await audit.record(uow, "moved_person", person.audit_key)
        return DepartmentMove(await _card(uow, person), since)


def read_words(text: str) -> str:
    """Return what was typed to find someone, on one line. Raise SearchEmpty, TooLong."""
    words = clean_line(text)
    if not words:
        raise SearchEmpty
    if len(words) > SEARCH_LENGTH:
        raise TooLong(SEARCH_LENGTH)
    return words


def is_open(member: Member) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `roster_proposals` and `users` for what this reader may decide and is still true."""
    leaves, may_dismiss = RosterProposal.department_id.is_(None), User.role == "employee"
    if is_admin(member):
        may_dismiss = User.id != member.id
    moves = RosterProposal.department_id.is_not(None) & User.department_id.is_distinct_from(
        RosterProposal.department_id
    )
    return (RosterProposal.declined_at.is_(None), User.offboarded_at.is_(None), or_(moves, and_(leaves, may_dismiss)))


async def count_proposals(uow: UnitOfWork) -> int:
    """Return how many proposals of the last list wait for this reader."""
    proposed = select(func.count(RosterProposal.id)).where(RosterProposal.user_id == User.id, *is_open(uow.member))
    return await uow.session.scalar(proposed) or 0


async def list_left(session: AsyncSession) -> list[tuple[int, str, str | None]]:
    """Return the id of the archive row, the name and the department of everyone who left, the oldest first."""
    rows = await session.execute(_left().order_by(OldUser.id))
    return [(row.id, row.name, row.department) for row in rows]


def _lines(which: Which, now: datetime) -> tuple[Select[Any], Subquery]:
    """Return everyone of a filter with the number of their namesakes in it, and what it is selected from."""
    people = _everybody(which, now).subquery("people")
    namesakes = func.count().over(partition_by=folded(people.c.name))
    return select(people, namesakes.label("namesakes")), people


def _everybody(which: Which, now: datetime) -> Select[Any]:
    """Return everyone of a filter: state, id (of the row behind it), name, both departments, role, and since when."""
    manages = exists().where(Department.manager_id == User.id).correlate(User)
    joined = (
        select(
            literal("joined").label("state"),
            User.id,
            User.name,
            *_department(),
            User.role,
            manages.label("is_manager"),
            User.join_date.label("since"),
        )
        .outerjoin(Department, Department.id == User.department_id)
        .where(User.offboarded_at.is_(None))
    )
    invited = (
        select(
            literal("invited").label("state"),
            Invite.id,
            Invite.name,
            *_department(),
            Invite.role,
            false().label("is_manager"),
            Invite.expires_at.label("since"),
        )
        .outerjoin(Department, Department.id == Invite.department_id)
        .where(Invite.name.is_not(None), Invite.uses_left > 0, Invite.expires_at > now)
    )
    if which.filter == "invited":
        return select(invited.subquery())
    if which.filter == "left":
        return select(_left().subquery())
    if which.filter == "department":
        here = Department.id == which.department_id
        return select(union_all(joined.where(here), invited.where(here)).subquery())
    return select(union_all(joined, invited, _left()).subquery())


def _left() -> Select[str, int, str, str | None, str, str, bool, datetime]:
    return (
        select(
            literal("left").label("state"),
            cast(OldUser.id, Integer).label("id"),
            OldUser.name,
            OldUser.department.label("department"),
            cast(null(), String).label("department_en"),
            literal("employee").label("role"),
            false().label("is_manager"),
            OldUser.archived_at.label("since"),
        )
        .outerjoin(User, User.id == OldUser.user_id)
        .where(or_(User.id.is_(None), User.offboarded_at.is_not(None)))
    )


def _department() -> tuple[Any, Any]:
    return Department.name.label("department"), Department.name_en.label("department_en")


def _line(member: Member, row: Any) -> PersonLine:
    return PersonLine(
        state=row.state,
        id=row.id,
        name=row.name,
        department=name_in(member.locale, row.department, row.department_en) if row.department else None,
        role=row.role,
        is_manager=bool(row.is_manager),
        since=row.since.astimezone(member.rhythm.zone) if row.namesakes > 1 else None,
    )


async def _present(uow: UnitOfWork, person_id: int) -> User:
    """Return a person who joined and has not left. Raise PersonGone."""
    person = await uow.session.get(User, person_id)
    if person is None or person.offboarded_at is not None:
        raise PersonGone
    return person


async def _card(uow: UnitOfWork, person: User) -> PersonCard:
    department = await uow.session.get(Department, person.department_id) if person.department_id else None
    managed = select(Department.name, Department.name_en).where(Department.manager_id == person.id)
    names = (name_in(uow.member.locale, *row) for row in await uow.session.execute(managed))
    return PersonCard(
        id=person.id,
        name=person.name,
        department_id=person.department_id,
        department=name_in(uow.member.locale, department.name, department.name_en) if department else None,
        role=person.role,
        manages=tuple(sorted(names)),
        joined=uow.member.rhythm.date_of(person.join_date),
        may_set_role=is_admin(uow.member),
        may_dismiss=roles.may_dismiss(uow.member, person),
    )
