"""What the dashboard shows: the person's weeks as lines, check-ins as marks, and a few figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Words
from content.pulse import PulseItem
from models import Assessment, Recommendation
from services.account import profile
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import WEEK, Calendar
from services.kit.curves import Curves, Line, Mark
from services.wellbeing import points
from services.wellbeing.history import History, PastCheckIn
from services.wellbeing.pulse import LOOK_BACK, series_of

SPANS = (4, 12, 52)
DEFAULT_SPAN = 12


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many steps of a category were offered, and how many of them are done."""

    category: Words
    done: int
    offered: int


@dataclass(frozen=True, slots=True)
class Board(Curves):
    """Everything on the dashboard.

    `mean_total` and `highest_total` are over all own check-ins, 0–120, None before the first. `steps` are the steps by
    category, those with the most done first.
    """

    latest: PastCheckIn | None
    checkins: int
    mean_total: float | None
    highest_total: float | None
    days_in_system: int
    steps: tuple[StepCount, ...]
    is_empty: bool  # neither a pulse nor a check-in, in these weeks or before


class Dashboard:
    """A person's own figures in one look."""

    def __init__(self, content: Content, calendar: Calendar, history: History) -> None:
        self._pulse = content.pulse
        self._categories = content.recommendations.categories
        self._calendar = calendar
        self._history = history

    async def look(self, uow: UnitOfWork, span: int) -> Board:
        """Return the last `span` weeks, this one included; an unknown span is the default one."""
        span = span if span in SPANS else DEFAULT_SPAN
        last = self._calendar.week_of(uow.now)
        weeks = tuple(last - back * WEEK for back in reversed(range(span)))
        pulses = await points.read(uow.session, uow.member.id, points.PULSE, last - LOOK_BACK, last)
        checkin_points = await points.read(uow.session, uow.member.id, points.CHECKIN, weeks[0], last)
        answered = {*pulses, *checkin_points, last}
        weeks = tuple(week for week in weeks if week in answered or uow.member.rhythm.was_asked_in(week))  # no gaps
        checkins, mean_total, highest_total = await self._totals(uow.session, uow.member.id)
        return Board(
            weeks=weeks,
            lines=tuple(self._line(item, weeks, pulses) for item in self._pulse.items),
            marks=self._marks(checkin_points),
            top=self._pulse.answer.max,
            top_total=self._pulse.on_questionnaire.max_score,
            latest=await self._history.latest(uow.session, uow.member.id),
            checkins=checkins,
            mean_total=mean_total,
            highest_total=highest_total,
            days_in_system=(await profile.find(uow)).days,
            steps=await self._steps(uow.session, uow.member.id),
            is_empty=not pulses and not checkins,
        )

    def _line(self, item: PulseItem, weeks: tuple[date, ...], pulses: Mapping[date, points.Figures]) -> Line:
        factor = self._pulse.answer.factor
        series = series_of(pulses, item.metric)
        values = tuple(series[week] / factor if week in series else None for week in weeks)
        answers = [value for value in values if value is not None]
        return Line(item, values, fmean(answers) if len(answers) >= self._pulse.display.min_weeks else None)

    def _marks(self, checkins: Mapping[date, points.Figures]) -> tuple[Mark, ...]:
        rule = self._pulse.on_questionnaire
        return tuple(
            Mark(week, round(point * rule.max_score / 100, 1))
            for week, figures in checkins.items()
            if (point := figures[rule.metric]) is not None
        )

    async def _totals(self, session: AsyncSession, user_id: int) -> tuple[int, float | None, float | None]:
        """Return the number, the mean and the highest total of the person's own check-ins."""
        row = await session.execute(
            select(func.count(), func.avg(Assessment.score), func.max(Assessment.score)).where(
                Assessment.user_id == user_id
            )
        )
        number, mean, highest = row.one()
        return number, mean, highest

    async def _steps(self, session: AsyncSession, user_id: int) -> tuple[StepCount, ...]:
        done = func.sum(case((Recommendation.completed, 1), else_=0))
        rows = await session.execute(
            select(Recommendation.category, done, func.count())
            .where(Recommendation.user_id == user_id)
            .group_by(Recommendation.category)
            .order_by(done.desc(), Recommendation.category)
        )
        return tuple(
            StepCount(self._categories.get(name) or Words(ru=name, en=name), completed, offered)
            for name, completed, offered in rows.all()
        )
