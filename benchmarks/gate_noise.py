"""What one person's part in the noisy counts costs, as promised and as observed: `python -m benchmarks.gate_noise`.

For each figure of `BUDGETS` exact counts with and without one person are drawn many times, by the gate's own noise.
Compared are the frequencies of every single count, of the sum of all counts and of all of them together. Printed is the
largest logarithm of a ratio between the two, with its standard error, of outcomes that were drawn so often that it is
known to 0.03; and, of all outcomes, what it is at least, but for chance: that may not exceed ε.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, get_args

from services.gate.noise import BUDGETS, Figure, noisy

DRAWS = 100_000
PRECISE = 0.03
SEEN_OFTEN = 100  # draws of an outcome, with or without the person
ERRORS = 4.5  # of some sixty ratios in a run, one is further off by chance once in thousands of runs
FIGURES: Final[Sequence[Figure]] = get_args(Figure)
NEIGHBOURS: Final[Mapping[Figure, tuple[Sequence[int], Sequence[int]]]] = {
    "levels": ([3, 4, 4], [3, 4, 3]),
    "causes": ([5, 2, 7], [4, 1, 7]),
    "participation": ([8], [7]),
    "steps": ([4, 6], [4, 5]),
    "noticed": ([6, 3], [5, 3]),
}
"""The exact counts with and without one person."""


@dataclass(frozen=True)
class Ratio:
    """The logarithm of a ratio of frequencies between neighbours, and its standard error."""

    value: float
    error: float

    @property
    def proved(self) -> float:
        """What it is at least, but for chance."""
        return self.value - ERRORS * self.error


async def ratios(figure: Figure, draws: int) -> list[Ratio]:
    """Return the ratios of all outcomes that were drawn often; one that one side never had counts as drawn once."""
    one, other = [await _seen(figure, counts, draws) for counts in NEIGHBOURS[figure]]
    found = []
    for outcome in one.keys() | other.keys():
        here, there = max(1, one[outcome]), max(1, other[outcome])
        if max(here, there) >= SEEN_OFTEN:
            found.append(Ratio(abs(math.log(here / there)), math.sqrt(1 / here + 1 / there)))
    return found


async def _seen(figure: Figure, counts: Sequence[int], draws: int) -> Counter[Hashable]:
    found: Counter[Hashable] = Counter()
    for row in (await noisy(figure, dict.fromkeys(range(draws), counts))).values():
        found.update([*zip(count(), row, strict=False), ("sum", sum(row)), row])
    return found


async def main(draws: int) -> None:
    """Print the table."""
    print(f"{draws} draws with and without one person")
    print("figure            ε  bins  scale  told from   observed ε   proved")
    for figure in FIGURES:
        budget, found = BUDGETS[figure], await ratios(figure, draws)
        most = max((one for one in found if one.error < PRECISE), key=lambda one: one.value)
        print(
            f"{figure:14}{budget.epsilon:5}{budget.bins:6}{budget.scale:7}{budget.smallest():11}"
            f"   {most.value:5.2f} ± {most.error:4.2f}   {max(one.proved for one in found):6.2f}"
        )
    a_period = sum(budget.epsilon for budget in BUDGETS.values() if budget.per == "period")
    a_promise = sum(budget.epsilon for budget in BUDGETS.values() if budget.per == "promise")
    print(f"in a period {a_period:g}, and {a_promise:g} for each promise")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS))
