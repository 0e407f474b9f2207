"""What is said of what helped, over simulated companies: the short run of `python -m benchmarks.helped`."""

from __future__ import annotations

import pytest

from benchmarks.helped import EFFECTS, PICKED, Picked, measured
from services.summary.helped.verdict import Helped

HALF = EFFECTS["−0.5 SD"]


def test_what_helped_is_seen_and_what_did_not_is_not() -> None:
    assert measured("hardest", 0.0, groups=6, people=20, companies=12)[Helped.EASIER] <= 1 / 12
    assert measured("hardest", HALF, groups=6, people=20, companies=12)[Helped.EASIER] >= 0.6


@pytest.mark.soak
@pytest.mark.parametrize("picked", PICKED)
@pytest.mark.parametrize("groups", [4, 6, 10])
def test_false_and_found_over_many_companies(picked: Picked, groups: int) -> None:
    """The limits are 5 % and 60 %; with 600 companies a share of 5 % has a standard error of 0.9 points."""
    assert measured(picked, 0.0, groups=groups, people=20, companies=600)[Helped.EASIER] <= 0.05 + 2 * 0.009
    assert measured(picked, HALF, groups=groups, people=20, companies=600)[Helped.EASIER] >= 0.6
