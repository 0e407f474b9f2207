"""The second attacker: sees only what was sent, and takes colleagues not to have changed.

More is given to it than HR has: it knows exactly whose answers are in every cell, and it is right, nobody ever changes.
Each published mean then tells the sum over a set of people to within an interval. It adds and subtracts such sums until
one person is left (sums and differences of up to three, and the combination of all rows with the least uncertainty) and
says how closely it knows that person's value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from services.gate.publications import GroupFigures, Mean
from tests.gate.witness import Seen
from tests.gate.world import CONTENT

TOPS = {"burnout": 10, "stress": 10, "productivity": 10, "EE": 6, "DP": 6, "RA": 6, "total": 120}
STEPS = CONTENT.hr_actions.thresholds.steps
FINE = {name: {10: STEPS.pulse, 6: STEPS.item_mean, 120: STEPS.total}[top] for name, top in TOPS.items()}


@dataclass(frozen=True)
class Sum:
    """What the attacker knows of a set of people: the sum of their values lies between `low` and `high`."""

    people: frozenset[int]
    low: float
    high: float


def closest(log: Iterable[Seen], figure: str) -> float:
    """How closely the attacker knows some person's value of a figure at best: the width of an interval."""
    sums = _sums(log, figure)
    best = min((width for width in _small_combinations(sums)), default=math.inf)
    return min(best, _least_uncertain(sums))


def _sums(log: Iterable[Seen], figure: str) -> list[Sum]:
    """One sum for each set of people: the same people at another time narrow it down."""
    known: dict[frozenset[int], tuple[float, float]] = {}
    for seen in log:
        for cell in seen.publication.cells:
            if figure in cell.means:
                people = frozenset(part.person for part in seen.behind(cell) if part.has(figure))
                low, high = _bounds(cell, seen, figure)
                before = known.get(people, (-math.inf, math.inf))
                known[people] = (max(before[0], low), min(before[1], high))
    return [Sum(people, low * len(people), high * len(people)) for people, (low, high) in known.items()]


def _bounds(cell: GroupFigures, seen: Seen, figure: str) -> tuple[float, float]:
    """Between which means a published one can lie, by its own rounding and by the ends of its interval."""
    mean, top, fine = cell.means[figure], TOPS[figure], FINE[figure]
    if mean.step < fine:  # rounded by nobody
        return mean.value - mean.step / 2, mean.value + mean.step / 2
    low, high = mean.value - mean.step + fine / 2, mean.value + fine / 2
    if mean.step == fine:
        low = mean.value - fine / 2
    ends = _by_ends(mean, top)
    return max(low, ends[0]), min(high, ends[1])


def _by_ends(mean: Mean, top: float) -> tuple[float, float]:
    """The middle of an interval is the mean, to half the grid on which the ends are written."""
    if mean.low is None or mean.high is None or mean.low <= 0 or mean.high >= top:
        return -math.inf, math.inf
    middle = (mean.low + mean.high) / 2
    if math.isclose(middle, mean.value):
        return -math.inf, math.inf  # the ends stand around the published mean and tell nothing new
    is_on_grid = all(math.isclose(end / mean.step, round(end / mean.step)) for end in (mean.low, mean.high))
    half = (mean.step if is_on_grid else 0.1) / 2
    return middle - half, middle + half


def _small_combinations(sums: list[Sum]) -> Iterator[float]:
    """The widths of one person's interval by sums and differences of up to three rows."""
    if not sums:
        return
    matrix, widths = _matrix(sums)
    for number in (1, 2, 3):
        chosen = np.array(list(combinations(range(len(sums)), number)), dtype=np.int64)
        if not len(chosen):
            return
        added = widths[chosen].sum(axis=1)
        for signs in product((1, -1), repeat=number - 1):
            combined = np.tensordot(matrix[chosen], np.array((1, *signs)), axes=([1], [0]))
            alone = (combined != 0).sum(axis=1) == 1
            if alone.any():
                yield float((added[alone] / np.abs(combined[alone]).sum(axis=1)).min())


def _matrix(sums: list[Sum]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    names = sorted({person for known in sums for person in known.people})
    matrix = np.array([[name in known.people for name in names] for known in sums], dtype=np.int64)
    return matrix, np.array([known.high - known.low for known in sums])


def _least_uncertain(sums: list[Sum]) -> float:
    """The width of one person's interval by the best combination of all rows, however many.

    min Σ|λ|w with Aᵀλ = e for each person e, by iteratively reweighted least squares: each step is a combination that
    isolates the person, so whatever is found is an attack that works. People who are in all the same rows stay
    together in every combination: they count as one, and it isolates none of them.
    """
    if not sums:
        return math.inf
    matrix, widths = _matrix(sums)
    alike, numbers = np.unique(matrix, axis=1, return_counts=True)
    a = alike.T.astype(float)
    best = math.inf
    targets = np.eye(a.shape[0])[numbers == 1]
    weights = np.tile(1 / widths**2, (len(targets), 1))
    for _ in range(30):
        found = []
        for person in range(len(targets)):
            scaled = a * weights[person]
            solution, *_ = np.linalg.lstsq(scaled @ a.T, targets[person], rcond=1e-9)
            combination = scaled.T @ solution
            if np.allclose(a @ combination, targets[person], atol=1e-6):
                found.append(float(np.abs(combination) @ widths))
            weights[person] = (np.abs(combination) + 1e-9) / widths
        best = min([best, *found])
    return best
