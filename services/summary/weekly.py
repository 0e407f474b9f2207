"""HR's weekly summary: everything that its four forms need, read from publications and promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Membership, Promise
from services.account.member import office_rhythm
from services.company.audience import DONE_FOR, NEWS_OF_PROMISE, target_of
from services.company.memberships import COMPANY, GroupKey
from services.gate import publications, trends
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Mean, Publication, Share
from services.gate.trends import COMPARED_WEEKS, WEEKS_THEN, Change, GroupPulse, closed_periods, pulse_of
from services.kit.calendar import WEEK, Calendar, Period
from services.kit.calendar.held import all_held, is_held, next_asked
from services.summary.helped.verdict import Helped
from services.summary.steps.answered import unsuggested
from services.summary.steps.suggestions import ActionFigures, Actions, SuggestedAction, Unsuggested

HISTORY_WEEKS = 53  # so that what has been high for a year is said to be
HISTORY_PERIODS = 14
HIGH_FROM = WEEKS_THEN  # what has been high for so many weeks is named
HIGH_FIGURES = ("burnout", "stress")


class Form(StrEnum):
    """The four forms of the summary."""

    STARTING = "starting"  # nothing is closed yet
    ORDINARY = "ordinary"  # a week was published
    PERIOD = "period"  # a week and a check-in period were published
    TOO_FEW = "too_few"  # too few answered for any figure


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise as the summary names it. `target` is the key of a cell; `noticed` the latest published share, `helped`
    what could be said of it later.

    `by_manager`: an agreement that a manager recorded for the own group.
    """

    id: int
    target: GroupKey
    text: str
    text_en: str | None
    due: date | None
    is_done: bool
    noticed: Share | None
    by_manager: bool = False
    helped: Helped | None = None

    def is_overdue(self, on: date) -> bool:
        """Return whether its day is over on `on` and it is not done."""
        return not self.is_done and self.due is not None and self.due < on


@dataclass(frozen=True, slots=True)
class ClearChange:
    """A figure of a cell that clearly changed."""

    key: GroupKey
    figure: str
    change: Change


@dataclass(frozen=True, slots=True)
class StaysHigh:
    """A figure of a cell that has been high for `weeks` weeks up to now; `k`: the threshold of its publication."""

    key: GroupKey
    figure: str
    value: Mean
    weeks: int
    k: int


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """What HR is told on a Monday, in form `form`.

    `week`: the newest pulse week, `pulses`: its figures by cell, of the groups that report once a period too;
    `period`, `period_then`: the newest check-in period (for the form PERIOD, the one that has just closed) and the one
    before. `high`: what has been high for at least `HIGH_FROM` weeks. `moved`: what clearly changed, in the form PERIOD
    `period_moved` as well; empty reads "no clear change". `next_pulse`, `next_checkin`: when the next figures come (the
    Monday after the close; None while the check-in waits for HR); `checkin_closes`: the last day of the open period. In
    one that `is_held` no one is asked, but again from the Monday `asked_from` on, if that is known.
    """

    form: Form
    week: Publication | None
    pulses: Mapping[GroupKey, GroupPulse]
    period: Publication | None
    period_then: Publication | None
    high: tuple[StaysHigh, ...]
    moved: tuple[ClearChange, ...]
    period_moved: tuple[ClearChange, ...]
    steps: tuple[SuggestedAction, ...]
    promises: tuple[PromiseLine, ...]
    next_pulse: date
    next_checkin: date | None
    checkin_closes: date
    is_held: bool = False
    asked_from: date | None = None

    @property
    def is_compared(self) -> bool:
        """Whether the company's pulse has something to be compared with."""
        company = self.pulses.get(COMPANY)
        return company is not None and any(shift.change is not None for shift in company.shifts.values())


class Weekly:
    """Puts the summary together. Reads publications only, so that it may be repeated at any time."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._actions = Actions(content.hr_actions)
        self._high_pulse = content.hr_actions.thresholds.high_pulse
        self._high_scale = content.questionnaire.scoring.cut_means.high

    async def summary(self, session: AsyncSession, on: date, now: datetime) -> WeeklySummary:
        """Return the summary as it stands now, to be read on a day: the same until the next publication, apart from
        promises and HR's answers to steps."""
        weeks = await publications.history(session, PULSE_WEEK, HISTORY_WEEKS)
        periods = await publications.history(session, CHECKIN_PERIOD, HISTORY_PERIODS)
        week = weeks[-1] if weeks else None
        pooled = [] if week is None else await closed_periods(session, week.slot, HISTORY_PERIODS)
        evidence = evidence_of(weeks, periods, pooled, await unasked_in(session, self._calendar, weeks))
        period, form = evidence.period, _form(week, evidence.period)
        pulses = _pulses(weeks, pooled)
        begin = await session.scalar(select(func.min(Membership.since)))
        open_period, held = self._calendar.period_at(now), await all_held(session)
        asked, results_of = next_asked(held, open_period), next_asked(held, _first_full(open_period, begin))
        return WeeklySummary(
            form=form,
            week=week,
            pulses=pulses,
            period=period,
            period_then=evidence.before,
            high=tuple(self._high(weeks, pooled, periods, pulses)),
            moved=_moved(pulses, week),
            period_moved=_period_moved(period, evidence.before) if form == Form.PERIOD else (),
            steps=tuple(self._steps(form, evidence, await unsuggested(session, on, now))),
            promises=tuple(await promises(session, now)),
            next_pulse=max(self._calendar.week_of(now), begin or date.min) + WEEK,
            next_checkin=None if results_of is None else results_of.end,
            checkin_closes=open_period.last_day,
            is_held=is_held(held, open_period),
            asked_from=None if asked is None else asked.start,
        )

    def _high(
        self,
        weeks: Sequence[Publication],
        pooled: Sequence[Publication],
        periods: Sequence[Publication],
        pulses: Mapping[GroupKey, GroupPulse],
    ) -> Iterator[StaysHigh]:
        """Return what stays high, cell by cell: the company, then the week's groups; of the check-in, exhaustion."""
        for key, pulse in pulses.items():
            history = pooled if pulse.is_pooled else weeks
            for figure in HIGH_FIGURES:
                lasted = trends.weeks_high(history, key, figure, self._high_pulse)
                if lasted >= HIGH_FROM:
                    yield StaysHigh(key, figure, pulse.shifts[figure].now, lasted, pulse.source.k)
            lasted = trends.weeks_high(periods, key, "EE", self._high_scale)
            cell = periods[-1].cell(key) if lasted >= HIGH_FROM else None
            if cell is not None:
                yield StaysHigh(key, "EE", cell.means["EE"], lasted, periods[-1].k)

    def _steps(self, form: Form, evidence: ActionFigures, answered: Unsuggested) -> list[SuggestedAction]:
        if form == Form.PERIOD:
            return self._actions.after_period(evidence, answered)
        return self._actions.in_week(evidence, answered) if form == Form.ORDINARY else []


async def promises(session: AsyncSession, now: datetime) -> list[PromiseLine]:
    """Return what was promised and not yet done, by date, and what was done lately."""
    rows = await session.scalars(
        select(Promise)
        .where((Promise.state == "planned") | (now - DONE_FOR <= NEWS_OF_PROMISE))
        .order_by(Promise.due.is_(None), Promise.due, Promise.id)
    )
    noticed = await _noticed(session)
    return [
        PromiseLine(
            row.id,
            target_of(row),
            row.text,
            row.text_en,
            row.due,
            row.state == "done",
            noticed.get(row.id),
            row.by_manager,
            None if row.helped is None else Helped(row.helped),
        )
        for row in rows
    ]


def evidence_of(
    weeks: Sequence[Publication],
    periods: Sequence[Publication],
    pooled: Sequence[Publication],
    unasked: Collection[date],
) -> ActionFigures:
    """Return what the rules look at, of the newest weeks and periods, oldest first; `pooled`: the pulses of periods."""
    period = periods[-1] if periods else None
    before = periods[-2] if len(periods) > 1 else None
    return ActionFigures(weeks, period, before, pooled, unasked)


async def unasked_in(session: AsyncSession, calendar: Calendar, weeks: Sequence[Publication]) -> frozenset[date]:
    """Return the Mondays of the published weeks in which the organisation's days off left no one to ask."""
    office = await office_rhythm(session, calendar.zone)
    return frozenset(week.slot for week in weeks if not office.is_asked_in(week.slot))


async def _noticed(session: AsyncSession) -> Mapping[int, Share]:
    """Return the newest published share of each promise."""
    weeks = await publications.history(session, PULSE_WEEK, int(DONE_FOR / WEEK) + COMPARED_WEEKS)
    return {id_: share for week in weeks for id_, share in week.noticed.items()}


def _form(week: Publication | None, period: Publication | None) -> Form:
    if week is None:
        return Form.STARTING
    just_closed = period is not None and period.period.end == week.period.end
    shown = [publication for publication in (week, period if just_closed else None) if publication is not None]
    if all(publication.company is None for publication in shown):
        return Form.TOO_FEW
    return Form.PERIOD if just_closed and period is not None and period.company is not None else Form.ORDINARY


def _pulses(weeks: Sequence[Publication], pooled: Sequence[Publication]) -> dict[GroupKey, GroupPulse]:
    """Return the pulse of every cell that has one: the company, then the groups."""
    if not weeks:
        return {}
    keys = [COMPANY, *(group.key for group in weeks[-1].all_groups)]
    return {key: pulse for key in keys if (pulse := pulse_of(weeks, pooled, key)) is not None}


def _moved(pulses: Mapping[GroupKey, GroupPulse], week: Publication | None) -> tuple[ClearChange, ...]:
    """Return every clear change of the pulse. A period's is news on the Monday after it alone."""
    return tuple(
        ClearChange(key, figure, shift.change)
        for key, pulse in pulses.items()
        for figure, shift in pulse.shifts.items()
        if week is not None and pulse.source.period.end == week.period.end
        if shift.change is not None and shift.change.is_clear
    )


def _period_moved(now: Publication | None, then: Publication | None) -> tuple[ClearChange, ...]:
    """Return every clear change of the check-in."""
    if now is None:
        return ()
    return tuple(
        ClearChange(cell.key, figure, change)
        for cell in now.cells
        for figure in ("total", "EE", "DP", "RA")
        if (change := trends.change(now, then, cell.key, figure)) is not None and change.is_clear
    )


def _first_full(period: Period, begin: date | None) -> Period:
    """Return the open period, or where no one counts in it yet, the next one."""
    return period if begin is not None and begin <= period.start else period.next()
