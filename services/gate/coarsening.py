"""From exact figures to what may be published: the grid, its ends, and intervals that give nothing else away.

Three rules go beyond rounding, because rounding alone is not enough when somebody compares publications:

- *The step grows for a small threshold.* Whoever knows exactly who is in every figure and takes nobody's answer to
  have changed can combine any number of published means into one person's value; the best such combination is known to
  within `step × (2k − 1)` at least (docs/gate.md has the proof). The step is the smallest multiple of the content's for
  which that is half the scale or more.
- *The ends of the scale are not published.* Seven people with a mean of 0 have all answered 0. The lowest published
  mean is the first on the grid that still leaves every one of k people half the scale; the highest is its mirror image.
- *An interval stands around the published mean*, not the exact one: two grids laid over the same figure would show it
  twice as sharply. Its width comes from the spread of the whole company, on a grid of two steps: a group's own spread,
  or a fine one, would tell when a newcomer's answer is far from the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.gate.publications import CEILING, FLOOR, Band, Levels, Mean, Share

Z = 1.959964  # 97.5 % quantile of the normal distribution
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Grid:
    """The values from 0 to `top` that a mean over at least `k` people may be published as: multiples of `step`.

    `fine` is the content's step. Rounding goes over it, so that the grids of two thresholds never cut each other: a
    figure published on both would be known more sharply than on either.
    """

    fine: Fraction
    step: Fraction
    top: Fraction
    k: int

    @classmethod
    def of(cls, fine: float, top: float, k: int) -> Grid:
        """The grid with the smallest step, a multiple of `fine`, that protects k people."""
        single, scale = Fraction(str(fine)), Fraction(str(top))
        times = max(1, math.ceil(scale * HALF / (single * (2 * k - 1))))
        return cls(single, single * times, scale, k)

    @property
    def lowest(self) -> Fraction:
        """The lowest published mean: what is rounded to it leaves each of k people half the scale."""
        below = (self.top / self.k - self.fine) * HALF
        return self.step * max(0, math.ceil(below / self.step))

    def round(self, exact: Fraction) -> Fraction:
        """The nearest value of the grid (half up), kept away from the ends of the scale."""
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
    """The published mean. `error` is half the exact 95 % interval, None where none is published."""
    value = grid.round(exact)
    if error is None:
        return Mean(float(value), float(grid.step), None, None)
    low, high = interval(grid, exact, error)
    return Mean(float(value), float(grid.step), float(low), float(high))


def interval(grid: Grid, exact: Fraction, error: float) -> tuple[Fraction, Fraction]:
    """The ends of the published interval: a function of the published mean and the coarse margin alone."""
    value, margin = grid.round(exact), grid.margin(error)
    return max(value - margin, Fraction(0)), min(value + margin, grid.top)


def spread(grid: Grid, answered: int, total: float, squares: float) -> float:
    """The standard deviation of `answered` ≥ 2 values with this sum and sum of squares, on a grid of two steps.

    The lowest is two steps, read as "less than three": below it, "everybody answered the same" could be told.
    """
    variance = max(0.0, squares - total * total / answered) / (answered - 1)
    double = 2 * float(grid.step)
    return double * max(1, math.floor(math.sqrt(variance) / double + 0.5))


def error_of_mean(deviation: float, freedom: int, answered: int, people: int) -> float:
    """Half the 95 % interval of a mean over `answered` of `people`: t × s / √n × √((N − n) / (N − 1)).

    `freedom`: degrees of freedom of `deviation`. The last factor is the finite population correction (Cochran 1977).
    """
    if answered >= people:
        return 0.0
    correction = math.sqrt((people - answered) / (people - 1))
    return student(freedom) * deviation / math.sqrt(answered) * correction


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, to 0.01 from four degrees of freedom on (Abramowitz & Stegun 26.7.5)."""
    z, v = Z, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )


def share(step: float, part: int, whole: int, *, with_interval: bool = False) -> Share:
    """The published share of `part` in `whole` people: nearest step (half up), never beyond FLOOR and CEILING.

    The interval is Wilson's (1927) of the published share, rounded outward: computed from the exact one it would tell
    "nobody" from "one person" where both read "10 % or less".
    """
    single = Fraction(str(step))
    value = min(max(float(_nearest(Fraction(part, whole), single)), FLOOR), CEILING)
    if not with_interval:
        return Share(value)
    low, high = wilson(value, whole)
    tenths = float(single)
    return Share(
        value,
        max(0.0, float(single * math.floor(low / tenths + 1e-9))),
        min(1.0, float(single * math.ceil(high / tenths - 1e-9))),
    )


def levels(step: float, min_cell: int, low: int, medium: int, high: int) -> Levels | None:
    """Shares by level, medium and high together where either is a handful; None where that is not enough."""

    def shared(part: int) -> Share:
        return share(step, part, low + medium + high, with_interval=True)

    if min(low, medium, high) >= min_cell:
        return Levels(shared(low), shared(medium), shared(high), None)
    if min(low, medium + high) >= min_cell:
        return Levels(shared(low), None, None, shared(medium + high))
    return None


def wilson(value: float, whole: int) -> tuple[float, float]:
    """The 95 % score interval of a share among `whole` people (Wilson 1927)."""
    weight = Z * Z / whole
    centre = (value + weight / 2) / (1 + weight)
    half = Z * math.sqrt(value * (1 - value) / whole + weight / (4 * whole)) / (1 + weight)
    return centre - half, centre + half


def band(k: int, lower_ends: Sequence[int], people: int) -> Band:
    """The band that holds a number of at least k people: the first begins at k, the others at `lower_ends` above it."""
    ends = [k, *(end for end in sorted(lower_ends) if end > k)]
    position = max(index for index, end in enumerate(ends) if end <= people)
    return Band(ends[position], ends[position + 1] - 1 if position + 1 < len(ends) else None)
