"""What is said of what helped, over simulated companies: the short run of `python -m benchmarks.helped`."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from benchmarks.helped import EFFECTS, PICKED, Picked, company, measured
from services.gate.publications import GroupFigures
from services.summary.helped.verdict import Helped, judge

HALF = EFFECTS["−0.5 SD"]


def test_what_helped_is_seen_and_what_did_not_is_not() -> None:
    assert measured("hardest", 0.0, groups=6, people=20, companies=6)[Helped.EASIER] <= 1 / 6
    assert measured("hardest", HALF, groups=6, people=20, companies=6)[Helped.EASIER] >= 0.6


def test_a_name_and_a_week_off_change_nothing_and_other_departments_everything() -> None:
    key, before, after = company(Random(1), 6, 20, "any", 2 * HALF)
    assert judge(key, before, after) == Helped.EASIER
    renamed = [replace(one, groups=tuple(map(_renamed, one.groups))) for one in after]
    assert judge(key, before, renamed) == Helped.EASIER
    off = replace(after[-1], company=None, groups=(), spreads={})
    assert judge(key, before, [*after[:-1], off]) == Helped.EASIER
    assert judge(key, before, [*after[:5], off, off, off]) == Helped.EARLY, "five of eight weeks are too few"
    merged = [replace(one, groups=tuple(map(_merged, one.groups))) for one in after]
    assert judge(key, before, merged) == Helped.EARLY


def test_nothing_is_said_of_a_group_alone_and_of_one_that_became_harder() -> None:
    assert judge(*company(Random(1), 2, 20, "any", 2 * HALF)) == Helped.EARLY, "one other group is too few"
    assert judge(*company(Random(1), 6, 20, "any", -2 * HALF)) == Helped.EARLY, "no promise is meant for that"


def _renamed(cell: GroupFigures) -> GroupFigures:
    return replace(cell, group=cell.group and replace(cell.group, name="Иначе"))


def _merged(cell: GroupFigures) -> GroupFigures:
    return replace(cell, group=cell.group and replace(cell.group, departments=(*cell.group.departments, 99)))


@pytest.mark.soak
@pytest.mark.parametrize("picked", PICKED)
@pytest.mark.parametrize("groups", [4, 6, 10])
def test_false_and_found_over_many_companies(picked: Picked, groups: int) -> None:
    """The limits are 5 % and 60 %; with 200 companies a share of 5 % has a standard error of 1.5 points."""
    assert measured(picked, 0.0, groups=groups, people=20, companies=200)[Helped.EASIER] <= 0.05 + 2 * 0.015
    assert measured(picked, HALF, groups=groups, people=20, companies=200)[Helped.EASIER] >= 0.6
