"""The kinds of message that the bot sends by itself: how they rank, and what each one is about.

A kind is added here and nowhere else: its rank and rules in `KINDS`, what its message needs in `find_about`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Delivery, Department, Metric, Recommendation, User
from services.account.member import rhythm_of
from services.account.permissions import is_admin, is_hr
from services.kit.calendar import Calendar, monday_of
from services.kit.errors import NotAllowed
from services.kit.text import name_in
from services.outreach import letters, notes
from services.outreach.letters import ContactDetails
from services.outreach.notes import Note
from services.summary import stored, team
from services.summary.stored import SentSummary
from services.summary.team import TeamCard

RELINKED = "relinked"
RELINK_REFUSED = "relink_refused"
OFFBOARDED = "offboarded"
MOVED = "moved"
CONTACT_REQUEST = "contact_request"
HR_SUMMARY = "hr_summary"
TEAM_SUMMARY = "team_summary"
WELCOME_BACK = "welcome_back"
CHECKIN = "checkin"
NOTE = "note"
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
    is not. What is counted falls under the weekly cap. What does not fit is dropped, or `waits` for a later message.
    What is about the safety of an account leaves `at_once`, at any hour and on any day."""

    rank: int
    is_prompt: bool = False
    is_counted: bool = True
    waits: bool = False
    at_once: bool = False


KINDS = {
    RELINKED: Kind(-5, is_counted=False, at_once=True),
    RELINK_REFUSED: Kind(-4, is_counted=False),
    OFFBOARDED: Kind(-3, is_counted=False),
    MOVED: Kind(-2, is_counted=False),
    CONTACT_REQUEST: Kind(-1, is_counted=False),
    HR_SUMMARY: Kind(-1, is_counted=False),
    TEAM_SUMMARY: Kind(-1, is_counted=False),
    WELCOME_BACK: Kind(0, waits=True),
    CHECKIN: Kind(1, is_prompt=True, waits=True),
    NOTE: Kind(2, waits=True),
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
class AboutNote:
    """What HR promised or did."""

    note: Note


@dataclass(frozen=True, slots=True)
class AboutContact:
    """Somebody asks HR to contact them."""

    request_id: int
    letter: ContactDetails


@dataclass(frozen=True, slots=True)
class AboutRelink:
    """The name, department and role of this account went to the one of person `to_id`; an answer counts until a date.

    `until` is the last day of this person on which the answer is waited for.
    """

    to_id: int
    until: date


@dataclass(frozen=True, slots=True)
class AboutRefusal:
    """Somebody said that it was not they who moved to another account; that account is closed now."""

    name: str


@dataclass(frozen=True, slots=True)
class AboutLeaving:
    """The person left the company; the own data is here up to and including `until`."""

    until: date


@dataclass(frozen=True, slots=True)
class AboutMove:
    """From `since` on the person counts in another department, named in the person's language."""

    department: str
    since: date


@dataclass(frozen=True, slots=True)
class AboutSummary:
    """HR's summary as it is stored; `is_first` when this person has not had one before."""

    stored: SentSummary
    is_first: bool


@dataclass(frozen=True, slots=True)
class AboutTeam:
    """The figures of a manager's team."""

    card: TeamCard


About = (
    AboutCheckin
    | AboutPulse
    | AboutTip
    | AboutReturn
    | AboutContact
    | AboutSummary
    | AboutTeam
    | AboutNote
    | AboutRelink
    | AboutRefusal
    | AboutLeaving
    | AboutMove
)


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


async def _note(context: Context, delivery: Delivery, user: User) -> AboutNote | None:
    """Needless once the promise was taken back or is further on, or is not for this person any more."""
    day = context.calendar.period_at(context.now).start
    note = await notes.find(context.session, delivery.slot, user, day)
    return None if note is None else AboutNote(note)


async def _contact(context: Context, delivery: Delivery, user: User) -> AboutContact | None:
    """Needless once its author is erased, or whoever was asked does not work in HR any more."""
    letter = await letters.find(context.session, int(delivery.slot), user)
    return None if letter is None else AboutContact(int(delivery.slot), letter)


async def _relink(context: Context, delivery: Delivery, user: User) -> AboutRelink | None:
    """Needless once it was answered, or the other account is erased."""
    if user.moved_at is None or user.moved_to_id != int(delivery.slot):
        return None
    last_day = rhythm_of(user).date_of(delivery.expires_at)
    return AboutRelink(user.moved_to_id, last_day)


async def _refusal(context: Context, delivery: Delivery, user: User) -> AboutRefusal | None:
    """Needless once the person is erased, or the reader administers nothing any more."""
    name = await context.session.scalar(select(User.name).where(User.id == int(delivery.slot.partition("/")[0])))
    return None if name is None or not is_admin(user) else AboutRefusal(name)


async def _leaving(context: Context, delivery: Delivery, user: User) -> AboutLeaving | None:
    """Needless for somebody who is back."""
    return None if user.offboarded_at is None else AboutLeaving(date.fromisoformat(delivery.slot))


async def _move(context: Context, delivery: Delivery, user: User) -> AboutMove | None:
    """Needless once the person was moved on."""
    since, department_id, _ = delivery.slot.split("/")
    if user.department_id != int(department_id):
        return None
    department = await context.session.get_one(Department, user.department_id)
    name = name_in(user.locale, department.name, department.name_en)
    return AboutMove(name, date.fromisoformat(since))


async def _summary(context: Context, delivery: Delivery, user: User) -> AboutSummary | None:
    """Needless for somebody who does not work in HR any more."""
    summary = await stored.find(context.session, date.fromisoformat(delivery.slot))
    if summary is None or not is_hr(user):
        return None
    got_one = exists().where(Delivery.user_id == user.id, Delivery.kind == HR_SUMMARY, Delivery.state.in_(SPENT))
    return AboutSummary(summary, is_first=not await context.session.scalar(select(got_one)))


async def _team(context: Context, delivery: Delivery, user: User) -> AboutTeam | None:
    """Needless for somebody who manages no department any more, or does not wish it any more."""
    if user.team_summary_since is None:
        return None
    try:
        return AboutTeam(await team.look(context.session, user.id, context.calendar.today(context.now), context.now))
    except NotAllowed:
        return None


_FINDERS: dict[str, Callable[[Context, Delivery, User], Awaitable[About | None]]] = {
    RELINKED: _relink,
    RELINK_REFUSED: _refusal,
    OFFBOARDED: _leaving,
    MOVED: _move,
    CONTACT_REQUEST: _contact,
    HR_SUMMARY: _summary,
    TEAM_SUMMARY: _team,
    WELCOME_BACK: _return,
    CHECKIN: _checkin,
    NOTE: _note,
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


async def has_quiet_question(session: AsyncSession, pulse: Delivery) -> bool:
    """Whether the question stands in place of this week's pulse already."""
    same_week = (Delivery.user_id == pulse.user_id, Delivery.slot == pulse.slot, Delivery.kind == PULSE_QUIET)
    return bool(await session.scalar(select(exists().where(*same_week))))


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
