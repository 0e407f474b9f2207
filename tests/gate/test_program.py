"""The third attacker, by linear programme: what all published means together leave of each person."""

from __future__ import annotations

from fractions import Fraction

import pytest

from benchmarks import gate_churn, gate_simulated
from services.gate.coarsening import HALF, Grid
from tests.gate.program import Sums, learn, widths

GRID = Grid.of(0.5, 10, 7)
FINE = Grid(Fraction(1, 1000), Fraction(1, 1000), Fraction(10), 1000)


def left_over(grid: Grid) -> float:
    """What is left of one newcomer among seven steady colleagues."""
    values, known = [4, 5, 6, 5, 4, 6, 5, 4], Sums()
    for people in (frozenset(range(7)), frozenset(range(8))):
        learn(known, grid, people, Fraction(sum(values[person] for person in people), len(people)))
    return widths(known, 10, [7])[7]


def test_one_newcomer_keeps_half_the_scale_on_the_grid() -> None:
    assert left_over(GRID) >= 5


def test_one_newcomer_is_known_without_it() -> None:
    assert left_over(FINE) < 0.1


def test_the_weeks_of_a_small_company_leave_most_people_half_the_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of fifteen six in ten answer in a week: each week is about another part of the same people."""
    (year,) = gate_churn.share_known(15, 0.6, "second", 1, is_joined=False, years=1)
    monkeypatch.setattr(gate_simulated, "NEARLY_ALL", HALF)
    (without,) = gate_churn.share_known(15, 0.6, "second", 1, is_joined=False, years=1)
    assert year.share < 0.05 < 0.1 < without.share


@pytest.mark.soak
@pytest.mark.parametrize("edition", ["first", "second"])
def test_a_year_of_churn_leaves_most_people_half_the_scale(edition: str) -> None:
    """Of thirty, one joins and one leaves in every period and everybody always answers: docs/gate.md has the table."""
    (year,) = gate_churn.share_known(30, 1.0, edition, 2, is_joined=True, years=1)
    assert year.share < 0.25
