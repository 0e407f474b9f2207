"""Changes, gaps and lines, from publications alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.company.memberships import COMPANY, Group, GroupKey
from services.gate import trends
from services.gate.publications import PULSE_PERIOD, PULSE_WEEK, GroupFigures, Mean, Publication
from services.kit.calendar import WEEK

MONDAY = date(2026, 4, 20)
OWN = GroupKey("d1")
GROUP = Group(OWN, "Warehouse", None, (1,))


def mean(value: float, margin: float | None = 0.5, step: float = 0.5) -> Mean:
    return Mean(value, step, None if margin is None else value - margin, None if margin is None else value + margin)


def cell(value: float | None, group: Group | None = GROUP, margin: float | None = 0.5) -> GroupFigures | None:
    if value is None:
        return None
    return GroupFigures(group, {"stress": mean(value, margin)})


def week(number: int, value: float | None, company: float = 5.0, group: Group = GROUP) -> Publication:
    """The publication about the `number`-th week; without a value the group is hidden."""
    shown = cell(value, group)
    return Publication(
        PULSE_WEEK,
        MONDAY + number * WEEK,
        1,
        7,
        cell(company, None),
        () if shown is None else (shown,),
        () if shown else (group,),
    )


@pytest.mark.parametrize(
    ("then", "now", "margin", "is_clear"),
    [
        (6.0, 7.0, 0.5, True),  # 1.0 is two steps and more than √(0.5² + 0.5²) = 0.71
        (7.0, 6.0, 0.5, True),
        (6.0, 6.5, 0.0, False),  # one step
        (6.0, 7.0, 1.0, False),  # 1.41
        (6.0, 7.5, 1.0, True),
        (6.0, 6.0, 0.5, False),
    ],
)
def test_a_change_is_clear_beyond_two_steps_and_chance(then: float, now: float, margin: float, is_clear: bool) -> None:
    change = trends.compare(mean(now, margin), mean(then, margin))
    assert change is not None
    assert (change.difference, change.is_clear) == (now - then, is_clear)


def test_the_coarser_of_two_grids_counts() -> None:
    change = trends.compare(mean(7.0, 0.5, 1.0), mean(6.0, 0.5, 0.5))
    assert change is not None
    assert not change.is_clear


def test_without_an_interval_there_is_no_change() -> None:
    assert trends.compare(mean(7.0, None), mean(5.0)) is None
    assert trends.compare(mean(7.0), mean(5.0, None)) is None


def test_an_end_that_the_scale_cut_off_does_not_narrow_the_interval() -> None:
    assert Mean(0.5, 0.5, 0.0, 2.0).margin == 1.5
    assert Mean(9.5, 0.5, 8.0, 10.0).margin == 1.5


def test_a_group_is_compared_with_the_same_departments_only() -> None:
    other = Group(OWN, "Warehouse", None, (1, 2))
    assert trends.change(week(4, 7.0), week(0, 5.0), OWN, "stress") is not None
    assert trends.change(week(4, 7.0), week(0, 5.0, group=other), OWN, "stress") is None
    assert trends.change(week(4, 7.0), week(0, None), OWN, "stress") is None
    assert trends.change(week(4, None), week(0, 5.0), OWN, "stress") is None
    assert trends.change(week(4, 7.0), None, OWN, "stress") is None


def test_the_gap_to_the_company() -> None:
    gap = trends.gap(week(0, 7.0, company=5.0), OWN, "stress")
    assert gap is not None
    assert (gap.difference, gap.is_clear) == (2.0, True)
    assert trends.gap(week(0, 7.0), COMPANY, "stress") is None
    assert trends.gap(week(0, None), OWN, "stress") is None


def test_a_line_has_gaps_where_weeks_are_hidden_or_missing() -> None:
    history = [week(0, 5.0), week(1, None), week(3, 6.0)]
    assert [point.value for point in trends.line(history, OWN, "stress")] == [5.0, None, None, 6.0]
    assert [point.slot for point in trends.line(history, OWN, "stress")] == [MONDAY + n * WEEK for n in range(4)]
    assert trends.line([], OWN, "stress") == []


def shifted(history: list[Publication], pooled: Sequence[Publication] = ()) -> tuple[float, float | None, bool | None]:
    """The figure now and before, and whether that is a clear change."""
    found = trends.shift(history, OWN, "stress", pooled)
    assert found is not None
    then = None if found.then is None else found.then.value
    return found.now.value, then, None if found.change is None else found.change.is_clear


def test_a_shift_needs_three_weeks_of_each_four() -> None:
    values = [4.0, None, 4.0, 4.0, 6.0, 6.0, None, 6.0]
    history = [week(number, value) for number, value in enumerate(values)]
    assert shifted(history) == (6.0, 4.0, True)
    assert shifted(history[1:]) == (6.0, None, None)
    assert shifted(history[:4]) == (4.0, None, None)
    assert trends.shift(history[:7], OWN, "stress") is None, "hidden in the last week"
    assert trends.shift([], OWN, "stress") is None


@pytest.mark.parametrize(
    ("values", "margin", "expected"),
    [
        ([5.0] * 4 + [6.0] * 4, 0.5, (6.0, 5.0, True)),
        ([5.0] * 4 + [6.0] * 4, 1.0, (6.0, 5.0, False)),  # 1.41: four weeks of the same people are no four samples
        ([5.0] * 4 + [6.0] * 3 + [5.5], 0.0, (6.0, 5.0, False)),  # 0.875, though the grid has it as 1.0
        ([5.0] * 3 + [4.5] + [6.0] * 4, 0.0, (6.0, 5.0, True)),
        ([6.0] * 4 + [5.0] * 4, 0.5, (5.0, 6.0, True)),
    ],
)
def test_four_weeks_are_compared_with_the_four_before(
    values: list[float], margin: float, expected: tuple[float, float, bool]
) -> None:
    history = [
        replace(one, groups=(shown,))
        for one, value in zip([week(number, 5.0) for number in range(8)], values, strict=True)
        if (shown := cell(value, margin=margin)) is not None
    ]
    assert shifted(history) == expected


@given(st.lists(st.integers(0, 20).map(lambda half: half / 2), min_size=8, max_size=8), st.floats(0, 3))
def test_what_is_clear_is_seen_to_be_two_steps_apart(values: list[float], margin: float) -> None:
    history = [
        replace(week(number, value), groups=(shown,))
        for number, value in enumerate(values)
        if (shown := cell(value, margin=margin)) is not None
    ]
    now, then, is_clear = shifted(history)
    assert then is not None
    assert not is_clear or abs(now - then) >= 1.0
    assert now * 2 == int(now * 2), "on the grid"


def test_weeks_that_are_high_are_counted_back_to_the_first_that_was_not() -> None:
    history = [week(number, value) for number, value in enumerate([8.0, 6.5, 7.0, None, 7.5, 8.0])]
    assert trends.weeks_high(history, OWN, "stress", 7.0) == 3, "a hidden week is passed over"
    assert trends.weeks_high(history[:2], OWN, "stress", 7.0) == 0
    assert trends.weeks_high(history[:4], OWN, "stress", 7.0) == 0, "hidden now"
    two_hidden = [week(number, value) for number, value in enumerate([8.0, None, None, 8.0])]
    assert trends.weeks_high(two_hidden, OWN, "stress", 7.0) == 1
    assert trends.weeks_high([pooled(0, 8.0), pooled(1, 7.0)], OWN, "stress", 7.0) == 8
    assert trends.weeks_high([], OWN, "stress", 7.0) == 0


def nobody(publication: Publication) -> Publication:
    """The same week without figures of anybody."""
    return replace(publication, company=None)


def test_a_week_in_which_nobody_was_asked_is_no_gap() -> None:
    """It stands in the line only where some answered all the same, and is none of the eight weeks of a trend."""
    values = [4.0, 4.0, 4.0, None, 4.0, 6.0, 6.0, None, 6.0, 6.0]
    history = [week(number, value) for number, value in enumerate(values)]
    off = {MONDAY + number * WEEK for number in (3, 4, 7)}
    assert [point.value for point in trends.line(history, OWN, "stress", unasked=off)] == [4.0] * 4 + [6.0] * 4
    assert shifted([nobody(one) if one.slot in off and one.cell(OWN) is None else one for one in history])[2]
    holidays = [week(number, value) for number, value in enumerate([4.0] * 4 + [None] * 4 + [6.0] * 4)]
    assert shifted([nobody(one) if one.cell(OWN) is None else one for one in holidays]) == (6.0, 4.0, True)
    assert shifted(holidays) == (6.0, None, None), "hidden while others had figures"


def pooled(number: int, value: float) -> Publication:
    """The pulse of the `number`-th period."""
    shown = cell(value)
    assert shown is not None
    return Publication(PULSE_PERIOD, MONDAY + 4 * number * WEEK, 4, 7, None, (shown,), ())


def test_a_group_that_reports_once_has_its_mean_in_every_week_of_the_period() -> None:
    history = [week(number, None) for number in range(9)]
    found = trends.line(history, OWN, "stress", [pooled(0, 4.0), pooled(1, 6.0)])
    assert [point.value for point in found] == [4.0] * 4 + [6.0] * 4 + [None]
    once = replace(week(7, None), hidden=(), pooled=(GROUP,))
    assert shifted([once], [pooled(0, 4.0), pooled(1, 6.0)]) == (6.0, 4.0, True)
    assert shifted([once], [pooled(1, 6.0)]) == (6.0, None, None)
    assert trends.shift([once], OWN, "stress") is None


def test_editions_are_not_mixed() -> None:
    """Neither in a change nor in a shift; a line tells from when on."""
    old = [replace(week(number, 4.0), edition=1) for number in range(4)]
    new = [week(number, 6.0) for number in range(4, 8)]
    assert trends.change(new[0], old[0], OWN, "stress") is None
    assert trends.change(new[3], new[0], OWN, "stress") is not None
    assert shifted([*old, *new]) == (6.0, None, None)
    assert trends.mixes_editions([*old, *new]) == MONDAY + 4 * WEEK
    assert trends.mixes_editions(old) is trends.mixes_editions(new) is None
