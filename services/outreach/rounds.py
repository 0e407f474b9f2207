"""A round: the check-in of the open period is offered now to everyone in a target, once.

Neither the preview nor anything after it says how many people are written to: that would tell who has answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from content import Content
from models import Assessment, Round, User
from models.upsert import insert_into
from services.account.member import office_rhythm
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import Target, find_target, includes, page_of_targets
from services.company.memberships import GroupKey
from services.gate import disclosure
from services.gate.publications import Band
from services.kit.calendar import DAY, MIN_DAYS_BETWEEN, Calendar, Period, Rhythm, at_local
from services.kit.calendar.held import all_held, is_held
from services.kit.pages import Page
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule_for_all
from services.outreach.errors import CheckinHeld, RoundOver
from services.wellbeing.messages import CheckinSubject


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """Whom the check-in of the open period can be offered to; `begun_on` by target where that was done already."""

    period: Period
    targets: Page[Target]
    begun_on: Mapping[GroupKey, date]


@dataclass(frozen=True, slots=True)
class RoundPreview:
    """A round before it begins. `people`: how many belong to the target, None for fewer than the gate's threshold.

    `leaves_on`: on a day off of the organisation, its next working day.
    """

    period: Period
    target: Target
    people: Band | None
    begun_on: date | None
    leaves_on: date | None


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
        self._min_group = min_group

    async def choices(self, uow: UnitOfWork, number: int) -> RoundChoice:
        """Return one page of targets. Raise NotAllowed, CheckinHeld."""
        require_hr(uow.member)
        period = await self._asked(uow)
        begun = await uow.session.execute(select(Round.target, Round.created_at).where(Round.period == period.start))
        begun_on = {GroupKey(target): self._calendar.today(at) for target, at in begun}
        page = await page_of_targets(uow.session, uow.member.locale, period.start, number)
        return RoundChoice(period, page, begun_on)

    async def preview(self, uow: UnitOfWork, key: str) -> RoundPreview:
        """Return what would be sent, and to how many people roughly. Raise NotAllowed, TargetGone, CheckinHeld."""
        require_hr(uow.member)
        period = await self._asked(uow)
        target = await find_target(uow.session, key, period.start)
        people = await uow.session.scalar(select(func.count(User.id)).where(includes(target.key, period.start))) or 0
        band = disclosure.band(self._limits, self._min_group, people)
        begun_at = await uow.session.scalar(_moment_of(period, target.key))
        begun_on = None if begun_at is None else self._calendar.today(begun_at)
        return RoundPreview(period, target, band, begun_on, await self._leaves_on(uow))

    async def begin(self, uow: UnitOfWork, key: str, start: date) -> RoundBegun:
        """Offer the check-in of the period that began on `start`; a second press finds the first one's round.

        Raise NotAllowed, TargetGone, RoundOver, CheckinHeld.
        """
        require_hr(uow.member)
        period = await self._asked(uow)
        if period.start != start:
            raise RoundOver
        target = await find_target(uow.session, key, period.start)
        is_new = await self._store(uow, period, target.key)
        if is_new:
            await audit.record(uow, "began_round", f"{target.key} period {period.start}")
            closes_at = self._calendar.closes_at(period)
            message = PlannedMessage(kinds.CHECKIN, CheckinSubject(period.start), uow.now, closes_at)
            office = await office_rhythm(uow.session, self._calendar.zone)
            people = is_invited_by_round(target.key, period, uow.now, office)
            await schedule_for_all(uow.session, people, message, uow.now)
        begun_at = (await uow.session.scalars(_moment_of(period, target.key))).one()
        return RoundBegun(period, target, self._calendar.today(begun_at), is_new)

    async def _asked(self, uow: UnitOfWork) -> Period:
        """Return the open period. Raise CheckinHeld where no one is asked in it."""
        period = self._calendar.period_at(uow.now)
        if is_held(await all_held(uow.session), period):
            raise CheckinHeld
        return period

    async def _leaves_on(self, uow: UnitOfWork) -> date | None:
        office, today = await office_rhythm(uow.session, self._calendar.zone), self._calendar.today(uow.now)
        return None if office.is_open_day(today) else office.date_of(office.suitable(today))

    async def _store(self, uow: UnitOfWork, period: Period, key: GroupKey) -> bool:
        insert = insert_into(
            uow.session,
            Round,
            period=period.start,
            target=key,
            author_audit_key=uow.member.audit_key,
            created_at=uow.now,
        )
        once = insert.on_conflict_do_nothing(index_elements=["period", "target"]).returning(Round.id)
        return await uow.session.scalar(once) is not None


def _moment_of(period: Period, target: GroupKey) -> Select[datetime]:
    return select(Round.created_at).where(Round.period == period.start, Round.target == target)


def is_invited_by_round(target: str, period: Period, at: datetime, office: Rhythm) -> ColumnElement[bool]:
    """Return whether a round of that moment invites a person, as a condition on `users`.

    Left alone are those who answered in the period or too lately to answer again, postponed, or joined less than two
    of the organisation's working weeks before.
    """
    settled = at_local(office.last_settled(office.date_of(at)) + DAY, time(0), office.zone)
    rested = at - timedelta(days=MIN_DAYS_BETWEEN)
    has_answered = exists().where(
        Assessment.user_id == User.id, or_(Assessment.period == period.start, Assessment.date > rested)
    )
    has_postponed = User.postponed_period.is_not(None) & (User.postponed_period == period.start)
    return and_(includes(GroupKey(target), period.start), User.join_date < settled, ~has_answered, ~has_postponed)
