"""From exact figures to what may be published: the grid, its ends, and intervals that give nothing else away.

Four rules go beyond rounding, because rounding alone is not enough when someone compares publications:

- *The step grows for a small threshold.* Whoever knows exactly who is in every figure and takes no one's answer to
  have changed can combine any number of published means into one person's value; the best such combination is known to
  within `step × (2k − 1)` at least (docs/gate.md has the proof). The step is the smallest multiple of the content's for
  which that is half the scale or more.
- *The pulse of few people is coarser.* It comes often, and of people whose answers stay the same each one is one more
  figure about another part of them: who answers differs, one joins, one leaves. Fewer people than report every week
  are kept nine tenths of the scale away instead of half.
- *The ends of the scale are not published.* Seven people with a mean of 0 have all answered 0. The lowest published
  mean is the first on the grid that still leaves every one of k people half the scale; the highest is its mirror image.
- *An interval stands around the published mean*, not the exact one: two grids laid over the same figure would show it
  twice as sharply. Its width comes from what is known anyway: the spread of the whole company, as it was published on a
  grid of two steps, and the number of people who count, as though half of them had answered. A width by the number of
  answers would tell when everyone answered.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Final

from content.hr_actions import Thresholds
from services.company.memberships import Group
from services.gate.hiding import Tally, weekly_from
from services.gate.measures import Figure, FigureSource
from services.gate.publications import CEILING, CHECKIN_PERIOD, FLOOR, Band, GroupFigures, Mean, Publication, Share
from services.kit.quantiles import Z, student

HALF = Fraction(1, 2)
NEARLY_ALL = Fraction(9, 10)
SPREAD_FROM: Final = 15  # of a company with fewer people who count, no spread is told and so no interval


@dataclass(frozen=True)
class Grid:
    """The values from 0 to `top` that a mean over at least `k` people may be published as: multiples of `step`.

    `fine` is the content's step. Rounding goes over it, so that the grids of two thresholds never cut each other: a
    figure published on both would be known more sharply than on either. A deployment has half a dozen grids, and asks
    one of them for every mean on every screen.
    """

    fine: Fraction
    step: Fraction
    top: Fraction
    k: int

    @classmethod
    @cache
    def of(cls, fine: float, top: float, k: int, part: Fraction = HALF) -> Grid:
        """Return the grid with the smallest step, a multiple of `fine`, that protects k people to a part of a scale."""
        single, scale = Fraction(str(fine)), Fraction(str(top))
        times = max(1, math.ceil(scale * part / (single * (2 * k - 1))))
        return cls(single, single * times, scale, k)

    @cached_property
    def lowest(self) -> Fraction:
        """The lowest published mean: what is rounded to it leaves each of k people half the scale."""
        below = (self.top / self.k - self.fine) * HALF
        return self.step * max(0, math.ceil(below / self.step))

    def round(self, exact: Fraction) -> Fraction:
        """Return the nearest value of the grid (half up), kept away from the ends of the scale."""
        nearest = _nearest(_nearest(exact, self.fine), self.step)
        return min(max(nearest, self.lowest), self.top - self.lowest)

    def margin(self, error: float) -> Fraction:
        """Half a published interval: `error` (half the exact one) and the rounding of the mean, rounded outward.

        The rounding error is uniform over one step, of variance step²/12.
        """
        with_rounding = math.hypot(error, Z * float(self.step) / math.sqrt(12))
        return self.step * math.ceil(with_rounding / float(self.step) - 1e-9)


def _nearest(exact: Fraction, step: Fraction) -> Fraction:
    return step * math.floor(exact / step + HALF)


def mean(grid: Grid, exact: Fraction, error: float | None) -> Mean:
    """Return the published mean. `error` is half the exact 95 % interval, None where none is published."""
    value = grid.round(exact)
    if error is None:
        return Mean(float(value), float(grid.step), None, None)
    low, high = interval(grid, exact, error)
    return Mean(float(value), float(grid.step), float(low), float(high))


def interval(grid: Grid, exact: Fraction, error: float) -> tuple[Fraction, Fraction]:
    """Return the ends of the published interval: a function of the published mean and the coarse margin alone."""
    value, margin = grid.round(exact), grid.margin(error)
    return max(value - margin, Fraction(0)), min(value + margin, grid.top)


def spread(grid: Grid, answered: int, total: float, squares: float) -> float:
    """Return the standard deviation of `answered` ≥ 2 values with this sum and sum of squares, on a grid of two steps.

    The lowest is two steps, read as "less than three": below it, "everybody answered the same" could be told.
    """
    variance = max(0.0, squares - total * total / answered) / (answered - 1)
    double = 2 * float(grid.step)
    return double * max(1, math.floor(math.sqrt(variance) / double + 0.5))


def supposed(people: int, k: int) -> int:
    """Return how many of `people` are taken to have answered: half of them, never fewer than k."""
    return max(k, math.ceil(people / 2))


def error_of_mean(deviation: float, company: int, people: int, k: int) -> float:
    """Return half the 95 % interval of a mean over n of N = `people`: t × s / √n × √((N − n) / (N − 1)).

    n is what is supposed of them, as it is for the degrees of freedom of `deviation`, the published spread of `company`
    people. The last factor is the finite population correction (Cochran 1977).
    """
    answered = supposed(people, k)
    correction = math.sqrt((people - answered) / (people - 1))
    return student(supposed(company, k) - 1) * deviation / math.sqrt(answered) * correction


def share(step: float, part: int, whole: int) -> Share:
    """Return the published share of `part` in `whole` people: nearest step (half up), within FLOOR and CEILING."""
    value = float(_nearest(Fraction(part, whole), Fraction(str(step))))
    return Share(min(max(value, FLOOR), CEILING))


def band(k: int, lower_ends: Sequence[int], people: int) -> Band:
    """Return the band that holds a number of at least k people: the first begins at k, the others at `lower_ends` above
    it.
    """
    ends = [k, *(end for end in sorted(lower_ends) if end > k)]
    position = max(index for index, end in enumerate(ends) if end <= people)
    return Band(ends[position], ends[position + 1] - 1 if position + 1 < len(ends) else None)


@dataclass(frozen=True, slots=True)
class Coarsening:
    """Compute what may be published of each group at one threshold `k`."""

    limits: Thresholds
    k: int

    def spreads(self, source: FigureSource, company: Tally) -> dict[str, float]:
        """Return the company's coarse standard deviation of each mean; empty where it has too few people."""
        if company.people < max(SPREAD_FROM, self.k):
            return {}
        return {
            figure.name: spread(
                self._grid(figure),
                company.answered,
                float(company.sums[figure.name]),
                float(company.sums[f"{figure.name}²"]),
            )
            for figure in source.means
        }

    def of_groups(
        self,
        source: FigureSource,
        groups: Sequence[Group],
        tallies: Mapping[str, Tally],
        shown: Collection[str],
        spreads: Mapping[str, float],
    ) -> tuple[GroupFigures, ...]:
        """Return the cells of the groups that are shown."""
        company = sum(tally.people for tally in tallies.values())
        return tuple(
            self.of(source, group, tallies[group.key], company, spreads) for group in groups if group.key in shown
        )

    def of(
        self, source: FigureSource, group: Group | None, tally: Tally, company: int, spreads: Mapping[str, float]
    ) -> GroupFigures:
        """Return the cell of a group, or of the company (None), among `company` people who count."""
        is_coarse = source.kind != CHECKIN_PERIOD and tally.people < weekly_from(self.k)
        part = NEARLY_ALL if is_coarse else HALF
        return GroupFigures(group, {one.name: self._mean(one, part, tally, company, spreads) for one in source.means})

    def _mean(self, figure: Figure, part: Fraction, tally: Tally, company: int, spreads: Mapping[str, float]) -> Mean:
        error = None
        if figure.name in spreads:
            error = error_of_mean(spreads[figure.name], company, tally.people, self.k)
        return mean(self._grid(figure, part), tally.sums[figure.name] / tally.answered, error)

    def _grid(self, figure: Figure, part: Fraction = HALF) -> Grid:
        return Grid.of(figure.step, figure.top, self.k, part)


def present(groups: Sequence[Group], tallies: Mapping[str, Tally], keys: Collection[str]) -> tuple[Group, ...]:
    """Return the groups with these keys that hold anyone who counts."""
    return tuple(group for group in groups if group.key in keys and group.key in tallies and tallies[group.key].people)


def widest(weeks: Sequence[Publication]) -> dict[str, float]:
    """Return the widest spread that was published of each figure in some weeks."""
    return {name: max(week.spreads.get(name, 0.0) for week in weeks) for week in weeks for name in week.spreads}
