"""Weekly figures: HR's summary, and a manager's team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from models import Delivery, User
from services.account.permissions import is_hr
from services.kit.errors import NotAllowed
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import Subject
from services.summary import stored, team
from services.summary.stored import SentSummary
from services.summary.team import TeamCard


@dataclass(frozen=True, slots=True)
class WeekSubject(Subject):
    """The figures of the closed week that began on the Monday `week`."""

    week: date


@dataclass(frozen=True, slots=True)
class SummaryMessage:
    """HR's summary as it is stored; `is_first` when this person has not had one before."""

    stored: SentSummary
    is_first: bool


async def find_summary(context: Context, subject: WeekSubject, user: User) -> SummaryMessage | None:
    """Needless for people who do not work in HR any more."""
    summary = await stored.find(context.session, subject.week)
    if summary is None or not is_hr(user):
        return None
    got_one = exists().where(
        Delivery.user_id == user.id, Delivery.kind == kinds.HR_SUMMARY, Delivery.state.in_(kinds.SPENT)
    )
    return SummaryMessage(summary, is_first=not await context.session.scalar(select(got_one)))


async def find_team(context: Context, subject: WeekSubject, user: User) -> TeamCard | None:
    """Needless for people who manage no department (any more) or not yet, or do not wish it any more."""
    if user.team_summary_since is None:
        return None
    try:
        card = await team.look(context.session, user.id, context.calendar.today(context.now), context.now)
    except NotAllowed:
        return None
    return card if card.opens_on is None else None
