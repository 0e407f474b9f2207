"""Shares of people, from noisy counts alone: who is drawn with whom, and from which size a share is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.company.memberships import COMPANY
from services.gate import coarsening, noise
from services.gate.hiding import NOWHERE
from services.gate.noise import BUDGETS, Figure
from services.gate.publications import Share

Drawn = Mapping[str, tuple[int, ...]]
"""Noisy counts by part: the key of a group, or NOWHERE for everybody who is in no part of their own."""


async def draw(figure: Figure, counts: Mapping[str, Sequence[int]], people: Mapping[str, int]) -> Drawn:
    """Return the noisy counts of a company, drawn once for each part, so that a person is in one of them.

    `counts`: exact ones by group; `people`: how many count in each. A group that is too small for this figure is drawn
    together with the others that are, and with whoever is in no department. Raises noise.NoiseUnavailable.
    """
    smallest = BUDGETS[figure].smallest()
    exact: dict[str, list[int]] = {}
    for key, row in counts.items():
        part = key if people[key] >= smallest else NOWHERE
        exact[part] = [sum(pair) for pair in zip(exact.get(part, [0] * len(row)), row, strict=True)]
    return await noise.noisy(figure, exact)


def bins(drawn: Drawn, key: str) -> tuple[int, ...] | None:
    """Return the noisy counts of a group, or of the company (the sum of all parts); None where it is no part."""
    if key != COMPANY:
        return drawn.get(key)
    return tuple(sum(column) for column in zip(*drawn.values(), strict=True)) if drawn else None


def of_bins(figure: Figure, step: float, drawn: Drawn, key: str) -> list[Share] | None:
    """Return the share of each bin in their sum; None where the sum is smaller than the noise allows."""
    found = bins(drawn, key)
    if found is None:
        return None
    counts = [max(0, count) for count in found]
    if sum(counts) < BUDGETS[figure].smallest(_parts(drawn, key)):
        return None
    return [coarsening.share(step, count, sum(counts)) for count in counts]


def of_people(figure: Figure, step: float, drawn: Drawn, key: str, people: int) -> list[Share] | None:
    """Return the share of each bin in a number of people that is known; None where those are too few."""
    found = bins(drawn, key)
    if found is None or people < BUDGETS[figure].smallest(_parts(drawn, key)):
        return None
    return [coarsening.share(step, min(max(0, count), people), people) for count in found]


def _parts(drawn: Drawn, key: str) -> int:
    return len(drawn) if key == COMPANY else 1
