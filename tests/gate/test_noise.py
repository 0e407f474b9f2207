"""The noise of counts: its budget, and that neighbouring companies look alike, measured over many draws."""

from __future__ import annotations

import asyncio
import math
import sys
from collections import Counter
from collections.abc import Sequence

import pytest

from services.gate import noise
from services.gate.noise import BUDGETS, Figure, NoiseUnavailable, noisy

FIGURES: Sequence[Figure] = ("levels", "causes", "participation", "steps", "noticed")
NEIGHBOURS: dict[Figure, tuple[list[int], list[int]]] = {
    "levels": ([3, 4, 4], [3, 4, 3]),
    "causes": ([5, 2, 7], [4, 1, 7]),
    "participation": ([8], [7]),
    "steps": ([4, 6], [4, 5]),
    "noticed": ([6, 3], [5, 3]),
}
"""The exact counts with and without one person."""
DRAWS = 3_000
ERRORS = 4.5  # of some sixty ratios in a run, one is further off by chance once in thousands of runs


def test_the_budget_of_a_period_is_the_sum_of_one_table() -> None:
    """The figures that docs/gate.md tells."""
    assert {name: budget.epsilon for name, budget in BUDGETS.items()} == {
        "levels": 1,
        "causes": 2,
        "participation": 0.5,
        "steps": 0.5,
        "noticed": 0.5,
    }
    assert sum(budget.epsilon for budget in BUDGETS.values() if budget.per == "period") == 4
    assert [name for name, budget in BUDGETS.items() if budget.per == "promise"] == ["noticed"]


def test_the_noise_is_a_tenth_of_the_smallest_group() -> None:
    assert {name: budget.smallest() for name, budget in BUDGETS.items()} == {
        "levels": 15,
        "causes": 15,
        "participation": 29,
        "steps": 29,
        "noticed": 29,
    }
    for budget in BUDGETS.values():
        for parts in (1, 2, 10):
            deviation = budget.scale * math.sqrt(2 * parts)
            assert deviation <= budget.smallest(parts) / 10 < deviation + 0.1


async def ratios(figure: Figure, draws: int) -> tuple[float, float]:
    """The largest logarithm of a ratio of frequencies between neighbours, less ERRORS of its standard errors, and ε.

    Every single count is compared, then the sum of all counts, each where both have been drawn often.
    """
    seen: list[Counter[tuple[int, int]]] = []
    for counts in NEIGHBOURS[figure]:
        table = await noisy(figure, dict.fromkeys(range(draws), counts))
        found: Counter[tuple[int, int]] = Counter()
        for row in table.values():
            found.update([*enumerate(row), (len(row), sum(row))])
        seen.append(found)
    worst = 0.0
    for outcome in seen[0].keys() & seen[1].keys():
        one, other = seen[0][outcome], seen[1][outcome]
        if min(one, other) >= 100:
            worst = max(worst, abs(math.log(one / other)) - ERRORS * math.sqrt(1 / one + 1 / other))
    return worst, BUDGETS[figure].epsilon


@pytest.mark.parametrize("figure", FIGURES)
async def test_neighbours_are_within_the_budget(figure: Figure) -> None:
    observed, epsilon = await ratios(figure, DRAWS)
    assert observed <= epsilon


@pytest.mark.parametrize("figure", FIGURES)
async def test_a_third_of_the_noise_would_be_seen(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would prove nothing."""
    drawn = noise._drawn
    monkeypatch.setattr(noise, "_drawn", lambda scale, counts: drawn(scale / 3, counts))
    observed, epsilon = await ratios(figure, DRAWS)
    assert observed > epsilon


@pytest.mark.soak
@pytest.mark.parametrize("figure", FIGURES)
async def test_neighbours_are_within_the_budget_over_many_draws(figure: Figure) -> None:
    observed, epsilon = await ratios(figure, 100_000)
    assert observed <= epsilon


async def test_the_noise_is_discrete_laplace() -> None:
    """P(x) = (1 − a) / (1 + a) × a^|x| with a = e^(−1/scale)."""
    draws = 10_000
    found = Counter(row[0] for row in (await noisy("levels", dict.fromkeys(range(draws), (0,)))).values())
    a = math.exp(-1)
    for value in range(-4, 5):
        expected = (1 - a) / (1 + a) * a ** abs(value)
        assert found[value] / draws == pytest.approx(expected, abs=4 * math.sqrt(expected / draws))


async def test_every_count_of_every_key_has_noise_of_its_own() -> None:
    found = await noisy("levels", {"d1": (100, 200, 300), "d2": (0, 0)})
    assert {key: len(row) for key, row in found.items()} == {"d1": 3, "d2": 2}
    again = await noisy("levels", dict.fromkeys(range(200), (50,)))
    assert len({row[0] for row in again.values()}) > 3
    assert await noisy("levels", {}) == {}


async def test_without_the_library_there_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(NoiseUnavailable, match="OpenDP"):
        await noisy("levels", {"d1": (1, 2, 3)})
    with pytest.raises(NoiseUnavailable):
        noise.available()


async def test_the_loop_goes_on_while_noise_is_drawn() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await noisy("levels", dict.fromkeys(range(10_000), (0,)))
    ticking.cancel()
    assert ticks > 10
