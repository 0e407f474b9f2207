"""What coarsening promises, for any figures."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gate import coarsening, disclosure
from services.gate.coarsening import Grid
from services.gate.publications import Mean
from services.kit.quantiles import student
from tests.gate.world import CONTENT

STEPS = CONTENT.hr_actions.thresholds.steps
SCALES = [(STEPS.item_mean, 6), (STEPS.total, 120), (STEPS.pulse, 10)]
scales = st.sampled_from(SCALES)
thresholds = st.integers(5, 60)
few = settings(max_examples=30)  # each finds a rule that is left out within ten


@st.composite
def published(draw: st.DrawFn) -> tuple[Grid, list[int], int]:
    """A grid, and answers of k people or more."""
    step, top = draw(scales)
    k = draw(thresholds)
    answers = draw(st.lists(st.integers(0, top), min_size=k, max_size=k + 20))
    return Grid.of(step, top, k), answers, top


@few
@given(published())
def test_a_mean_is_on_its_grid_and_near(case: tuple[Grid, list[int], int]) -> None:
    grid, answers, top = case
    exact = Fraction(sum(answers), len(answers))
    value = grid.round(exact)
    assert value / grid.step == int(value / grid.step)
    assert grid.lowest <= value <= top - grid.lowest
    if grid.lowest <= exact <= top - grid.lowest:
        assert abs(value - exact) <= grid.step


@few
@given(scales, thresholds)
def test_no_combination_of_means_is_closer_than_half_the_scale(scale: tuple[float, int], k: int) -> None:
    """The best one known to be possible has the width step × (2k − 1)."""
    grid = Grid.of(*scale, k)
    assert grid.step * (2 * k - 1) >= Fraction(scale[1], 2)
    finer = grid.step - grid.fine
    assert finer == 0 or finer * (2 * k - 1) < Fraction(scale[1], 2)


@pytest.mark.parametrize("part", [coarsening.HALF, coarsening.NEARLY_ALL])
def test_the_ends_follow_from_a_published_mean_and_the_threshold(part: Fraction) -> None:
    """What a reader is told to be "this or less" is what nothing is published below."""
    for k in range(5, 30):
        grid = Grid.of(STEPS.pulse, 10, k, part)
        published = Mean(5.0, float(grid.step), None, None)
        lowest = float(grid.lowest)
        assert disclosure.ends(published, 10, k) == (lowest, 10 - lowest), k


@few
@given(scales, thresholds, st.sampled_from([coarsening.HALF, coarsening.NEARLY_ALL]))
def test_the_ends_leave_everybody_half_the_scale(scale: tuple[float, int], k: int, part: Fraction) -> None:
    grid = Grid.of(*scale, k, part)
    highest_sum = (grid.lowest + grid.fine / 2) * k
    assert highest_sum >= grid.top / 2


@pytest.mark.parametrize("scale", SCALES)
def test_two_thresholds_never_cut_each_others_cells(scale: tuple[float, int]) -> None:
    """A figure published on two grids is known to one cell of the coarser, and no better."""
    exact = [Fraction(scale[1]) * number / 401 for number in range(402)]
    grids = [Grid.of(*scale, k) for k in (5, 6, 7, 10, 20)]
    if scale[1] == 10:
        grids += [Grid.of(*scale, k, coarsening.NEARLY_ALL) for k in (5, 7, 9, 10)]
    rounded = [[grid.round(value) for value in exact] for grid in grids]
    for one, other in product(rounded, repeat=2):
        assert len(set(zip(one, other, strict=True))) == max(len(set(one)), len(set(other)))


@few
@given(published(), st.floats(0, 50))
def test_an_interval_says_nothing_of_the_mean_but_its_published_value(
    case: tuple[Grid, list[int], int], error: float
) -> None:
    grid, answers, _ = case
    exact = Fraction(sum(answers), len(answers))
    assert coarsening.interval(grid, exact, error) == coarsening.interval(grid, grid.round(exact), error)


@few
@given(published(), st.floats(0, 50))
def test_interval_ends_are_on_the_grid_and_outward(case: tuple[Grid, list[int], int], error: float) -> None:
    grid, answers, top = case
    exact = Fraction(sum(answers), len(answers))
    low, high = coarsening.interval(grid, exact, error)
    assert all(end / grid.step == int(end / grid.step) or end in (0, top) for end in (low, high))
    assert 0 <= low < high <= top
    value = grid.round(exact)
    nearly = Fraction(error) - Fraction(1, 10**6)
    assert low == 0 or low <= value - nearly
    assert high == top or high >= value + nearly


@few
@given(st.integers(1, 5000), st.data())
def test_shares_are_tenths_without_the_ends(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = coarsening.share(0.1, part, whole)
    assert round(found.value * 10) / 10 == found.value
    assert 0.1 <= found.value <= 0.9
    assert found.is_or_less == (part / whole < 0.15 or found.value == 0.1)
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(4, 2.776), (6, 2.447), (9, 2.262), (11, 2.201), (19, 2.093), (29, 2.045), (99, 1.984), (100_000, 1.960)],
)
def test_student(freedom: int, expected: float) -> None:
    assert student(freedom) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("people", "supposed"), [(9, 7), (14, 7), (15, 8), (40, 20), (41, 21)])
def test_half_are_supposed_to_have_answered(people: int, supposed: int) -> None:
    assert coarsening.supposed(people, 7) == supposed


def test_an_error_is_made_of_what_is_known_anyway() -> None:
    """12 of 24, 20 of 40 in the company, s 16: t(19) 2.093 × 16 / √12 × √(12 / 23) = 6.98."""
    assert coarsening.error_of_mean(16, 40, 24, 7) == pytest.approx(6.98, abs=0.01)
    assert coarsening.error_of_mean(16, 40, 9, 7) == pytest.approx(2.093 * 16 / math.sqrt(7) * 0.5, abs=0.01)


@pytest.mark.parametrize(
    ("people", "low", "high"), [(7, 7, 9), (9, 7, 9), (10, 10, 14), (19, 15, 19), (39, 30, 39), (40, 40, None)]
)
def test_bands(people: int, low: int, high: int | None) -> None:
    band = coarsening.band(7, CONTENT.hr_actions.thresholds.n_bands, people)
    assert (band.low, band.high) == (low, high)


def test_bands_above_a_high_threshold() -> None:
    bands = CONTENT.hr_actions.thresholds.n_bands
    assert [coarsening.band(12, bands, people).low for people in (12, 14, 15, 60)] == [12, 12, 15, 40]
    with pytest.raises(ValueError, match="empty"):
        coarsening.band(12, bands, 11)


def test_the_spread_is_on_a_grid_of_two_steps_and_never_nothing() -> None:
    grid = Grid.of(0.5, 10, 7)
    assert coarsening.spread(grid, 10, 50, 250) == 1.0
    answers = [0, 0, 0, 0, 0, 10, 10, 10, 10, 10]
    exact = math.sqrt(sum((answer - 5) ** 2 for answer in answers) / 9)
    assert exact == pytest.approx(5.27, abs=0.01)
    assert coarsening.spread(grid, 10, sum(answers), sum(answer**2 for answer in answers)) == 5.0
