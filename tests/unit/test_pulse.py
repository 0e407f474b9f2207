"""The rules of the own line, the trend and the two latest weeks, as content/pulse.yaml words them."""

from __future__ import annotations

from datetime import date

import pytest

from content import load_content
from services.kit.calendar import WEEK
from services.wellbeing.pulse import lowest_of_2, own_line, trend

PULSE = load_content().pulse
LAST = date(2026, 3, 2)


def series(*values: float | None) -> dict[date, float]:
    """Weeks, oldest first, the last one being LAST; None is a week without an answer."""
    return {LAST - back * WEEK: value for back, value in enumerate(reversed(values)) if value is not None}


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ((), None),
        ((40, 60), None),
        ((40, 60, 80), 60),
        ((100, 40, 60, 80, 20), 50),  # the latest four
        ((100, 40, None, 60, None, 80, 20), 50),  # answered weeks, wherever they stand; nothing is carried forward
    ],
)
def test_the_own_line(values: tuple[float | None, ...], mean: float | None) -> None:
    assert own_line(series(*values), PULSE.display) == mean


@pytest.mark.parametrize(
    ("values", "difference"),
    [
        ((20, 20, 20, 20, 42, 42, 42, 42), 22),
        ((20, 20, 20, None, 42, 42, 42, None), 22),  # three of four weeks are enough on each side
        ((20, 20, None, None, 42, 42, 42, 42), None),
        ((20, 20, 20, 20, 42, None, None, 42), None),
        ((99, 20, 20, 20, 20, 10, 10, 10, 10), -10),  # older weeks do not count
        ((42, 42, 42, 42), None),
    ],
)
def test_the_trend_goes_by_calendar_weeks(values: tuple[float | None, ...], difference: float | None) -> None:
    assert trend(series(*values), LAST, PULSE.trend) == difference


@pytest.mark.parametrize(
    ("values", "lowest"),
    [((), None), ((80,), None), ((80, 90), 80), ((90, 80), 80), ((20, 90, None, 80), None), ((20, 80, 90, None), 80)],
)
def test_the_two_latest_weeks_must_be_neighbours(values: tuple[float | None, ...], lowest: float | None) -> None:
    assert lowest_of_2(series(*values)) == lowest
