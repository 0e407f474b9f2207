"""The noise of counts: its budget, and that neighbouring companies look alike, measured over many draws."""

from __future__ import annotations

import asyncio
import math
import sys
from collections import Counter

import pytest

from benchmarks.gate_noise import FIGURES, ratios
from services.gate import noise
from services.gate.noise import BUDGETS, Figure, NoiseUnavailable, noisy

DRAWS = 1_200


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


async def proved(figure: Figure, draws: int) -> float:
    """What the odds on one person change by at least, as a logarithm, but for chance."""
    return max(ratio.proved for ratio in await ratios(figure, draws))


@pytest.mark.parametrize("figure", FIGURES)
async def test_neighbours_are_within_the_budget(figure: Figure) -> None:
    assert await proved(figure, DRAWS) <= BUDGETS[figure].epsilon


@pytest.mark.parametrize("figure", FIGURES)
async def test_a_third_of_the_noise_would_be_seen(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would prove nothing."""
    drawn = noise._drawn
    monkeypatch.setattr(noise, "_drawn", lambda scale, counts: drawn(scale / 3, counts))
    assert await proved(figure, DRAWS) > BUDGETS[figure].epsilon


@pytest.mark.soak
@pytest.mark.parametrize("figure", FIGURES)
async def test_neighbours_are_within_the_budget_over_many_draws(figure: Figure) -> None:
    assert await proved(figure, 100_000) <= BUDGETS[figure].epsilon


async def test_the_noise_is_discrete_laplace() -> None:
    """P(x) = (1 − a) / (1 + a) × a^|x| with a = e^(−1/scale)."""
    draws = 5_000
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
