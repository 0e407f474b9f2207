"""Every time zone there is, every day of two years: one moment for each local day, at a decent hour."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from services.kit.calendar import Rhythm, at_local

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(730)]
HOURS = (time(0, 30), time(2, 30), time(18))  # clocks change between midnight and three, somewhere
SHORTEST, LONGEST = timedelta(hours=20), timedelta(hours=28)


@pytest.mark.soak
def test_every_zone_has_one_decent_moment_for_every_day() -> None:
    cases = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for at in HOURS:
            moments = [at_local(day, at, zone) for day in DAYS]
            assert [moment.astimezone(zone).date() for moment in moments] == DAYS, name
            assert all(SHORTEST <= later - earlier <= LONGEST for earlier, later in pairwise(moments)), name
            rhythm = Rhythm(zone, 1, at, frozenset(range(7)), time(20), time(9), None)
            assert all(rhythm.may_write(rhythm.hour_on(day)) for day in DAYS), name
            cases += len(DAYS)
    assert cases > 1_000_000
