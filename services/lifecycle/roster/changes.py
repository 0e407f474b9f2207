"""What the last list of people proposes about those who are in: who left, who works elsewhere. HR decides on each.

A proposal names a person by id and is gone when it is carried out, when a newer list no longer makes it, or when it is
no longer true. One that was declined is kept, so that tomorrow's list does not make it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import Department, RosterProposal, User
from models.folded import folded
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, roles
from services.company.people import People, is_open
from services.kit.pages import Page, nearest
from services.kit.text import name_in
from services.lifecycle.errors import ListedChangeGone
from services.lifecycle.offboarding import Offboarding

AT_ONCE = 20  # on a page, and carried out by one press

ChangeKind = Literal["left", "moved"]


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """What a list says of someone who is in: the department they moved to, None when they left."""

    department_id: int | None


@dataclass(frozen=True, slots=True)
class ListedChange:
    """One proposal in the reader's words; `department` is where the person is now, `target` where they would be.

    `until` is the last day on which their data would be here if they left now.
    """

    id: int
    kind: ChangeKind
    name: str
    department: str | None
    target: str | None
    until: date


@dataclass(frozen=True, slots=True)
class ListedChanges:
    """A page of the proposals, and how many there are of each kind."""

    page: Page[ListedChange]
    moved: int
    left: int


async def replace_all(session: AsyncSession, changes: Mapping[int, ProposedChange], now: datetime) -> int:
    """Keep what the newest list proposes and nothing else, by person; return how many proposals wait now."""
    kept = {row.user_id: row for row in await session.scalars(select(RosterProposal).with_for_update())}
    stale = [
        row.id for id_, row in kept.items() if id_ not in changes or changes[id_].department_id != row.department_id
    ]
    await session.execute(delete(RosterProposal).where(RosterProposal.id.in_(stale)))
    stays = {id_ for id_, row in kept.items() if row.id not in stale}
    new = [
        {"user_id": id_, "department_id": change.department_id, "created_at": now}
        for id_, change in sorted(changes.items())
        if id_ not in stays
    ]
    if new:
        await session.execute(insert(RosterProposal), new)
    waiting = select(func.count()).select_from(RosterProposal).where(RosterProposal.declined_at.is_(None))
    return await session.scalar(waiting) or 0


class RosterChanges:
    """HR's list of proposals. Every method runs in the caller's transaction and refuses everyone outside HR."""

    def __init__(self, people: People, offboarding: Offboarding) -> None:
        self._people = people
        self._offboarding = offboarding

    async def list_page(self, uow: UnitOfWork, number: int) -> ListedChanges:
        """Return one page, moves first, or the last one there is. Raise NotAllowed."""
        require_hr(uow.member)
        open_ones = (*is_open(uow.member), RosterProposal.user_id == User.id)
        counts = select(func.count(RosterProposal.department_id), func.count(RosterProposal.id)).where(*open_ones)
        moved, total = (await uow.session.execute(counts)).one()
        number, pages = nearest(number, total, AT_ONCE)
        lines = _lines(uow).order_by(RosterProposal.department_id.is_(None), folded(User.name), RosterProposal.id)
        items = await self._read(uow, lines.offset(number * AT_ONCE))
        return ListedChanges(Page(items, number, pages), moved, total - moved)

    async def find(self, uow: UnitOfWork, proposal_id: int) -> ListedChange:
        """Return one proposal that waits. Raise NotAllowed, ListedChangeGone."""
        require_hr(uow.member)
        found = await self._read(uow, _lines(uow).where(RosterProposal.id == proposal_id))
        if not found:
            raise ListedChangeGone
        return found[0]

    async def first(self, uow: UnitOfWork, kind: ChangeKind) -> list[ListedChange]:
        """Return the proposals of a kind that one press carries out, the oldest first. Raise NotAllowed."""
        require_hr(uow.member)
        is_kind = (
            RosterProposal.department_id.is_(None) if kind == "left" else RosterProposal.department_id.is_not(None)
        )
        return await self._read(uow, _lines(uow).where(is_kind).order_by(RosterProposal.id))

    async def accept(self, uow: UnitOfWork, proposal_id: int) -> int:
        """Move the person, or end their access; return their Telegram account.

        Raise NotAllowed, ListedChangeGone, PersonGone, LastAdmin.
        """
        await roles.confirm_hr(uow)
        await self.find(uow, proposal_id)
        return await self._carry_out(uow, proposal_id)

    async def accept_all(self, uow: UnitOfWork, kind: ChangeKind, last_id: int) -> list[int]:
        """Carry out those of a kind that were shown, up to the one with this id; return the Telegram accounts.

        Raise NotAllowed, ListedChangeGone.
        """
        await roles.confirm_hr(uow)
        shown = [one.id for one in await self.first(uow, kind) if one.id <= last_id]
        if not shown:
            raise ListedChangeGone
        return [await self._carry_out(uow, id_) for id_ in shown]

    async def decline(self, uow: UnitOfWork, proposal_id: int) -> None:
        """Leave everything as it is; lists that say the same again don't propose it.

        Raise NotAllowed, ListedChangeGone.
        """
        await roles.confirm_hr(uow)
        await self.find(uow, proposal_id)
        user_id = await uow.session.scalar(
            update(RosterProposal)
            .where(RosterProposal.id == proposal_id, RosterProposal.declined_at.is_(None))
            .values(declined_at=uow.now)
            .returning(RosterProposal.user_id)
        )
        if user_id is None:
            raise ListedChangeGone
        person = await roles.lock_person(uow.session, user_id)
        await audit.record(uow, "declined_proposal", person.audit_key)

    async def _carry_out(self, uow: UnitOfWork, proposal_id: int) -> int:
        """Delete the row and carry it out: of two people who press at once, only one does."""
        row = await uow.session.execute(
            delete(RosterProposal)
            .where(RosterProposal.id == proposal_id, RosterProposal.declined_at.is_(None))
            .returning(RosterProposal.user_id, RosterProposal.department_id)
        )
        found = row.one_or_none()
        if found is None:
            raise ListedChangeGone
        if found.department_id is None:
            return (await self._offboarding.offboard(uow, found.user_id)).telegram_id
        await self._people.move(uow, found.user_id, found.department_id)
        return (await roles.lock_person(uow.session, found.user_id)).telegram_id

    async def _read(
        self, uow: UnitOfWork, lines: Select[RosterProposal, User, Department, Department]
    ) -> list[ListedChange]:
        def name_of(department: Department | None) -> str | None:
            return name_in(uow.member.locale, department.name, department.name_en) if department else None

        return [
            ListedChange(
                id=row.id,
                kind="moved" if target else "left",
                name=person.name,
                department=name_of(department),
                target=name_of(target),
                until=self._offboarding.keeps_until(person, uow.now),
            )
            for row, person, department, target in await uow.session.execute(lines)
        ]


def _lines(uow: UnitOfWork) -> Select[RosterProposal, User, Department, Department]:
    target = aliased(Department)
    return (
        select(RosterProposal, User, Department, target)
        .join(User, User.id == RosterProposal.user_id)
        .outerjoin(Department, Department.id == User.department_id)
        .outerjoin(target, target.id == RosterProposal.department_id)
        .where(*is_open(uow.member))
        .limit(AT_ONCE)
    )
