"""A round: the check-in of the open period is offered now to everybody in a target, once.

Neither the preview nor anything after it says how many people are written to: that would tell who has answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Round, User
from models.upsert import insert_into
from services.account.permissions import require_hr
from services.account.users import Member
from services.company import audit
from services.company.audience import Target, find_target, includes, page_of_targets
from services.gate import coarsening
from services.gate.publications import Band
from services.kit.calendar import Calendar, Period
from services.kit.pages import Page
from services.notifications import deliveries, kinds
from services.notifications.deliveries import PlannedMessage
from services.outreach.calls import is_invited_by_round
from services.outreach.errors import RoundOver


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """Whom the check-in of the open period can be offered to; `begun_on` by target where that was done already."""

    period: Period
    targets: Page[Target]
    begun_on: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class RoundPreview:
    """A round before it begins. `people`: how many belong to the target, None for fewer than the gate's threshold."""

    period: Period
    target: Target
    people: Band | None
    begun_on: date | None


@dataclass(frozen=True, slots=True)
class RoundBegun:
    """A round; `is_new` for the one press that began it."""

    period: Period
    target: Target
    begun_on: date
    is_new: bool


class Rounds:
    """The use cases of rounds. Every method runs in the caller's transaction. `min_group` as the gate takes it."""

    def __init__(self, content: Content, calendar: Calendar, min_group: int) -> None:
        self._calendar = calendar
        self._limits = content.hr_actions.thresholds
        self._k = max(min_group, self._limits.min_group_floor)

    async def choices(self, session: AsyncSession, member: Member, number: int, now: datetime) -> RoundChoice:
        """One page of targets. Raises NotAllowed."""
        require_hr(member)
        period = self._calendar.period_at(now)
        begun = await session.execute(select(Round.target, Round.created_at).where(Round.period == period.start))
        begun_on = {target: self._calendar.today(at) for target, at in begun}
        return RoundChoice(period, await page_of_targets(session, period.start, number), begun_on)

    async def preview(self, session: AsyncSession, member: Member, key: str, now: datetime) -> RoundPreview:
        """What would be sent, and to how many people roughly. Raises NotAllowed, TargetGone."""
        require_hr(member)
        period = self._calendar.period_at(now)
        target = await find_target(session, key, period.start)
        people = await session.scalar(select(func.count(User.id)).where(includes(target.key, period.start))) or 0
        band = None if people < self._k else coarsening.band(self._k, self._limits.n_bands, people)
        return RoundPreview(period, target, band, await self._begun_on(session, period, key))

    async def begin(self, session: AsyncSession, member: Member, key: str, start: date, now: datetime) -> RoundBegun:
        """Offer the check-in of the period that began on `start`; a second press finds the first one's round.

        Raises NotAllowed, TargetGone, RoundOver.
        """
        require_hr(member)
        period = self._calendar.period_at(now)
        if period.start != start:
            raise RoundOver
        target = await find_target(session, key, period.start)
        is_new = await self._store(session, member, period, target.key, now)
        if is_new:
            await audit.record(session, member, "began_round", f"{target.key} period {period.start}", now)
            slot = PlannedMessage(kinds.CHECKIN, period.start.isoformat(), now, self._calendar.closes_at(period))
            await deliveries.put_for_all(session, is_invited_by_round(target.key, period, now), slot, now)
        begun_on = await self._begun_on(session, period, target.key)
        assert begun_on is not None
        return RoundBegun(period, target, begun_on, is_new)

    async def _store(self, session: AsyncSession, member: Member, period: Period, key: str, now: datetime) -> bool:
        insert = insert_into(
            session, Round, period=period.start, target=key, author_audit_key=member.audit_key, created_at=now
        )
        once = insert.on_conflict_do_nothing(index_elements=["period", "target"]).returning(Round.id)
        return await session.scalar(once) is not None

    async def _begun_on(self, session: AsyncSession, period: Period, key: str) -> date | None:
        at = await session.scalar(select(Round.created_at).where(Round.period == period.start, Round.target == key))
        return None if at is None else self._calendar.today(at)
