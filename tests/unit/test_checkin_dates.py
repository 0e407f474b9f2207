"""When people are asked next: newcomers, days off, and periods that HR holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.kit.calendar import MONDAY_TO_FRIDAY, WEEK, Calendar, Rhythm
from services.kit.calendar.days_off import DaysOff
from services.kit.calendar.held import HeldPeriods, OnHold, hold_at, next_invitation

MOSCOW = ZoneInfo("Europe/Moscow")
CALENDAR = Calendar(MOSCOW, 4)
NEW_YEAR = CALENDAR.period_of(date(2027, 1, 4))  # from 28 December to 24 January; until the 10th everybody is off
LONG_AGO = date(2026, 1, 12)


def rhythm(joined_on: date = LONG_AGO, paused_until: date | None = None) -> Rhythm:
    """Of somebody who is written to on Tuesdays at ten."""
    off = DaysOff("RU")
    return Rhythm(
        MOSCOW, 1, time(10), MONDAY_TO_FRIDAY, time(20), time(9), paused_until, days_off=off, joined_on=joined_on
    )


def asked_on(theirs: Rhythm, held: Sequence[HeldPeriods] = ()) -> date | None:
    return next_invitation(CALENDAR, theirs, held, NEW_YEAR)


@pytest.mark.parametrize(
    ("joined_on", "day"),
    [
        (LONG_AGO, date(2027, 1, 12)),
        (date(2026, 12, 14), date(2027, 1, 12)),
        (date(2026, 12, 21), date(2027, 1, 13)),  # ten working days: eight before, two after
        (date(2026, 12, 24), date(2027, 1, 18)),
        (date(2027, 1, 5), date(2027, 2, 9)),  # the tenth is the period's last
    ],
)
def test_newcomers_are_told_the_day_after_two_working_weeks_also_over_holidays(joined_on: date, day: date) -> None:
    assert asked_on(rhythm(joined_on)) == day


def test_a_leave_over_the_whole_period_leads_to_the_next_one() -> None:
    assert asked_on(rhythm(paused_until=date(2027, 1, 25))) == date(2027, 2, 9)


def test_a_held_period_is_passed_over_and_one_without_an_end_has_no_date() -> None:
    first, second = NEW_YEAR.start, NEW_YEAR.end
    assert asked_on(rhythm(), [HeldPeriods(first, second)]) == date(2027, 2, 9)
    assert asked_on(rhythm(), [HeldPeriods(first, second), HeldPeriods(second, second + 4 * WEEK)]) == date(2027, 3, 9)
    assert asked_on(rhythm(), [HeldPeriods(first, None)]) is None
    assert asked_on(rhythm(), [HeldPeriods(first, second), HeldPeriods(second, None)]) is None
    assert asked_on(rhythm(), [HeldPeriods(second, None)]) == date(2027, 1, 12)


def test_a_hold_is_told_of_this_period_and_the_next_alone() -> None:
    held = [HeldPeriods(NEW_YEAR.end, None)]
    before, during = (datetime.combine(day, time(12), UTC) for day in (NEW_YEAR.start, NEW_YEAR.end))
    assert hold_at(CALENDAR, rhythm(), held, before - timedelta(days=7)) is None
    assert hold_at(CALENDAR, rhythm(), held, before) == OnHold(False, NEW_YEAR.end, None)
    assert hold_at(CALENDAR, rhythm(), held, during) == OnHold(True, NEW_YEAR.end, None)
