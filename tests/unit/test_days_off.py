"""Days off: public holidays with their moved days, the organisation's own, and who works on them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.house import ROOT
from services.kit.calendar import Rhythm
from services.kit.calendar.days_off import DaysOff, OwnDays, days_off, is_known, known_until

OFFICE = frozenset(range(5))


def rhythm(off: DaysOff, working_days: frozenset[int] = OFFICE, paused_until: date | None = None) -> Rhythm:
    return Rhythm(ZoneInfo("Europe/Moscow"), 1, time(10), working_days, time(20), time(9), paused_until, off)


@pytest.mark.parametrize(
    ("country", "day", "is_open"),
    [
        ("RU", date(2026, 12, 31), False),
        ("RU", date(2027, 2, 22), False),
        ("RU", date(2027, 11, 5), False),
        ("RU", date(2027, 2, 20), True),  # a Saturday on which Monday, the 22nd, is worked off
        ("RU", date(2027, 2, 27), False),
        ("RU", date(2026, 12, 30), True),
        ("", date(2026, 12, 31), True),
        ("KZ", date(2026, 12, 31), True),
        ("KZ", date(2026, 12, 16), False),
        ("DE", date(2026, 1, 6), True),
        ("DE-BY", date(2026, 1, 6), False),
        ("unknown", date(2026, 1, 1), True),  # under another version of the package
    ],
)
def test_public_holidays(country: str, day: date, is_open: bool) -> None:
    assert rhythm(DaysOff(country)).is_open_day(day) is is_open


def test_a_country_is_read_without_all_the_others() -> None:
    program = (
        "import sys; from services.kit.calendar.days_off import is_known; print(is_known('RU'), is_known('XX'));"
        "print(*sorted(name for name in sys.modules if name.startswith('holidays.countries.')))"
    )
    read = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert read.stdout.splitlines() == ["True False", "holidays.countries.russia"]


def test_a_moved_working_day_is_for_those_who_work_from_monday_to_friday() -> None:
    saturday = date(2027, 2, 20)
    assert not rhythm(DaysOff("RU"), frozenset({0, 2, 4})).is_open_day(saturday)
    assert rhythm(DaysOff("RU"), frozenset({5, 6})).is_open_day(saturday)


def test_own_days_win_over_public_holidays_and_working_days_over_days_off() -> None:
    closed = OwnDays(date(2026, 12, 28), date(2027, 1, 15), is_working=False)
    at_work = OwnDays(date(2027, 1, 7), date(2027, 1, 7), is_working=True)
    saturday = OwnDays(date(2026, 12, 26), date(2026, 12, 26), is_working=True)
    off = DaysOff("RU", (closed, at_work, saturday))
    open_days = [
        day for day in (date(2026, 12, 24) + timedelta(days=n) for n in range(30)) if rhythm(off).is_open_day(day)
    ]
    assert open_days == [date(2026, 12, day) for day in (24, 25, 26)] + [
        date(2027, 1, day) for day in (7, 18, 19, 20, 21, 22)
    ]


def test_a_pause_holds_on_working_days_too() -> None:
    saturday = OwnDays(date(2026, 12, 26), date(2026, 12, 26), is_working=True)
    assert not rhythm(DaysOff("", (saturday,)), paused_until=date(2026, 12, 27)).is_open_day(date(2026, 12, 26))


def test_two_columns_are_read() -> None:
    assert days_off("RU", "2026-12-28/2027-01-15/0,2026-12-26/2026-12-26/1") == DaysOff(
        "RU",
        (
            OwnDays(date(2026, 12, 28), date(2027, 1, 15), is_working=False),
            OwnDays(date(2026, 12, 26), date(2026, 12, 26), is_working=True),
        ),
    )
    assert days_off(None, None) == DaysOff()


def test_countries_and_until_when_they_are_known() -> None:
    assert [is_known(code) for code in ("RU", "DE-BY", "XX", "DE-XX", "Россия", "1country-1")] == [True] * 2 + [
        False
    ] * 4
    assert known_until("RU") >= 2027
    assert known_until("DE") > 2050
