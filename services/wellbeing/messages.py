"""Messages about the check-in, the weekly pulse and steps that are being tried: subjects, and what they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.recommendations import Nudges
from content.texts import Typed
from models import Assessment, Delivery, Metric, Recommendation, User
from services.account.member import rhythm_of
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import monday_of
from services.kit.days import coming_day_in
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import PlannedMessage, Subject, is_there, schedule, withdraw
from services.wellbeing.pulse import Question

STEP_MESSAGE_LIFETIME = timedelta(days=3)
LAST_NUMBER = (
    3  # of the messages about one check-in: the invitation is 0, the second reminder 2, and one more by snooze
)
UNANSWERED_UNTIL_QUIET = 4  # design: four unanswered pulses lead to one question


@dataclass(frozen=True, slots=True)
class CheckinSubject(Subject):
    """An invitation to the check-in of the period that began on the Monday `period`."""

    period: date


@dataclass(frozen=True, slots=True)
class ReminderSubject(Subject):
    """A message about that check-in after its invitation: `number` is 1 or 2, or 3 after a snooze of the second."""

    period: date
    number: int


@dataclass(frozen=True, slots=True)
class PulseSubject(Subject):
    """The pulse of the ISO week that begins on the Monday `week`: the invitation, its reminder, or «weekly or off?»."""

    week: date


@dataclass(frozen=True, slots=True)
class RecommendationSubject(Subject):
    """A step that is being tried, `day` days after its start; `of_plan` when it is the day that its plan names."""

    recommendation_id: int
    day: int
    of_plan: bool | None = None

    @property
    def row_id(self) -> int:
        """The recommendation."""
        return self.recommendation_id


@dataclass(frozen=True, slots=True)
class CheckinMessage:
    """An invitation (`number` 0) or what follows it; the check-in of the period closes at the end of `last_day`.

    `is_wished`: it was snoozed until now.
    """

    period: date
    number: int
    last_day: date
    is_wished: bool


@dataclass(frozen=True, slots=True)
class RecommendationMessage:
    """The step that is asked about, or that the person planned for today."""

    recommendation_id: int
    title: str
    is_planned_today: bool


async def find_checkin(context: Context, subject: CheckinSubject, user: User) -> CheckinMessage | None:
    """Return the invitation; None once the period is answered or postponed."""
    return await _checkin(context, subject.period, 0, user, is_wished=False)


async def find_reminder(context: Context, subject: ReminderSubject, user: User) -> CheckinMessage | None:
    """Return the reminder; None once the period is answered or postponed, or the reminder snoozed."""
    if await is_there(context.session, user.id, [kinds.SNOOZED], subject, (*kinds.WAITING, *kinds.SPENT)):
        return None
    return await _checkin(context, subject.period, subject.number, user, is_wished=False)


async def find_snoozed(context: Context, subject: ReminderSubject, user: User) -> CheckinMessage | None:
    """Return the snoozed message; None once the period is answered or postponed, or the reminder left before the
    snooze.
    """
    if await is_there(context.session, user.id, [kinds.REMINDER], subject, kinds.SPENT):
        return None
    return await _checkin(context, subject.period, subject.number, user, is_wished=True)


async def find_pulse(context: Context, subject: PulseSubject, user: User) -> Question | None:
    """Return the first question. Needless once the week is answered, the pulse off, or «weekly or off?» was asked in
    vain.

    So it is in a week that has hardly a working day left: it may have been planned before that was known.
    """
    if not user.pulse_on or not rhythm_of(user).is_asked_in(subject.week):
        return None
    if await _is_pulse_answered(context.session, user.id, subject.week):
        return None
    is_asked = await context.session.scalar(
        select(
            exists().where(
                Delivery.user_id == user.id,
                Delivery.kind == kinds.PULSE_QUIET,
                Delivery.state.in_(kinds.SPENT),
                Delivery.sent_at > await _last_sign(context.session, user),
            )
        )
    )
    return None if is_asked else Question(context.pulse, subject.week, context.pulse.items[0], chosen=None, answered=0)


async def find_review(context: Context, subject: RecommendationSubject, user: User) -> RecommendationMessage | None:
    """Return the step; None when it is no longer being tried."""
    title = await context.session.scalar(
        select(Recommendation.title).where(
            Recommendation.id == subject.recommendation_id,
            Recommendation.user_id == user.id,
            Recommendation.state == "started",
        )
    )
    return (
        None
        if title is None
        else RecommendationMessage(subject.recommendation_id, title, is_planned_today=bool(subject.of_plan))
    )


async def find_nudge(context: Context, subject: RecommendationSubject, user: User) -> RecommendationMessage | None:
    """Return the step; None when it is no longer being tried, and in the week of an invitation."""
    today = context.calendar.today(context.now)
    if context.calendar.period_of(today).invitation_week == monday_of(today):
        return None
    return await find_review(context, subject, user)


async def withdraw_checkin_messages(uow: UnitOfWork, period: date) -> None:
    """Take back what would still be sent about the check-in of the period that began on this Monday."""
    for kind in (kinds.REMINDER, kinds.SNOOZED):
        await withdraw(uow.session, uow.member.id, kind, uow.now, key_like=f"{period}/%")


async def wants_quiet_question(session: AsyncSession, user: User) -> bool:
    """Return whether the latest pulses that were sent, as many as the design allows, all went unanswered."""
    sent = await session.scalar(
        select(func.count()).where(
            Delivery.user_id == user.id,
            Delivery.kind == kinds.PULSE,
            Delivery.state.in_(kinds.SPENT),
            Delivery.sent_at > await _last_sign(session, user),
        )
    )
    return (sent or 0) >= UNANSWERED_UNTIL_QUIET


async def has_quiet_question(session: AsyncSession, pulse: Delivery) -> bool:
    """Return whether the question stands in place of this week's pulse already."""
    same_week = (Delivery.user_id == pulse.user_id, Delivery.dedup_key == pulse.dedup_key)
    return bool(await session.scalar(select(exists().where(*same_week, Delivery.kind == kinds.PULSE_QUIET))))


async def _checkin(context: Context, start: date, number: int, user: User, *, is_wished: bool) -> CheckinMessage | None:
    period = context.calendar.period_of(start)
    is_answered = await context.session.scalar(
        select(exists().where(Assessment.user_id == user.id, Assessment.period == period.start))
    )
    if is_answered or user.postponed_period == period.start:
        return None
    return CheckinMessage(period.start, number, period.last_day, is_wished)


async def _is_pulse_answered(session: AsyncSession, user_id: int, week: date) -> bool:
    answers = (Metric.user_id == user_id, Metric.date == week.isoformat(), Metric.source == "pulse")
    return bool(await session.scalar(select(exists().where(*answers))))


async def _last_sign(session: AsyncSession, user: User) -> datetime:
    """Return when this person last answered a pulse, or said «weekly»."""
    answered = await session.scalar(
        select(func.max(Metric.created_at)).where(Metric.user_id == user.id, Metric.source == "pulse")
    )
    return max(user.pulse_since, answered) if answered else user.pulse_since


async def replan_recommendation(
    uow: UnitOfWork, recommendation_id: int, tried_since: datetime | None, nudges: Nudges
) -> None:
    """Plan what is asked about a step from its start on, and nothing when it is not being tried."""
    await withdraw_recommendation_messages(uow, recommendation_id)
    if tried_since is not None:
        is_high = await _is_high(uow.session, recommendation_id)
        days = nudges.after_high_result if is_high else nudges.days_after_start
        await plan_recommendation_messages(uow, recommendation_id, tried_since, nudges=days, review=nudges.review_day)


async def plan_recommendation_messages(
    uow: UnitOfWork, recommendation_id: int, tried_since: datetime, *, nudges: Sequence[int], review: int
) -> None:
    """Plan a nudge on each of these days after the start, and the review, at the person's hour."""
    started_on = uow.member.rhythm.date_of(tried_since)
    for kind, day in [*((kinds.NUDGE, day) for day in nudges), (kinds.REVIEW, review)]:
        due = uow.member.rhythm.suitable(started_on + timedelta(days=day))
        message = PlannedMessage(kind, RecommendationSubject(recommendation_id, day), due, due + STEP_MESSAGE_LIFETIME)
        await schedule(uow.session, uow.member.id, message, uow.now)


async def remind_of_plan(
    uow: UnitOfWork, recommendation_id: int, tried_since: datetime | None, plan: str, typed: Typed
) -> None:
    """Plan a nudge for the day that the plan names, in place of that of an earlier plan.

    Whoever said not to be asked about the step is not reminded, nor is anyone on a day off.
    """
    await _withdraw_nudge(uow, recommendation_id, f"{recommendation_id}/%/{True}")
    rhythm = uow.member.rhythm
    day = coming_day_in(plan, rhythm.date_of(uow.now), typed.days, typed.weekdays, typed.before_hours)
    if tried_since is None or day is None or not rhythm.is_open_day(day):
        return
    if not await _is_asked_about(uow, recommendation_id):
        return
    since_start = (day - rhythm.date_of(tried_since)).days
    await _withdraw_nudge(uow, recommendation_id, RecommendationSubject(recommendation_id, since_start).dedup_key)
    due = rhythm.hour_on(day)
    subject = RecommendationSubject(recommendation_id, since_start, of_plan=True)
    message = PlannedMessage(kinds.NUDGE, subject, due, rhythm.end_of_day(due))
    await schedule(uow.session, uow.member.id, message, uow.now)


async def withdraw_recommendation_messages(uow: UnitOfWork, recommendation_id: int) -> None:
    """Take back everything that would be asked about a step."""
    for kind in (kinds.NUDGE, kinds.REVIEW):
        await withdraw(uow.session, uow.member.id, kind, uow.now, about_row=recommendation_id)


async def _is_high(session: AsyncSession, recommendation_id: int) -> bool:
    level = await session.scalar(
        select(Assessment.burnout_level)
        .join(Recommendation, Recommendation.assessment_id == Assessment.id)
        .where(Recommendation.id == recommendation_id)
    )
    return level == "high"


async def _withdraw_nudge(uow: UnitOfWork, recommendation_id: int, key_like: str) -> None:
    await withdraw(uow.session, uow.member.id, kinds.NUDGE, uow.now, about_row=recommendation_id, key_like=key_like)


async def _is_asked_about(uow: UnitOfWork, recommendation_id: int) -> bool:
    """Return whether a nudge or the review of this step is still to come."""
    waiting = exists().where(
        Delivery.user_id == uow.member.id,
        Delivery.kind.in_((kinds.NUDGE, kinds.REVIEW)),
        Delivery.subject_id == recommendation_id,
        Delivery.state.in_(kinds.WAITING),
    )
    return bool(await uow.session.scalar(select(waiting)))
