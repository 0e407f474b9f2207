"""Changes, gaps and lines, from publications alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.company.memberships import COMPANY, Group, GroupKey
from services.gate import trends
from services.gate.publications import PULSE_PERIOD, PULSE_WEEK, Cell, Mean, Publication
from services.kit.calendar import WEEK

MONDAY = date(2026, 4, 20)
OWN = GroupKey("d1")
GROUP = Group(OWN, "Warehouse", None, (1,))


def mean(value: float, margin: float | None = 0.5, step: float = 0.5) -> Mean:
    return Mean(value, step, None if margin is None else value - margin, None if margin is None else value + margin)


def cell(value: float | None, group: Group | None = GROUP, margin: float | None = 0.5) -> Cell | None:
    if value is None:
        return None
    return Cell(group, {"stress": mean(value, margin)})


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


def test_the_trend_needs_three_weeks_of_each_four() -> None:
    values = [4.0, None, 4.0, 4.0, 6.0, 6.0, None, 6.0]
    history = [week(number, value) for number, value in enumerate(values)]
    assert trends.trend(history, OWN, "stress", MONDAY + 7 * WEEK) == 2.0
    assert trends.trend(history[1:], OWN, "stress", MONDAY + 7 * WEEK) is None
    assert trends.trend(history[:4], OWN, "stress", MONDAY + 3 * WEEK) is None


def test_a_week_in_which_nobody_was_asked_is_no_gap() -> None:
    """It stands in the line only where some answered all the same, and is none of the eight weeks of a trend."""
    values = [4.0, 4.0, 4.0, None, 4.0, 6.0, 6.0, None, 6.0, 6.0]
    history = [week(number, value) for number, value in enumerate(values)]
    off = {MONDAY + number * WEEK for number in (3, 4, 7)}
    assert [point.value for point in trends.line(history, OWN, "stress", unasked=off)] == [4.0] * 4 + [6.0] * 4
    assert trends.trend(history, OWN, "stress", MONDAY + 9 * WEEK, unasked=off) == 2.0
    holidays = [week(number, value) for number, value in enumerate([4.0] * 4 + [None] * 4 + [6.0] * 4)]
    off = {MONDAY + number * WEEK for number in range(4, 8)}
    assert trends.trend(holidays, OWN, "stress", MONDAY + 11 * WEEK, unasked=off) == 2.0
    assert trends.trend(holidays, OWN, "stress", MONDAY + 11 * WEEK) is None


def pooled(number: int, value: float) -> Publication:
    """The pulse of the `number`-th period."""
    shown = cell(value)
    assert shown is not None
    return Publication(PULSE_PERIOD, MONDAY + 4 * number * WEEK, 4, 7, None, (shown,), ())


def test_a_group_that_reports_once_has_its_mean_in_every_week_of_the_period() -> None:
    history = [week(number, None) for number in range(9)]
    found = trends.line(history, OWN, "stress", [pooled(0, 4.0), pooled(1, 6.0)])
    assert [point.value for point in found] == [4.0] * 4 + [6.0] * 4 + [None]
    assert trends.trend(history[:8], OWN, "stress", MONDAY + 7 * WEEK, [pooled(0, 4.0), pooled(1, 6.0)]) == 2.0


def test_editions_are_not_mixed() -> None:
    """Neither in a change nor in a trend; a line tells from when on."""
    old = [replace(week(number, 4.0), edition=1) for number in range(4)]
    new = [week(number, 6.0) for number in range(4, 8)]
    assert trends.change(new[0], old[0], OWN, "stress") is None
    assert trends.change(new[3], new[0], OWN, "stress") is not None
    assert trends.trend([*old, *new], OWN, "stress", MONDAY + 7 * WEEK) is None
    assert trends.mixes_editions([*old, *new]) == MONDAY + 4 * WEEK
    assert trends.mixes_editions(old) is trends.mixes_editions(new) is None
