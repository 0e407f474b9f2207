"""Messages about the check-in, the weekly pulse and steps that are being tried: subjects, and what they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Delivery, Metric, Recommendation, User
from services.kit.calendar import monday_of
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import Subject

UNANSWERED_UNTIL_QUIET = 4  # design: four unanswered pulses lead to one question


@dataclass(frozen=True, slots=True)
class CheckinSubject(Subject):
    """An invitation to the check-in of the period that began on the Monday `period`."""

    period: date


@dataclass(frozen=True, slots=True)
class ReminderSubject(Subject):
    """The first or second reminder of that check-in: `number` is 1 or 2."""

    period: date
    number: int


@dataclass(frozen=True, slots=True)
class PulseSubject(Subject):
    """The pulse of the ISO week that begins on the Monday `week`: the invitation, its reminder, or «weekly or off?»."""

    week: date


@dataclass(frozen=True, slots=True)
class RecommendationSubject(Subject):
    """A step that is being tried, `day` days after its start."""

    recommendation_id: int
    day: int

    @property
    def row_id(self) -> int:
        """The recommendation."""
        return self.recommendation_id


@dataclass(frozen=True, slots=True)
class CheckinMessage:
    """An invitation (`number` 0) or a reminder (1, 2); the check-in closes at the end of `last_day`."""

    number: int
    last_day: date


@dataclass(frozen=True, slots=True)
class RecommendationMessage:
    """The step that is asked about."""

    recommendation_id: int
    title: str


async def find_checkin(context: Context, subject: CheckinSubject, user: User) -> CheckinMessage | None:
    """Needless once the period is answered or postponed."""
    return await _checkin(context, subject.period, 0, user)


async def find_reminder(context: Context, subject: ReminderSubject, user: User) -> CheckinMessage | None:
    """Needless once the period is answered or postponed."""
    return await _checkin(context, subject.period, subject.number, user)


async def find_pulse(context: Context, subject: PulseSubject, user: User) -> PulseSubject | None:
    """Needless once the week is answered, or the pulse switched off, or after «weekly or off?» was asked in vain."""
    if not user.pulse_on or await _is_pulse_answered(context.session, user.id, subject.week):
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
    return None if is_asked else subject


async def find_review(context: Context, subject: RecommendationSubject, user: User) -> RecommendationMessage | None:
    """Needless when the step is no longer being tried."""
    title = await context.session.scalar(
        select(Recommendation.title).where(
            Recommendation.id == subject.recommendation_id,
            Recommendation.user_id == user.id,
            Recommendation.state == "started",
        )
    )
    return None if title is None else RecommendationMessage(subject.recommendation_id, title)


async def find_nudge(context: Context, subject: RecommendationSubject, user: User) -> RecommendationMessage | None:
    """Needless when the step is no longer being tried, and in the week of an invitation."""
    today = context.calendar.today(context.now)
    if context.calendar.period_of(today).invitation_week == monday_of(today):
        return None
    return await find_review(context, subject, user)


async def wants_quiet_question(session: AsyncSession, user: User) -> bool:
    """Whether the latest pulses that were sent, as many as the design allows, all went unanswered."""
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
    """Whether the question stands in place of this week's pulse already."""
    same_week = (Delivery.user_id == pulse.user_id, Delivery.dedup_key == pulse.dedup_key)
    return bool(await session.scalar(select(exists().where(*same_week, Delivery.kind == kinds.PULSE_QUIET))))


async def _checkin(context: Context, start: date, number: int, user: User) -> CheckinMessage | None:
    period = context.calendar.period_of(start)
    is_answered = await context.session.scalar(
        select(exists().where(Assessment.user_id == user.id, Assessment.period == period.start))
    )
    if is_answered or user.postponed_period == period.start:
        return None
    return CheckinMessage(number, period.last_day)


async def _is_pulse_answered(session: AsyncSession, user_id: int, week: date) -> bool:
    answers = (Metric.user_id == user_id, Metric.date == week.isoformat(), Metric.source == "pulse")
    return bool(await session.scalar(select(exists().where(*answers))))


async def _last_sign(session: AsyncSession, user: User) -> datetime:
    """When this person last answered a pulse, or said «weekly»."""
    answered = await session.scalar(
        select(func.max(Metric.created_at)).where(Metric.user_id == user.id, Metric.source == "pulse")
    )
    return max(user.pulse_since, answered) if answered else user.pulse_since
