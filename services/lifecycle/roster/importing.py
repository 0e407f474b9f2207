"""What a list of people changes: comparing it with who is here, and doing it in one transaction.

People who are new get an invite. Those who left or moved become proposals (changes.py): a list
may be a day old or of one department only, so a list alone neither ends anyone's access nor moves them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import User
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, departments, people
from services.company.departments import key_of
from services.company.hr_home import Undertakings
from services.company.memberships import GroupKey
from services.lifecycle import invites
from services.lifecycle.errors import RosterUnclear, RosterWithErrors, TooManyDepartments
from services.lifecycle.roster import changes
from services.lifecycle.roster.changes import ProposedChange
from services.lifecycle.roster.matching import Entry, Matches, match
from services.lifecycle.roster.reading import Roster, RosterRow

MOST_NEW_DEPARTMENTS = 100  # more of them are no departments: the columns are mixed up
WHOLE_COMPANY = 0.5  # a list with at least this part of the people who are in is about everyone


@dataclass(frozen=True, slots=True)
class ListedMove:
    """Someone who is in, and stands in the list under another department."""

    person_id: int
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Someone who is in, and does not stand in the list."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """Each row is in one of the first five; `left` had access once, `unclear` may be more than one person.

    `new_departments` are those of the list that there are not yet, as far as anything would need them.
    """

    new: tuple[RosterRow, ...]
    invited: tuple[RosterRow, ...]
    joined: tuple[RosterRow, ...]
    left: tuple[RosterRow, ...]
    unclear: tuple[RosterRow, ...]
    moves: tuple[ListedMove, ...]
    missing: tuple[Missing, ...]
    new_departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """Who was invited, each with the link of the same place; and how many proposals wait now."""

    rows: tuple[RosterRow, ...]
    links: tuple[str, ...]
    departments: tuple[int, ...]
    proposed: int


async def plan(uow: UnitOfWork, roster: Roster) -> RosterPlan:
    """Return what a list would change. Raise NotAllowed, TooManyDepartments."""
    require_hr(uow.member)
    return await compare(uow.session, roster, uow.now)


async def make(uow: UnitOfWork, roster: Roster, file: str, undertakings: Undertakings, *, with_left: bool) -> Imported:
    """Invite those who are new, `with_left` those too who had access once, and keep what else changed as proposals.

    `file` names the list in the audit log. Raise NotAllowed, HelpNotNamed, WordNotGiven, and what `carry_out` raises.
    """
    require_hr(uow.member)
    await undertakings.require(uow)
    done = await carry_out(uow.session, roster, uow.now, with_left=with_left)
    for department_id in done.departments:
        await audit.record(uow, "created_department", GroupKey.of_department(department_id))
    if done.rows:
        await audit.record(uow, "created_invites", f"list {file}")
    return done


async def carry_out(session: AsyncSession, roster: Roster, now: datetime, *, with_left: bool) -> Imported:
    """Do what a list changes, compared once more: of two people with the same list at once, the second invites no one.

    Raise RosterUnclear, RosterWithErrors, TooManyDepartments, and NameTaken for a department named like a group.
    """
    if not roster.is_clear:
        raise RosterUnclear
    if roster.errors:
        raise RosterWithErrors
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("exhale roster"))))
    found = await compare(session, roster, now)
    rows = sorted((*found.new, *(found.left if with_left else ())), key=lambda row: row.line)
    wanted = [row.department for row in rows] + [move.department for move in found.moves]
    created = await _create_departments(session, wanted, now)
    ids = await departments.names(session)
    links = await invites.add_personal(session, [(row.name, ids.get(key_of(row.department))) for row in rows], now)
    listed = {move.person_id: ProposedChange(ids[key_of(move.department)]) for move in found.moves}
    listed |= {one.person_id: ProposedChange(None) for one in found.missing}
    proposed = await changes.replace_all(session, listed, now)
    return Imported(tuple(rows), tuple(links), created, proposed)


async def compare(session: AsyncSession, roster: Roster, now: datetime) -> RosterPlan:
    """Compare a list with who is here. Raise TooManyDepartments."""
    ids = await departments.names(session)
    users = {user.id: user for user in await session.scalars(select(User).where(User.offboarded_at.is_(None)))}
    invited = await invites.list_personal(session, now)
    left = [(id_, name, _place(department, ids)) for id_, name, department in await people.list_left(session)]
    rows = [Entry(row.line, row.name, _place(row.department, ids)) for row in roster.people]
    joined, open_, gone = await asyncio.to_thread(
        match,
        rows,
        [Entry(user.id, user.name, user.department_id) for user in users.values()],
        [Entry(*line) for line in invited],
        [Entry(*line) for line in left],
    )
    places = {entry.id: entry.place for entry in rows}
    return _plan(roster, users, places, ids, joined, open_, gone)


def _plan(
    roster: Roster,
    users: Mapping[int, User],
    places: Mapping[int, Hashable | None],
    ids: Mapping[str, int],
    joined: Matches,
    invited: Matches,
    left: Matches,
) -> RosterPlan:
    unclear = joined.unclear_rows | invited.unclear_rows | left.unclear_rows
    known = joined.pairs.keys() | invited.pairs.keys() | left.pairs.keys() | unclear
    new = _rows(roster, {row.line for row in roster.people} - known)
    gone = _rows(roster, left.pairs.keys())
    moves = [
        ListedMove(person_id, users[person_id].name, row.department)
        for row in roster.people
        if (person_id := joined.pairs.get(row.line)) is not None
        and places[row.line] not in (None, users[person_id].department_id)
    ]
    wanted = [*(row.department for row in (*new, *gone)), *(move.department for move in moves)]
    return RosterPlan(
        new=new,
        invited=_rows(roster, invited.pairs.keys()),
        joined=_rows(roster, joined.pairs.keys()),
        left=gone,
        unclear=_rows(roster, unclear),
        moves=tuple(moves),
        missing=_missing(users, set(places.values()), joined),
        new_departments=_unknown(wanted, ids),
    )


def _missing(users: Mapping[int, User], places: set[Hashable | None], joined: Matches) -> tuple[Missing, ...]:
    """Return who is not in the list: of everyone, or of its departments when it is about some of them.

    Administrators need not be employees.
    """
    found = {*joined.pairs.values()}
    is_about_everybody = len(found) >= WHOLE_COMPANY * len(users)
    away = [user for user in users.values() if user.id not in found | joined.unclear and user.role != "admin"]
    return tuple(
        Missing(user.id, user.name) for user in away if is_about_everybody or user.department_id in places - {None}
    )


def _rows(roster: Roster, lines: Set[int]) -> tuple[RosterRow, ...]:
    return tuple(row for row in roster.people if row.line in lines)


def _place(department: str | None, ids: Mapping[str, int]) -> Hashable | None:
    """Return what stands for a department: its id, the name of one that is not there yet, None for no department."""
    key = key_of(department or "")
    return ids.get(key, key) if key else None


def _unknown(names: Sequence[str], ids: Mapping[str, int]) -> tuple[str, ...]:
    """Return the departments that there are not yet, each by its first spelling. Raise TooManyDepartments."""
    unknown = {key_of(name): name for name in reversed(names) if name and key_of(name) not in ids}
    if len(unknown) > MOST_NEW_DEPARTMENTS:
        raise TooManyDepartments(MOST_NEW_DEPARTMENTS)
    return tuple(reversed(unknown.values()))


async def _create_departments(session: AsyncSession, names: Sequence[str], now: datetime) -> tuple[int, ...]:
    created = []
    for name in _unknown(names, await departments.names(session)):
        await departments.check_free(session, name)
        created.append(await departments.find_or_create(session, departments.read_name(name), now))
    return tuple(created)
