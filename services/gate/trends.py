"""What published figures say together: changes, gaps and lines. Everything here is computed from publications alone."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

from sqlalchemy.ext.asyncio import AsyncSession

from services.company.memberships import COMPANY, GroupKey
from services.gate import publications
from services.gate.publications import EDITION, PULSE_PERIOD, PULSE_WEEK, GroupFigures, Mean, Publication
from services.kit.calendar import WEEK

STEPS_OF_CHANGE = 2
WEEKS_THEN = 4  # four weeks are compared with the four before, a period with the one before
FIGURES = ("burnout", "stress", "productivity")
COMPARED_WEEKS = 3 * WEEKS_THEN  # some weeks may lie among them in which no one was asked
MIN_WEEKS = 3  # of each four weeks, so many must have figures


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two published means, later − earlier, with half its 95 % interval.

    `is_clear`: at least two steps, and the interval excludes 0.
    """

    difference: float
    margin: float
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """A pulse figure of a cell: `now` over the latest four weeks, `then` over the four before, and the change.

    Both are on the grid of a single week; the change is that of the means before they are put on it. Where there is
    nothing to compare with, `then` and `change` are None and `now` is the last week alone. Of a group that reports once
    a period: of periods.
    """

    now: Mean
    then: Mean | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Point:
    """One slot of a line: its Monday, and the published mean or None (a gap)."""

    slot: date
    value: float | None


def compare(now: Mean, then: Mean) -> Change | None:
    """Return the change from one published mean to another; None where either was published without an interval.

    Two independent samples: half the interval is √(margin₁² + margin₂²). The margins include the rounding of both means
    (step² / 12 each), so nothing is added for it. Nothing paired: the difference says no more than the two means.
    """
    if now.margin is None or then.margin is None:
        return None
    difference = now.value - then.value
    margin = math.hypot(now.margin, then.margin)
    two_steps = STEPS_OF_CHANGE * max(now.step, then.step)
    return Change(difference, margin, abs(difference) >= max(two_steps, margin))


def change(now: Publication, then: Publication | None, key: GroupKey, figure: str) -> Change | None:
    """Return the change of one cell between two publications; None unless both show it, with an interval, over the same
    departments and by the same edition of the gate."""
    if then is None or now.edition != then.edition:
        return None
    later, earlier = now.cell(key), then.cell(key)
    if later is None or earlier is None:
        return None
    if departments_of(later) != departments_of(earlier):
        return None
    return compare(later.means[figure], earlier.means[figure])


def gap(publication: Publication, key: GroupKey, figure: str) -> Change | None:
    """Return how far a group's mean is from the company's, judged as a change is; None for the company itself."""
    cell = publication.cell(key)
    if cell is None or key == COMPANY or publication.company is None:
        return None
    return compare(cell.means[figure], publication.company.means[figure])


def line(
    history: Sequence[Publication],
    key: GroupKey,
    figure: str,
    pooled: Sequence[Publication] = (),
    unasked: Collection[date] = (),
) -> list[Point]:
    """Return one figure over weeks or periods, oldest first; a hidden or missing slot is a gap.

    `pooled`: the pulse of periods. Its mean stands in every week of its period, for a group that reports once.
    `unasked`: the Mondays of weeks in which no one was asked, which are left out where they have no figure.
    """
    if not history:
        return []
    known = {publication.slot: publication for publication in history}
    once = {publication.slot + n * WEEK: publication for publication in pooled for n in range(publication.weeks)}
    first, length = history[0].slot, history[0].weeks * WEEK
    points = []
    for number in range((history[-1].slot - first) // length + 1):
        slot = first + number * length
        value = _value(known.get(slot), key, figure)
        points.append(Point(slot, _value(once.get(slot), key, figure) if value is None else value))
    return [point for point in points if point.value is not None or point.slot not in unasked]


def mixes_editions(history: Sequence[Publication]) -> date | None:
    """Return from which slot on the figures are of the present edition, where some are not."""
    present = [publication.slot for publication in history if publication.edition == EDITION]
    return present[0] if present and len(present) < len(history) else None


def shift(
    weeks: Sequence[Publication], key: GroupKey, figure: str, pooled: Sequence[Publication] = ()
) -> Movement | None:
    """Return a pulse figure of a cell as of the last of these weeks; None where it is not shown.

    `weeks`: oldest first; those in which no one had figures, as when no one was asked, are none of the eight. `pooled`:
    the pulses of the periods that had closed by then, for a group that reports once a period: its newest period is
    compared with the one before.
    """
    if not weeks:
        return None
    if weeks[-1].reports_once(key):
        now, then = pooled[-1] if pooled else None, pooled[-2] if len(pooled) > 1 else None
        cell = None if now is None else now.cell(key)
        if now is None or cell is None:
            return None
        found = change(now, then, key, figure)
        return Movement(cell.means[figure], None if found is None else _figure(then, key, figure), found)
    cell = weeks[-1].cell(key)
    if cell is None:
        return None
    told = [week for week in weeks if week.company is not None]
    recent = _of_the_same(told[-WEEKS_THEN:], weeks[-1], cell, figure)
    earlier = _of_the_same(told[-2 * WEEKS_THEN : -WEEKS_THEN], weeks[-1], cell, figure)
    found = compare(average(recent), average(earlier)) if min(len(recent), len(earlier)) >= MIN_WEEKS else None
    if found is None:
        return Movement(cell.means[figure], None, None)
    return Movement(_on_grid(average(recent)), _on_grid(average(earlier)), found)


def weeks_high(history: Sequence[Publication], key: GroupKey, figure: str, cut: float) -> int:
    """Return for how many weeks up to the last of these publications, weeks or periods, a mean has been at `cut` or
    above without a break. Weeks in which no one had figures do not matter; one slot in which only this cell had none is
    passed over and not counted, two in a row end it."""
    weeks, missing = 0, 0
    for publication in reversed(history):
        if publication.kind == PULSE_WEEK and publication.company is None:
            continue
        value = _value(publication, key, figure)
        missing = missing + 1 if value is None else 0
        if missing > 1 or (value is not None and value < cut):
            break
        weeks += 0 if value is None else publication.weeks
    return 0 if not history or history[-1].cell(key) is None else weeks


def _of_the_same(weeks: Sequence[Publication], last: Publication, cell: GroupFigures, figure: str) -> list[Mean]:
    """Return the published means of these weeks: of the same departments as in the last, by the same edition of the
    gate.
    """
    return [
        earlier.means[figure]
        for week in weeks
        if week.edition == last.edition
        if (earlier := week.cell(cell.key)) is not None and departments_of(earlier) == departments_of(cell)
    ]


def average(means: Sequence[Mean]) -> Mean:
    """Return the mean of several weeks.

    The weeks are of the same people, so its interval is taken to be no narrower than one week's on average.
    """
    value = fmean(mean.value for mean in means)
    margins = [mean.margin for mean in means if mean.margin is not None]
    margin = fmean(margins) if len(margins) == len(means) else None
    low, high = (None, None) if margin is None else (value - margin, value + margin)
    return Mean(value, max(mean.step for mean in means), low, high)


def _on_grid(mean: Mean) -> Mean:
    """Return the same, its value on the grid of a single week; two that are two steps apart stay so."""
    return replace(mean, value=math.floor(mean.value / mean.step + 0.5) * mean.step)


def departments_of(cell: GroupFigures) -> tuple[int, ...]:
    """Return the departments behind a cell: whether two are of the same people, whatever their names are by then."""
    return () if cell.group is None else cell.group.departments


def _value(publication: Publication | None, key: GroupKey, figure: str) -> float | None:
    mean = _figure(publication, key, figure)
    return None if mean is None else mean.value


def _figure(publication: Publication | None, key: GroupKey, figure: str) -> Mean | None:
    cell = None if publication is None else publication.cell(key)
    return None if cell is None else cell.means[figure]


@dataclass(frozen=True, slots=True)
class GroupPulse:
    """`source`: the newest publication with its figures, the week itself or, where the group reports once a period
    (`is_pooled`), a period; `cell`: the cell in it."""

    source: Publication
    cell: GroupFigures
    is_pooled: bool
    shifts: Mapping[str, Movement]


def pulse_of(weeks: Sequence[Publication], pooled: Sequence[Publication], key: GroupKey) -> GroupPulse | None:
    """Return the pulse of a cell as of the last of these weeks; None where it has no figures.

    `weeks`, `pooled`: oldest first, as `trends.shift` needs them.
    """
    shifts = {figure: found for figure in FIGURES if (found := shift(weeks, key, figure, pooled)) is not None}
    if not shifts:
        return None
    is_pooled = weeks[-1].reports_once(key)
    source = pooled[-1] if is_pooled else weeks[-1]
    cell = source.cell(key)
    return None if cell is None else GroupPulse(source, cell, is_pooled, shifts)


async def find_pulse(session: AsyncSession, week: Publication, key: GroupKey) -> GroupPulse | None:
    """Return the pulse of a cell as of this week; None where it has no figures."""
    weeks = await publications.history(session, PULSE_WEEK, COMPARED_WEEKS, week.slot)
    return pulse_of(weeks, await closed_periods(session, week.slot), key)


async def closed_periods(session: AsyncSession, week: date, number: int = 3) -> list[Publication]:
    """Return the newest pulses of periods that had closed by the end of this week, oldest first."""
    found = await publications.history(session, PULSE_PERIOD, number, week)
    return [one for one in found if one.period.end <= week + WEEK]
