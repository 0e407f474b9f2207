"""Counts of people with noise, and the one table of what a person's part in them may cost.

Every figure that counts people is the exact count plus discrete Laplace noise, drawn once, in the transaction that
stores it. Whatever someone knows about all the others, the odds on whether one person's answer is in a figure change
at most by e^ε, and the odds on which of two answers it is at most by e^2ε: for as many figures as there are, by the
sum of their ε. A person is in one part of a figure, so that the parts (groups, and whoever is left over) cost no more
than one of them, and a company's count is the sum of its parts.

The noise is OpenDP's `make_laplace` over integers: exact sampling, proved (GRS12, CKS20), no floating point.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

Figure = Literal["levels", "causes", "participation", "steps", "noticed"]
K = TypeVar("K")
PRECISION: Final = 10  # a figure may be told from where its noise is at most a tenth of the people behind it


class NoiseUnavailable(Exception):  # noqa: N818 (as DatabaseUnavailable)
    """OpenDP is missing or failed: nothing may be published without it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one figure may cost a person (`epsilon`), who is in `bins` of its counts at most."""

    epsilon: float
    bins: int = 1
    per: Literal["period", "promise"] = "period"

    @property
    def scale(self) -> float:
        """The scale of the noise of each count: with or without a person, the counts differ by `bins` in all."""
        return self.bins / self.epsilon

    def smallest(self, parts: int = 1) -> int:
        """Return from how many people a sum of `parts` noisy counts may be told: 15 for one count at scale 1.

        The standard deviation of the noise, √2 × scale × √parts, is at most a tenth of them.
        """
        return math.ceil(PRECISION * math.sqrt(2 * parts) * self.scale)


BUDGETS: Final[Mapping[Figure, Budget]] = {
    "levels": Budget(1.0),
    "causes": Budget(2.0, bins=2),
    "participation": Budget(0.5),
    "steps": Budget(0.5),
    "noticed": Budget(0.5, per="promise"),
}
"""Every figure that counts people. What one person spends in a period is the sum, with 0.5 more for each promise."""


def available() -> None:
    """Import OpenDP and draw once. Raise NoiseUnavailable. Takes a fifth of a second the first time."""
    _drawn(1.0, [0])


async def noisy(figure: Figure, counts: Mapping[K, Sequence[int]]) -> dict[K, tuple[int, ...]]:
    """Return exact counts with the noise of this figure's budget, which may make them negative.

    Each person is in one of the keys at most, and in `bins` of its counts. Calling it twice for the same people spends
    the budget twice. Raise NoiseUnavailable.
    """
    flat = [count for row in counts.values() for count in row]
    drawn = iter(await asyncio.to_thread(_drawn, BUDGETS[figure].scale, flat))
    return {key: tuple(next(drawn) for _ in row) for key, row in counts.items()}


def _drawn(scale: float, counts: Sequence[int]) -> list[int]:
    """Blocks: OpenDP is loaded at the first publication, not at the start."""
    try:
        import opendp.prelude as dp  # noqa: PLC0415

        dp.enable_features("contrib")
        space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
        drawn: list[int] = dp.m.make_laplace(*space, scale=scale)(list(counts))
    except Exception as error:  # whatever it is: a figure without noise must not leave
        raise NoiseUnavailable(f"{type(error).__name__} in OpenDP: see requirements.txt") from error
    if len(drawn) != len(counts):
        raise NoiseUnavailable("OpenDP gave another number of counts than it got")
    return drawn
