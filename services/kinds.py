"""The kinds of message that the bot sends by itself: how they rank, and what each one is about.

A kind is added here and nowhere else: its rank and rules in `KINDS`, what its message needs in `find_about`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Delivery, Metric, Recommendation, User
from services import letters
from services.calendar import Calendar, monday_of
from services.letters import Letter

CONTACT_REQUEST = "contact_request"
WELCOME_BACK = "welcome_back"
CHECKIN = "checkin"
REMINDER = "checkin_reminder"
PULSE = "pulse"
PULSE_QUIET = "pulse_quiet"
REVIEW = "review"
NUDGE = "nudge"
PULSE_REMINDER = "pulse_reminder"

SPENT = ("sending", "sent", "unknown")  # states of a delivery whose message has left, or may have
UNANSWERED_UNTIL_QUIET = 4  # design: four unanswered pulses lead to one question


@dataclass(frozen=True, slots=True)
class Kind:
    """`rank`: the smaller goes first. A prompt may be repeated after a crash, since its answer cannot double; a notice
    is not. What is counted falls under the weekly cap. What does not fit is dropped, or `waits` for a later message."""

    rank: int
    is_prompt: bool = False
    is_counted: bool = True
    waits: bool = False


KINDS = {
    CONTACT_REQUEST: Kind(-1, is_counted=False),
    WELCOME_BACK: Kind(0, waits=True),
    CHECKIN: Kind(1, is_prompt=True, waits=True),
    REMINDER: Kind(3, is_prompt=True),
    PULSE: Kind(4, is_prompt=True, waits=True),
    PULSE_QUIET: Kind(4),
    REVIEW: Kind(5, waits=True),
    NUDGE: Kind(6),
    PULSE_REMINDER: Kind(7, is_prompt=True),
}
PROMPTS = tuple(name for name, kind in KINDS.items() if kind.is_prompt)
COUNTED = tuple(name for name, kind in KINDS.items() if kind.is_counted)


@dataclass(frozen=True, slots=True)
class AboutCheckin:
    """An invitation (`number` 0) or a reminder (1, 2); the check-in closes at the end of `last_day`."""

    number: int
    last_day: date


@dataclass(frozen=True, slots=True)
class AboutPulse:
    """This week's pulse: the invitation, its reminder, or the question «weekly or off?»."""

    week: date


@dataclass(frozen=True, slots=True)
class AboutTip:
    """A step that is being tried, `day` days after its start."""

    tip_id: int
    title: str
    day: int


@dataclass(frozen=True, slots=True)
class AboutReturn:
    """The leave is over."""


@dataclass(frozen=True, slots=True)
class AboutContact:
    """Somebody asks HR to contact them."""

    request_id: int
    letter: Letter


About = AboutCheckin | AboutPulse | AboutTip | AboutReturn | AboutContact


@dataclass(frozen=True, slots=True)
class Context:
    """What the look-ups below may use."""

    session: AsyncSession
    calendar: Calendar
    now: datetime


async def find_about(context: Context, delivery: Delivery, user: User) -> About | None:
    """What this message is about; None when it is not needed any more."""
    if delivery.kind in user.muted_kinds:
        return None
    return await _FINDERS[delivery.kind](context, delivery, user)


async def _checkin(context: Context, delivery: Delivery, user: User) -> AboutCheckin | None:
    """Needless once the period is answered or postponed."""
    start, _, number = delivery.slot.partition("/")
    period = context.calendar.period_of(date.fromisoformat(start))
    is_answered = await context.session.scalar(
        select(exists().where(Assessment.user_id == user.id, Assessment.period == period.start))
    )
    if is_answered or user.postponed_period == period.start:
        return None
    return AboutCheckin(int(number or 0), period.last_day)


async def _pulse(context: Context, delivery: Delivery, user: User) -> AboutPulse | None:
    """Needless once the week is answered, or the pulse switched off, or after «weekly or off?» was asked in vain."""
    if not user.pulse_on or await _is_pulse_answered(context.session, user.id, delivery.slot):
        return None
    is_asked = await context.session.scalar(
        select(
            exists().where(
                Delivery.user_id == user.id,
                Delivery.kind == PULSE_QUIET,
                Delivery.state.in_(SPENT),
                Delivery.sent_at > await _last_sign(context.session, user),
            )
        )
    )
    return None if is_asked else AboutPulse(date.fromisoformat(delivery.slot))


async def _tip(context: Context, delivery: Delivery, user: User) -> AboutTip | None:
    """Needless when the step is no longer being tried; nudges also in the week of an invitation."""
    tip_id, _, day = delivery.slot.partition("/")
    row = (
        await context.session.execute(
            select(Recommendation.id, Recommendation.title).where(
                Recommendation.id == int(tip_id), Recommendation.user_id == user.id, Recommendation.state == "started"
            )
        )
    ).one_or_none()
    if row is None or (delivery.kind == NUDGE and _is_invitation_week(context)):
        return None
    return AboutTip(row.id, row.title, int(day))


async def _return(context: Context, delivery: Delivery, user: User) -> AboutReturn | None:
    """Needless when the leave was changed meanwhile."""
    is_still_that_leave = user.paused_until == date.fromisoformat(delivery.slot)
    return AboutReturn() if is_still_that_leave else None


async def _contact(context: Context, delivery: Delivery, user: User) -> AboutContact | None:
    """Needless once its author is erased, or whoever was asked does not work in HR any more."""
    letter = await letters.find(context.session, int(delivery.slot), user)
    return None if letter is None else AboutContact(int(delivery.slot), letter)


_FINDERS: dict[str, Callable[[Context, Delivery, User], Awaitable[About | None]]] = {
    CONTACT_REQUEST: _contact,
    WELCOME_BACK: _return,
    CHECKIN: _checkin,
    REMINDER: _checkin,
    PULSE: _pulse,
    PULSE_QUIET: _pulse,
    PULSE_REMINDER: _pulse,
    REVIEW: _tip,
    NUDGE: _tip,
}


async def wants_quiet_question(session: AsyncSession, user: User) -> bool:
    """Whether the latest pulses that were sent, as many as the design allows, all went unanswered."""
    sent = await session.scalar(
        select(func.count()).where(
            Delivery.user_id == user.id,
            Delivery.kind == PULSE,
            Delivery.state.in_(SPENT),
            Delivery.sent_at > await _last_sign(session, user),
        )
    )
    return (sent or 0) >= UNANSWERED_UNTIL_QUIET


def _is_invitation_week(context: Context) -> bool:
    today = context.calendar.today(context.now)
    return context.calendar.period_of(today).invitation_week == monday_of(today)


async def _is_pulse_answered(session: AsyncSession, user_id: int, week: str) -> bool:
    return bool(
        await session.scalar(
            select(exists().where(Metric.user_id == user_id, Metric.date == week, Metric.source == "pulse"))
        )
    )


async def _last_sign(session: AsyncSession, user: User) -> datetime:
    """When this person last answered a pulse, or said «weekly»."""
    answered = await session.scalar(
        select(func.max(Metric.created_at)).where(Metric.user_id == user.id, Metric.source == "pulse")
    )
    return max(user.pulse_since, answered) if answered else user.pulse_since
