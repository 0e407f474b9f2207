"""Hiding, for any company."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.gate.hiding import NOWHERE, Tally, complement, least_people, too_small


@st.composite
def companies(draw: st.DrawFn) -> tuple[dict[str, Tally], int]:
    """Groups of any size, some of them empty or silent, and people without a department."""
    k = draw(st.integers(5, 12))
    keys = [NOWHERE, *(f"d{number}" for number in range(draw(st.integers(0, 8))))]
    tallies = {}
    for key in keys:
        people = draw(st.integers(0, 25))
        tallies[key] = Tally(people, draw(st.integers(0, people)), {"x": Fraction(0)})
    return tallies, k


def hide(tallies: dict[str, Tally], k: int) -> set[str]:
    return complement(tallies, too_small(tallies, k) | {NOWHERE}, k)


@given(companies())
def test_shown_groups_and_what_is_left_hold_nobody_or_k(company: tuple[dict[str, Tally], int]) -> None:
    """Of those who answered and of those who did not: every union and difference of published sets."""
    tallies, k = company
    hidden = hide(tallies, k)
    shown = [tallies[key] for key in tallies.keys() - hidden]
    assert all(tally.answered >= k and tally.people >= least_people(k) for tally in shown)
    rest = [tallies[key] for key in hidden]
    people, answered = sum(tally.people for tally in rest), sum(tally.answered for tally in rest)
    assert people == 0 or (answered >= k and people >= least_people(k)) or not shown
    for number in range(len(shown) + 1):
        for taken in combinations(shown, number):
            left = sum(tally.answered for tally in tallies.values()) - sum(tally.answered for tally in taken)
            assert left == 0 or left >= k or not shown


@given(companies())
def test_at_most_one_more_group_is_hidden_and_only_when_needed(company: tuple[dict[str, Tally], int]) -> None:
    tallies, k = company
    small = too_small(tallies, k) | {NOWHERE}
    more = hide(tallies, k) - small
    assert len(more) <= 1
    if more:
        answered, people = (sum(getattr(tallies[key], name) for key in small) for name in ("answered", "people"))
        assert answered < k or people < least_people(k)
        size = tallies[next(iter(more))].people
        assert all(tallies[key].people >= size for key in tallies.keys() - small)
