"""What published figures say together: changes, gaps and lines. Everything here is computed from publications alone."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from services.company.memberships import COMPANY, GroupKey
from services.gate.publications import EDITION, Cell, Mean, Publication
from services.kit.calendar import WEEK

STEPS_OF_CHANGE = 2
WEEKS_THEN = 4  # a week is compared with the one four weeks before, a period with the one before
MIN_WEEKS = 3  # of the four weeks of a mean over weeks, so many must have figures


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two published means, later − earlier, with half its 95 % interval.

    `is_clear`: at least two steps, and the interval excludes 0.
    """

    difference: float
    margin: float
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One slot of a line: its Monday, and the published mean or None (a gap)."""

    slot: date
    value: float | None


def compare(now: Mean, then: Mean) -> Change | None:
    """The change from one published mean to another; None where either was published without an interval.

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
    """The change of one cell between two publications; None unless both show it, with an interval, over the same
    departments and by the same edition of the gate."""
    if then is None or now.edition != then.edition:
        return None
    later, earlier = now.cell(key), then.cell(key)
    if later is None or earlier is None:
        return None
    if _departments(later) != _departments(earlier):
        return None
    return compare(later.means[figure], earlier.means[figure])


def gap(publication: Publication, key: GroupKey, figure: str) -> Change | None:
    """How far a group's mean is from the company's, judged as a change is; None for the company itself."""
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
    """One figure over weeks or periods, oldest first; a hidden or missing slot is a gap.

    `pooled`: the pulse of periods. Its mean stands in every week of its period, for a group that reports once.
    `unasked`: the Mondays of weeks in which nobody was asked, which are left out where they have no figure.
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
    """From which slot on the figures are of the present edition, where some are not."""
    present = [publication.slot for publication in history if publication.edition == EDITION]
    return present[0] if present and len(present) < len(history) else None


def trend(
    history: Sequence[Publication],
    key: GroupKey,
    figure: str,
    until: date,
    pooled: Sequence[Publication] = (),
    unasked: Collection[date] = (),
) -> float | None:
    """The mean of the four latest weeks up to `until` minus that of the four before, over published weeks only.

    Weeks in which nobody was asked are none of the eight. None where the weeks are of two editions.
    """
    points = [point for point in line(history, key, figure, pooled, unasked) if point.slot <= until]
    lately = points[-2 * WEEKS_THEN :]
    if lately and mixes_editions([week for week in history if lately[0].slot <= week.slot <= until]) is not None:
        return None
    recent, earlier = _mean(lately[-WEEKS_THEN:]), _mean(lately[:-WEEKS_THEN])
    return None if recent is None or earlier is None else recent - earlier


def _departments(cell: Cell) -> tuple[int, ...]:
    return () if cell.group is None else cell.group.departments


def _value(publication: Publication | None, key: GroupKey, figure: str) -> float | None:
    cell = None if publication is None else publication.cell(key)
    return None if cell is None else cell.means[figure].value


def _mean(points: Sequence[Point]) -> float | None:
    values = [point.value for point in points if point.value is not None]
    return fmean(values) if len(values) >= MIN_WEEKS else None
