"""Whether a group has become easier than others since something was done for it: from published means alone.

The change of the group's strain, from the figures before to those after, is compared with the changes of the other
groups that began at a similar level (difference in differences). Three things could feign an effect, and each is met:

- *A bad spell ends by itself.* What is done, is done where it is hard, and who was measured at the worst moment is
  better the next time (regression to the mean). Only groups that began at a similar level are compared, over twelve
  weeks instead of one, and the rest of what chance has put between them is taken off: the share of the spread of the
  groups' levels that the figures' own error explains.
- *Groups differ in how they change anyway.* How much, is estimated from the others' changes, together with what the
  published widths say (a moderated t, Smyth 2004): the others alone are too few to tell.
- *Something else happened to everyone.* It happened to the others as well.

docs/method.md has the rule in words and what `python -m benchmarks.helped` measures of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean, variance
from typing import Final

from services.company.memberships import GroupKey
from services.gate.publications import GroupFigures, Publication
from services.gate.trends import WEEKS_THEN, average, departments_of
from services.kit.quantiles import Z, student

SLOTS: Final = 2  # after: of four weeks each, or a period of a group that reports once
WEEKS_AFTER: Final = SLOTS * WEEKS_THEN
WEEKS_BEFORE: Final = 3 * WEEKS_THEN  # so that the bad spell in which something is promised is the smaller part of them
STRAIN: Final = ("burnout", "stress")
ENOUGH: Final = 0.75  # of the figures before and of those after must be there
SIMILAR: Final = 2.0  # points of ten between the levels before
LEAST_OTHERS: Final = 2
PRIOR: Final = 6.0  # degrees of freedom that the published widths count for beside the other groups
LOOKED_FOR: Final = 0.5  # standard deviations: what the measures of content/hr_actions.yaml did in trials (Bes 2023)
MOST_BY_CHANCE: Final = 0.5


class Helped(StrEnum):
    """What can be said of a group since something was done for it."""

    EASIER = "easier"  # than in other groups
    SAME = "same"  # as in others: half a standard deviation more would have been seen
    EARLY = "early"  # to judge: too few figures or groups, or it became harder, which no promise is meant for


@dataclass(frozen=True, slots=True)
class Course:
    """A group's strain before, how it changed, and the error variance of a level and of a change by the widths."""

    before: float
    change: float
    level_error: float
    change_error: float


def judge(key: GroupKey, before: Sequence[Publication], after: Sequence[Publication]) -> Helped:
    """Return what can be said of a group from what was published before and after, oldest first."""
    courses = _courses(before, after)
    own = courses.get(key)
    if own is None:
        return Helped.EARLY
    others = [
        course for other, course in courses.items() if other != key and abs(course.before - own.before) <= SIMILAR
    ]
    if len(others) < LEAST_OTHERS:
        return Helped.EARLY
    by_chance = _share_by_chance(own, [*others, own])
    difference = own.change + by_chance * (own.before - fmean(one.before for one in others))
    difference -= fmean(one.change for one in others)
    margin = _margin(own, others)
    if difference <= -margin:
        return Helped.EASIER
    spreads = [one.spreads[name] for one in after if one.spreads for name in STRAIN]
    return Helped.SAME if difference < margin <= LOOKED_FOR * fmean(spreads) else Helped.EARLY


def with_weekly(period: Publication, weeks: Sequence[Publication]) -> Publication:
    """Return the pulses of a period with those of the groups that report weekly, as the mean of its weeks."""
    inside = [week for week in weeks if period.slot <= week.slot < period.period.end]
    keys = {cell.key for week in inside for cell in week.groups}
    cells = []
    for key in sorted(keys):
        found = _cells(inside, key)
        if found is not None:
            means = {name: average([cell.means[name] for cell in found]) for name in STRAIN}
            cells.append(replace(found[-1], means=means))
    return replace(period, groups=(*period.groups, *cells))


def _courses(before: Sequence[Publication], after: Sequence[Publication]) -> Mapping[GroupKey, Course]:
    """Return every group that was shown often enough before and after, over the same departments, with intervals."""
    if not before or not after:
        return {}
    keys = {cell.key for one in after for cell in one.groups}
    return {key: course for key in sorted(keys) if (course := _course(before, after, key)) is not None}


def _course(before: Sequence[Publication], after: Sequence[Publication], key: GroupKey) -> Course | None:
    then, now = _cells(before, key), _cells(after, key)
    if then is None or now is None or departments_of(then[-1]) != departments_of(now[-1]):
        return None
    margins = [cell.means[name].margin for cell in (*then, *now) for name in STRAIN]
    known = [margin for margin in margins if margin is not None]
    if len(known) < len(margins):
        return None
    of_one = (fmean(known) / Z) ** 2 / _weight(after)
    level_error = of_one / len(then)
    return Course(_level(then), _level(now) - _level(then), level_error, level_error + of_one / len(now))


def _weight(publications: Sequence[Publication]) -> int:
    """For how many weeks' figures one counts: people answer in some of the weeks of a period, so for half of them."""
    return max(1, publications[-1].weeks // 2)


def _cells(publications: Sequence[Publication], key: GroupKey) -> list[GroupFigures] | None:
    """Return the group's cells over the departments of the last one; None for too few. What showed no one does not
    count.
    """
    told = [one for one in publications if one.groups or one.company is not None]
    cells = [cell for one in told if one.edition == told[-1].edition if (cell := one.cell(key)) is not None]
    same = [cell for cell in cells if departments_of(cell) == departments_of(cells[-1])]
    return same if same and len(same) >= ENOUGH * len(publications) else None


def _level(cells: Sequence[GroupFigures]) -> float:
    return fmean(cell.means[name].value for cell in cells for name in STRAIN)


def _share_by_chance(own: Course, courses: Sequence[Course]) -> float:
    """Return how much of the spread of levels is the figures' own error, and will be gone the next time."""
    spread = variance(course.before for course in courses)
    return min(MOST_BY_CHANCE, own.level_error / spread) if spread else MOST_BY_CHANCE


def _margin(own: Course, others: Sequence[Course]) -> float:
    """Return from where a difference is more than chance, at 95 %, as a clear change is.

    The variance of a change is pooled from the widths, as `PRIOR` degrees of freedom, and the spread of the others'
    changes, each brought to the width of this group.
    """
    mean = fmean(one.change for one in others)
    squares = sum((one.change - mean) ** 2 * own.change_error / one.change_error for one in others)
    freedom = PRIOR + len(others) - 1
    pooled = (PRIOR * own.change_error + squares) / freedom
    return student(freedom) * math.sqrt(pooled * (1 + 1 / len(others)))
