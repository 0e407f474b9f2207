"""Proposals to join departments that are too small to be shown: what HR sees of them, and its answer.

The numbers are those of members from the next period on; a proposal is computed whenever it is looked at, and what HR
said is kept by a stamp of the departments that it was about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2s

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Department, ProposalAnswer, ReportingGroup
from models.upsert import put
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import reporting_groups
from services.company.departments import NAME_LENGTH
from services.company.errors import NameTaken, ProposalGone
from services.company.memberships import Group, GroupKey, counting_at, groups_at
from services.company.roles import confirm_hr
from services.gate import disclosure
from services.kit.calendar import Calendar
from services.summary.proposals import propose

SEPARATOR = ", "
SHORTEST = 3  # letters that are left of a name, at least


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """A department, or the named group that the others would join, with its members from the next period on."""

    group: Group
    people: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Departments to join; `into` is the named group that takes the others in, None for a new one.

    `since` is the day from which they would report together; `is_put_off` once HR said "later" or "no".
    """

    stamp: str
    parts: tuple[ProposedPart, ...]
    since: date
    is_put_off: bool

    @property
    def people(self) -> int:
        """How many members the group would have."""
        return sum(part.people for part in self.parts)

    @property
    def into(self) -> ProposedPart | None:
        """The named group that takes the others in."""
        return next((part for part in self.parts if part.group.key.group_id is not None), None)

    @property
    def departments(self) -> tuple[int, ...]:
        """The departments that would come into a group."""
        return tuple(part.group.departments[0] for part in self.parts if part.group.key.group_id is None)


class JoinProposals:
    """The use cases. Every method runs in the caller's transaction; `min_group` as the gate takes it."""

    def __init__(self, content: Content, calendar: Calendar, min_group: int) -> None:
        self._calendar = calendar
        self._k = disclosure.threshold(content.hr_actions.thresholds, min_group)

    async def open(self, uow: UnitOfWork) -> list[Proposal]:
        """Return what can be proposed and was not put off, the largest group first. Raise NotAllowed."""
        require_hr(uow.member)
        return await self.standing(uow.session, uow.now)

    async def standing(self, session: AsyncSession, now: datetime) -> list[Proposal]:
        """Return the same for a proactive message."""
        return [proposal for proposal in await self._proposals(session, now) if not proposal.is_put_off]

    async def all(self, uow: UnitOfWork) -> list[Proposal]:
        """Return the same with what was put off, which comes last. Raise NotAllowed."""
        require_hr(uow.member)
        return await self._proposals(uow.session, uow.now)

    async def accept(self, uow: UnitOfWork, stamp: str) -> int:
        """Let the departments report together from the next period on; return the group. A second press finds it.

        Raise NotAllowed, and ProposalGone when they have changed since.
        """
        await confirm_hr(uow)
        proposal = await self._find(uow, stamp)
        if proposal is not None:
            await _lock(uow.session, proposal)
            proposal = await self._find(uow, stamp)  # of two at once the second one sees what the first did
        if proposal is None:
            return await _accepted(uow.session, stamp, self._calendar.period_at(uow.now).end)
        group_id = await self._join(uow, proposal)
        await self._answer(uow, stamp, group_id=group_id)
        return group_id

    async def put_off(self, uow: UnitOfWork, stamp: str, *, for_good: bool) -> None:
        """Propose these departments again in the next period, or not any more. Raise NotAllowed, ProposalGone."""
        await confirm_hr(uow)
        if await self._find(uow, stamp) is None:
            raise ProposalGone
        await self._answer(uow, stamp, until=None if for_good else self._calendar.period_at(uow.now).end)

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _proposals(self, session: AsyncSession, now: datetime) -> list[Proposal]:
        since = self._calendar.period_at(now).end
        groups = {group.key: group for group in await groups_at(session, since)}
        sizes = await _sizes(session, groups.values(), since)
        put_off = await self._put_off(session, now)
        found = [
            _proposal([ProposedPart(groups[key], sizes[key]) for key in join], since, put_off)
            for join in propose(sizes, self._k)
        ]
        return sorted(found, key=lambda proposal: proposal.is_put_off)

    async def _find(self, uow: UnitOfWork, stamp: str) -> Proposal | None:
        return next((proposal for proposal in await self.all(uow) if proposal.stamp == stamp), None)

    async def _join(self, uow: UnitOfWork, proposal: Proposal) -> int:
        into = proposal.into
        if into is None or into.group.key.group_id is None:
            return await self._create(uow, proposal)
        for department_id in proposal.departments:
            await reporting_groups.add(uow, into.group.key.group_id, department_id, self._calendar)
        return into.group.key.group_id

    async def _create(self, uow: UnitOfWork, proposal: Proposal) -> int:
        """Create a group named after its departments; a name that is taken gets a number."""
        groups = [part.group for part in proposal.parts]
        number = 1
        while True:
            ending = "" if number == 1 else f" {number}"
            name = _named([group.name for group in groups], ending)
            name_en = _named([group.name_en or group.name for group in groups], ending)
            try:
                return await reporting_groups.create(
                    uow, name, proposal.departments, self._calendar, None if name_en == name else name_en
                )
            except NameTaken:
                number += 1

    async def _answer(
        self, uow: UnitOfWork, stamp: str, *, group_id: int | None = None, until: date | None = None
    ) -> None:
        values = {
            "group_id": group_id,
            "until": until,
            "author_audit_key": uow.member.audit_key,
            "answered_at": uow.now,
        }
        await put(uow.session, ProposalAnswer, {"stamp": stamp}, values)

    async def _put_off(self, session: AsyncSession, now: datetime) -> set[str]:
        """Return the stamps not to propose now. What was accepted and taken apart may be proposed again."""
        waits = ProposalAnswer.until.is_(None) | (ProposalAnswer.until > self._calendar.today(now))
        return set(await session.scalars(select(ProposalAnswer.stamp).where(ProposalAnswer.group_id.is_(None), waits)))


async def _sizes(session: AsyncSession, groups: Iterable[Group], day: date) -> Mapping[GroupKey, int]:
    """Return how many people count in each group from a day on."""
    counting = counting_at(day).subquery()
    number = func.count().label("number")
    rows = await session.execute(select(counting.c.department_id, number).group_by(counting.c.department_id))
    people = {row.department_id: row.number for row in rows}
    return {group.key: sum(people.get(id_, 0) for id_ in group.departments) for group in groups}


def _proposal(parts: Sequence[ProposedPart], since: date, put_off: set[str]) -> Proposal:
    stamp = blake2s(SEPARATOR.join(sorted(part.group.key for part in parts)).encode(), digest_size=8).hexdigest()
    in_order = sorted(parts, key=lambda part: (part.group.name.casefold(), part.group.key))
    return Proposal(stamp, tuple(in_order), since, stamp in put_off)


async def _lock(session: AsyncSession, proposal: Proposal) -> None:
    ids = [id_ for part in proposal.parts for id_ in part.group.departments]
    await session.execute(select(Department.id).where(Department.id.in_(ids)).order_by(Department.id).with_for_update())


async def _accepted(session: AsyncSession, stamp: str, day: date) -> int:
    """Return the group that came of a proposal and is still there on a day. Raise ProposalGone."""
    group_id = await session.scalar(
        select(ReportingGroup.id)
        .join(ProposalAnswer, ProposalAnswer.group_id == ReportingGroup.id)
        .where(ProposalAnswer.stamp == stamp)
    )
    if group_id is None or all(group.key.group_id != group_id for group in await groups_at(session, day)):
        raise ProposalGone
    return group_id


def _named(names: Sequence[str], ending: str) -> str:
    """Return the names on one line no longer than a name may be: where they are too long, each loses its end."""
    room = NAME_LENGTH - len(ending)
    for longest in range(room, SHORTEST - 1, -1):
        line = SEPARATOR.join(_cut(name, longest) for name in names)
        if len(line) <= room:
            return line + ending
    return _cut(line, room) + ending


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip(SEPARATOR) + "…"
