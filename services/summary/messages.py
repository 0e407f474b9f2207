"""Weekly figures: HR's summary, and a manager's team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select

from content import Talk
from models import Delivery, Promise, StoredSummary, User
from services.account.permissions import is_hr
from services.company.audience import OF_PROMISE, managed_targets
from services.company.memberships import reads_at
from services.kit.calendar import Period
from services.kit.errors import NotAllowed
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import Subject
from services.summary import stored, team
from services.summary.stored import SentSummary
from services.summary.team import TeamCard
from services.summary.weekly import Form


@dataclass(frozen=True, slots=True)
class WeekSubject(Subject):
    """The figures of the closed week that began on the Monday `week`."""

    week: date


@dataclass(frozen=True, slots=True)
class SummaryMessage:
    """HR's summary as it is stored; `is_first` when this person has not had one before."""

    stored: SentSummary
    is_first: bool


@dataclass(frozen=True, slots=True)
class TeamMessage:
    """A manager's screen, and how to begin a talk about it."""

    talk: Talk
    card: TeamCard


@dataclass(frozen=True, slots=True)
class NewResults:
    """What a summary about the week that began on the Monday `week` brought: results of a period, or only of that week.

    `first` and `last` are the days that they are about.
    """

    week: date
    first: date
    last: date


async def find_new_results(context: Context, user: User) -> NewResults | None:
    """Return the newest results that this person was not told of yet.

    HR has the summary itself, and what is older than a membership is no news. One statement.
    """
    if is_hr(user):
        return None
    with_figures = (Form.ORDINARY, Form.PERIOD)
    newest = select(func.max(StoredSummary.week)).where(StoredSummary.form.in_(with_figures)).scalar_subquery()
    is_told = exists().where(
        Delivery.user_id == user.id, Delivery.news_week == StoredSummary.week, Delivery.state.in_(kinds.SPENT)
    )
    summary = await context.session.scalar(
        select(StoredSummary).where(StoredSummary.week == newest, StoredSummary.created_at > user.join_date, ~is_told)
    )
    if summary is None:
        return None
    covered = context.calendar.period_of(summary.week) if summary.form == Form.PERIOD else Period(summary.week, 1)
    return NewResults(summary.week, covered.start, covered.last_day)


async def find_summary(context: Context, subject: WeekSubject, user: User) -> SummaryMessage | None:
    """Return the summary; None for people who no longer work in HR."""
    summary = await stored.find(context.session, subject.week)
    if summary is None or not is_hr(user):
        return None
    got_one = exists().where(
        Delivery.user_id == user.id, Delivery.kind == kinds.HR_SUMMARY, Delivery.state.in_(kinds.SPENT)
    )
    return SummaryMessage(summary, is_first=not await context.session.scalar(select(got_one)))


async def find_nothing_agreed(context: Context, subject: WeekSubject, user: User) -> Period | None:
    """Return the period whose results came with this week's summary.

    None once a manager has recorded an agreement since then, and for people who manage no department now.
    """
    today, period = context.calendar.today(context.now), context.calendar.period_of(subject.week)
    targets = (await managed_targets(context.session, user.id, today)).values()
    if not targets or not await reads_at(context.session, user.id, today):
        return None
    about = OF_PROMISE.in_([target.key for target in targets])
    since = context.calendar.closes_at(period)
    is_agreed = exists().where(about, Promise.by_manager, Promise.created_at >= since)
    return None if await context.session.scalar(select(is_agreed)) else period


async def find_team(context: Context, subject: WeekSubject, user: User) -> TeamMessage | None:
    """Return the team; None for people who manage no department now, or no longer want it."""
    if user.team_summary_since is None:
        return None
    try:
        card = await team.look(context.session, context.talk, user.id, context.calendar.today(context.now), context.now)
    except NotAllowed:
        return None
    return TeamMessage(context.talk, card) if card.opens_on is None else None
