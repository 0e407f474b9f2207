"""What the home screen is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select, update

from models import Assessment, User
from services.account.permissions import is_hr, is_manager
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import Calendar
from services.kit.calendar.held import OnHold, find_hold
from services.outreach.notes import Note, Notes
from services.wellbeing.checkin import CheckIns, CheckInState
from services.wellbeing.pulse import Pulses, PulseState
from services.wellbeing.recommendations import RecommendationCard, Recommendations


@dataclass(frozen=True, slots=True)
class HomeCard:
    """What is going on for a person: the check-in, this week's pulse (None when off), the step being tried, news."""

    name: str
    checkin: CheckInState
    pulse: PulseState | None
    trying: RecommendationCard | None
    trying_day: int | None  # the day of the step, counted from 1; None from its review on
    trying_since: date | None
    news: Note | None  # what HR promised or did lately
    hold: OnHold | None  # no check-in until HR has done what it promised
    is_hr: bool
    is_manager: bool
    is_paused: bool
    has_result: bool
    is_new: bool  # has a result and hasn't been told yet when the bot will write, which it does again


class Home:
    """Everything that the home screen shows, in one look."""

    def __init__(
        self, checkins: CheckIns, pulses: Pulses, recommendations: Recommendations, notes: Notes, calendar: Calendar
    ) -> None:
        self._checkins = checkins
        self._pulses = pulses
        self._recommendations = recommendations
        self._notes = notes
        self._calendar = calendar

    async def look(self, uow: UnitOfWork) -> HomeCard:
        """Return this person's home screen as it is now."""
        has_result = bool(await uow.session.scalar(select(exists().where(Assessment.user_id == uow.member.id))))
        trying = await self._recommendations.current(uow.session, uow.member.id)
        since = None if trying is None or trying.started_at is None else uow.member.rhythm.date_of(trying.started_at)
        day = None if since is None else (uow.member.rhythm.date_of(uow.now) - since).days + 1
        is_paused = uow.member.rhythm.is_paused(uow.now)
        return HomeCard(
            name=uow.member.name,
            checkin=await self._checkins.state(uow),
            pulse=await self._pulses.state(uow) if uow.member.pulse.is_on else None,
            trying=trying,
            trying_day=day if day is not None and day <= self._recommendations.review_day else None,
            trying_since=since,
            news=await self._notes.news(uow),
            hold=await find_hold(uow.session, self._calendar, uow.member.rhythm, uow.now),
            is_hr=is_hr(uow.member),
            is_manager=await is_manager(uow.session, uow.member),
            is_paused=is_paused,
            has_result=has_result,
            is_new=has_result and not is_paused and not await self._is_introduced(uow),
        )

    async def introduce(self, uow: UnitOfWork) -> bool:
        """Note that the person is told now when the bot will write; return False for all but the first time."""
        told = await uow.session.execute(
            update(User)
            .where(User.id == uow.member.id, User.introduced_at.is_(None))
            .values(introduced_at=uow.now)
            .returning(User.id)
        )
        return told.first() is not None

    async def _is_introduced(self, uow: UnitOfWork) -> bool:
        return await uow.session.scalar(select(User.introduced_at).where(User.id == uow.member.id)) is not None
