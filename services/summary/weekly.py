"""HR's weekly summary: everything that its four forms need, read from publications and promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Membership, Promise
from services.account.member import office_rhythm
from services.company.audience import DONE_FOR, target_of
from services.company.memberships import GroupKey
from services.gate import publications, trends
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK, Publication, Share
from services.gate.trends import WEEKS_THEN, Change
from services.kit.calendar import WEEK, Calendar, Period
from services.summary.suggestions import ActionFigures, Actions, SuggestedAction

UNASKED_WEEKS = 4  # so many without a question may lie among the weeks of a trend
HISTORY_WEEKS = 2 * WEEKS_THEN + UNASKED_WEEKS


class Form(StrEnum):
    """The four forms of the summary."""

    STARTING = "starting"  # nothing is closed yet
    ORDINARY = "ordinary"  # a week was published
    PERIOD = "period"  # a week and a check-in period were published
    TOO_FEW = "too_few"  # too few answered for any figure


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise as the summary names it. `target` is the key of a cell; `noticed` the latest published share."""

    id: int
    target: GroupKey
    text: str
    text_en: str | None
    due: date | None
    is_done: bool
    noticed: Share | None


@dataclass(frozen=True, slots=True)
class ClearChange:
    """A figure of a cell that clearly changed."""

    key: GroupKey
    figure: str
    change: Change


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """What HR is told on a Monday, in form `form`.

    `week`, `week_then`: the newest pulse week and the one four weeks before; `period`, `period_then`: the newest
    check-in period (for the form PERIOD, the one that has just closed) and the one before. `moved`: what is new, of the
    period in the form PERIOD, else of the week; empty reads "nothing has clearly moved". `next_pulse`, `next_checkin`:
    when the next figures come (the Monday after the close); `checkin_closes`: the last day of the open period.
    """

    form: Form
    week: Publication | None
    week_then: Publication | None
    period: Publication | None
    period_then: Publication | None
    moved: tuple[ClearChange, ...]
    steps: tuple[SuggestedAction, ...]
    promises: tuple[PromiseLine, ...]
    next_pulse: date
    next_checkin: date
    checkin_closes: date


class Weekly:
    """Puts the summary together. Reads publications only, so that it may be repeated at any time."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._actions = Actions(content.hr_actions)

    async def summary(self, session: AsyncSession, now: datetime) -> WeeklySummary:
        """The summary as it stands now: the same until the next publication, promises apart."""
        weeks = await publications.history(session, PULSE_WEEK, HISTORY_WEEKS)
        periods = await publications.history(session, CHECKIN_PERIOD, 2)
        pooled = await publications.history(session, PULSE_PERIOD, HISTORY_WEEKS)
        evidence = evidence_of(weeks, periods, pooled, await unasked_in(session, self._calendar, weeks))
        week, period = (weeks[-1] if weeks else None), evidence.period
        week_then = None if week is None else by_slot(weeks, week.slot - WEEKS_THEN * WEEK)
        form = _form(week, period)
        begin = await session.scalar(select(func.min(Membership.since)))
        open_period = self._calendar.period_at(now)
        return WeeklySummary(
            form=form,
            week=week,
            week_then=week_then,
            period=period,
            period_then=evidence.before,
            moved=_moved(period, evidence.before, ("total", "EE", "DP", "RA"))
            if form == Form.PERIOD
            else _moved(week, week_then, ("burnout", "stress", "productivity")),
            steps=tuple(self._steps(form, evidence)),
            promises=tuple(await promises(session, now)),
            next_pulse=max(self._calendar.week_of(now), begin or date.min) + WEEK,
            next_checkin=_first_full(open_period, begin).end,
            checkin_closes=open_period.last_day,
        )

    def _steps(self, form: Form, evidence: ActionFigures) -> list[SuggestedAction]:
        if form == Form.PERIOD:
            return self._actions.after_period(evidence)
        return self._actions.in_week(evidence) if form == Form.ORDINARY else []


async def promises(session: AsyncSession, now: datetime) -> list[PromiseLine]:
    """What was promised and not yet done, by date, and what was done lately."""
    rows = await session.scalars(
        select(Promise)
        .where((Promise.state == "planned") | (Promise.updated_at >= now - DONE_FOR))
        .order_by(Promise.due.is_(None), Promise.due, Promise.id)
    )
    noticed = await _noticed(session)
    return [
        PromiseLine(row.id, target_of(row), row.text, row.text_en, row.due, row.state == "done", noticed.get(row.id))
        for row in rows
    ]


def evidence_of(
    weeks: Sequence[Publication],
    periods: Sequence[Publication],
    pooled: Sequence[Publication],
    unasked: Collection[date],
) -> ActionFigures:
    """What the rules look at, of the newest weeks and periods, oldest first; `pooled`: the pulses of periods."""
    period = periods[-1] if periods else None
    before = periods[-2] if len(periods) > 1 else None
    return ActionFigures(weeks, period, before, pooled, unasked)


async def unasked_in(session: AsyncSession, calendar: Calendar, weeks: Sequence[Publication]) -> frozenset[date]:
    """Return the Mondays of the published weeks in which the organisation's days off left nobody to ask."""
    office = await office_rhythm(session, calendar.zone)
    return frozenset(week.slot for week in weeks if not office.is_asked_in(week.slot))


def by_slot(history: Sequence[Publication], slot: date) -> Publication | None:
    """The publication about the slot that began on this Monday."""
    return next((publication for publication in history if publication.slot == slot), None)


async def _noticed(session: AsyncSession) -> Mapping[int, Share]:
    """The newest published share of each promise."""
    weeks = await publications.history(session, PULSE_WEEK, int(DONE_FOR / WEEK) + HISTORY_WEEKS)
    return {id_: share for week in weeks for id_, share in week.noticed.items()}


def _form(week: Publication | None, period: Publication | None) -> Form:
    if week is None:
        return Form.STARTING
    just_closed = period is not None and period.period.end == week.period.end
    shown = [publication for publication in (week, period if just_closed else None) if publication is not None]
    if all(publication.company is None for publication in shown):
        return Form.TOO_FEW
    return Form.PERIOD if just_closed and period is not None and period.company is not None else Form.ORDINARY


def _moved(now: Publication | None, then: Publication | None, figures: Sequence[str]) -> tuple[ClearChange, ...]:
    if now is None:
        return ()
    return tuple(
        ClearChange(cell.key, figure, change)
        for cell in now.cells
        for figure in figures
        if (change := trends.change(now, then, cell.key, figure)) is not None and change.is_clear
    )


def _first_full(period: Period, begin: date | None) -> Period:
    """The open period, or where nobody counts in it yet, the next one."""
    return period if begin is not None and begin <= period.start else period.next()
