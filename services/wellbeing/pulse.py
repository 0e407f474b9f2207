"""The weekly pulse: three questions about an ISO week, answered in one tap each until the week closes.

A button carries its week, its metric and its value, so twenty taps on it do what one does, and a tap on last week's
message changes nothing. The rules of the own line, the trend and the offers are data: content/pulse.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Pulse
from content.pulse import PulseDisplay, PulseItem, PulseLine, PulseOffer, PulseTrend
from models import Assessment
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import DAY, MIN_DAYS_BETWEEN, WEEK, Calendar
from services.kit.errors import NotYours
from services.wellbeing import points

LOOK_BACK = 52 * WEEK  # the own line does not reach further into the past

Series = Mapping[date, float]
"""The answered weeks of one metric, 0–100 by ISO Monday."""


@dataclass(frozen=True, slots=True)
class PulsePress:
    """Which answer a button stands for: `week` is the ISO Monday as text, `value` 0–10."""

    week: str
    metric: str
    value: int


@dataclass(frozen=True, slots=True)
class Question:
    """The question to answer now. `chosen` is the answer given before, `answered` counts this week's answers.

    `is_late`: the press belonged to a week that is closed.
    """

    pulse: Pulse
    week: date
    item: PulseItem
    chosen: int | None
    answered: int
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class PulseFigure:
    """One metric this week, 0–10: the answer and the own line, each None when there is none.

    `shift` tells in which direction the latest weeks differ from those before by more than the trend rule asks.
    """

    item: PulseItem
    value: int | None
    line: float | None
    shift: Literal["higher", "lower"] | None


@dataclass(frozen=True, slots=True)
class Summary:
    """This week's answers, which stay editable until the end of `last_day`, and what they may lead to.

    `line` is what such a week is told, None for a week without answers.
    """

    pulse: Pulse
    week: date
    figures: tuple[PulseFigure, ...]
    line: PulseLine | None
    offers: tuple[PulseOffer, ...]
    is_late: bool = False

    @property
    def is_hard(self) -> bool:
        """Whether the line speaks of a hard week."""
        return self.line is not None and self.line.is_hard

    @property
    def last_day(self) -> date:
        """The Sunday on which the week closes."""
        return self.week + WEEK - DAY


PulseState = Question | Summary


class Pulses:
    """The use cases of the pulse. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._pulse = content.pulse
        self._calendar = calendar

    async def state(self, uow: UnitOfWork) -> PulseState:
        """Return this person's state this week: the first question without an answer, else the summary."""
        history = await self._history(uow.session, uow.member.id, uow.now)
        return await self._next(uow, history, self._pulse.items)

    async def question(self, uow: UnitOfWork, metric: str) -> Question:
        """Return one question of this week, answered or not. Raise NotYours for an unknown metric."""
        history = await self._history(uow.session, uow.member.id, uow.now)
        return self._question(history, self._pulse.items[self._position(metric)], uow.now)

    async def summary(self, uow: UnitOfWork) -> Summary:
        """Return this week's answers, even when some are missing."""
        return await self._summary(uow, await self._history(uow.session, uow.member.id, uow.now))

    async def answer(self, uow: UnitOfWork, press: PulsePress) -> PulseState:
        """Store one answer and return the next question without one; a press for another week changes nothing.

        Raise NotYours for a metric or a value that the pulse does not have.
        """
        week = self._calendar.week_of(uow.now)
        if press.week != week.isoformat():
            return replace(await self.state(uow), is_late=True)
        following = self._pulse.items[self._position(press.metric) + 1 :]
        if not self._pulse.answer.min <= press.value <= self._pulse.answer.max:
            raise NotYours
        period = self._calendar.period_of(week).start
        key = points.PointKey(uow.member.id, week, points.PULSE, period, uow.member.department_id)
        await points.put(uow.session, key, {press.metric: float(press.value * self._pulse.answer.factor)}, uow.now)
        return await self._next(uow, await self._history(uow.session, uow.member.id, uow.now), following)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _history(self, session: AsyncSession, user_id: int, now: datetime) -> dict[date, dict[str, float | None]]:
        week = self._calendar.week_of(now)
        return await points.read(session, user_id, points.PULSE, week - LOOK_BACK, week)

    async def _next(
        self, uow: UnitOfWork, history: Mapping[date, points.Figures], items: Sequence[PulseItem]
    ) -> PulseState:
        given = history.get(self._calendar.week_of(uow.now), {})
        for item in items:
            if given.get(item.metric) is None:
                return self._question(history, item, uow.now)
        return await self._summary(uow, history)

    def _question(self, history: Mapping[date, points.Figures], item: PulseItem, now: datetime) -> Question:
        week = self._calendar.week_of(now)
        given = {name: value for name, value in history.get(week, {}).items() if value is not None}
        return Question(self._pulse, week, item, self._answer_of(given.get(item.metric)), len(given))

    async def _summary(self, uow: UnitOfWork, history: Mapping[date, points.Figures]) -> Summary:
        week = self._calendar.week_of(uow.now)
        series: dict[str, Series] = {item.metric: series_of(history, item.metric) for item in self._pulse.items}
        figures = tuple(self._figure(item, week, series[item.metric]) for item in self._pulse.items)
        if week not in history:
            return Summary(self._pulse, week, figures, None, ())
        values = self._values(week, series)
        line = next(line for line in self._pulse.lines if line.when.holds(values))
        return Summary(self._pulse, week, figures, line, await self._offers(uow, values))

    def _values(self, week: date, series: Mapping[str, Series]) -> dict[str, float | None]:
        """Return what the rules of the file ask about."""
        values: dict[str, float | None] = {name: known.get(week) for name, known in series.items()}
        values |= {f"{name}_lowest_of_2": lowest_of_2(known) for name, known in series.items()}
        return values | {f"{name}_trend": trend(known, week, self._pulse.trend) for name, known in series.items()}

    def _figure(self, item: PulseItem, week: date, series: Series) -> PulseFigure:
        line = own_line(series, self._pulse.display)
        difference = trend(series, week, self._pulse.trend)
        shift: Literal["higher", "lower"] | None = None
        if difference is not None and abs(difference) >= self._pulse.trend.threshold:
            shift = "higher" if difference > 0 else "lower"
        return PulseFigure(
            item=item,
            value=self._answer_of(series.get(week)),
            line=None if line is None else line / self._pulse.answer.factor,
            shift=shift,
        )

    async def _offers(self, uow: UnitOfWork, values: Mapping[str, float | None]) -> tuple[PulseOffer, ...]:
        """Return what the rules offer, at most one of each kind: one small step is enough."""
        offers: dict[str, PulseOffer] = {}
        for offer in self._pulse.offers:
            if offer.when.holds(values):
                offers.setdefault(offer.action, offer)
        if "offer_checkin" in offers and not await self._may_check_in(uow):
            del offers["offer_checkin"]
        return tuple(offers.values())

    async def _may_check_in(self, uow: UnitOfWork) -> bool:
        period = self._calendar.period_at(uow.now).start
        recent = await uow.session.scalar(
            select(Assessment.id)
            .where(
                Assessment.user_id == uow.member.id,
                (Assessment.period == period) | (Assessment.date > uow.now - timedelta(days=MIN_DAYS_BETWEEN)),
            )
            .limit(1)
        )
        return recent is None and uow.member.postponed_period != period

    def _position(self, metric: str) -> int:
        for position, item in enumerate(self._pulse.items):
            if item.metric == metric:
                return position
        raise NotYours

    def _answer_of(self, value: float | None) -> int | None:
        return None if value is None else round(value / self._pulse.answer.factor)


def series_of(history: Mapping[date, points.Figures], metric: str) -> dict[date, float]:
    """Return the weeks in which this metric was answered."""
    return {week: value for week, figures in history.items() if (value := figures[metric]) is not None}


def own_line(series: Series, display: PulseDisplay) -> float | None:
    """Return the mean of the latest answered weeks, 0–100; None when there are too few."""
    latest = sorted(series)[-display.weeks_of_line :]
    return fmean(series[week] for week in latest) if len(latest) >= display.min_weeks else None


def trend(series: Series, week: date, rule: PulseTrend) -> float | None:
    """Return the mean of the latest calendar weeks, `week` included, minus that of as many before, or None with too
    few.
    """

    def answers(last: date) -> list[float]:
        weeks = [last - back * WEEK for back in range(rule.weeks)]
        return [series[monday] for monday in weeks if monday in series]

    recent, earlier = answers(week), answers(week - rule.weeks * WEEK)
    if min(len(recent), len(earlier)) < rule.min_weeks_each:
        return None
    return fmean(recent) - fmean(earlier)


def lowest_of_2(series: Series) -> float | None:
    """Return the lower of the two latest answers, when their weeks are neighbours."""
    latest = sorted(series)[-2:]
    if len(latest) < 2 or latest[1] - latest[0] != WEEK:
        return None
    return min(series[week] for week in latest)
