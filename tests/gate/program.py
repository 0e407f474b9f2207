"""The third attacker: everything that was published as one linear programme, for the two ends of what one person has.

It knows who is in every figure, that nobody ever changes, and that every value lies on the scale. Unlike the second
attacker it does not look for one combination of figures but uses all of them at once, with what came out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from services.gate.coarsening import Grid

Sums = dict[frozenset[int], tuple[float, float]]
"""Between which numbers the sum over a set of people lies."""


def learn(known: Sums, grid: Grid, people: frozenset[int], exact: Fraction) -> None:
    """Add a published mean over people whose exact mean is this; the same people again narrow it down."""
    value, half = grid.round(exact), grid.fine / 2
    first = grid.fine * math.ceil((value - grid.step / 2) / grid.fine)
    last = grid.fine * (math.ceil((value + grid.step / 2) / grid.fine) - 1)
    low = Fraction(0) if value == grid.lowest else first - half
    high = grid.top if value == grid.top - grid.lowest else last + half
    before = known.get(people, (0.0, float(grid.top) * len(people)))
    known[people] = (max(before[0], float(low * len(people))), min(before[1], float(high * len(people))))


def widths(known: Sums, top: float, of: Iterable[int] | None = None) -> dict[int, float]:
    """Return how wide the interval is in which each person's value must lie."""
    from scipy.optimize import linprog  # takes a second to import, which only who asks should wait for
    from scipy.sparse import lil_array

    names = sorted({person for people in known for person in people})
    column = {name: index for index, name in enumerate(names)}
    matrix, ends = lil_array((2 * len(known), len(names))), np.zeros(2 * len(known))
    for row, (people, (low, high)) in enumerate(known.items()):
        for person in people:
            matrix[2 * row, column[person]], matrix[2 * row + 1, column[person]] = 1, -1
        ends[2 * row], ends[2 * row + 1] = high, -low
    rows, ends = matrix.tocsr(), ends + 1e-9
    found = {}
    for person in names if of is None else of:
        aim = np.zeros(len(names))
        aim[column[person]] = 1
        low, high = (linprog(sign * aim, rows, ends, bounds=(0, top), method="highs").fun for sign in (1, -1))
        found[person] = float(-high - low)
    return found
