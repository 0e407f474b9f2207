"""Every time zone there is, every day of two years: one moment for each local day, at a decent hour, on no day off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from holidays import country_holidays

from services.kit.calendar import DAY, WEEK, Calendar, Rhythm, at_local
from services.kit.calendar.days_off import DaysOff

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(730)]
HOURS = (time(0, 30), time(2, 30), time(18))  # clocks change between midnight and three, somewhere
SHORTEST, LONGEST = timedelta(hours=20), timedelta(hours=28)
COUNTRIES = ("RU", "KZ", "BY", "AM", "DE-BY", "FR", "GB", "US", "JP", "IL")
ZONES = sorted(available_timezones())
SOME_ZONES = ("Europe/Moscow", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns", "Africa/Cairo", "Asia/Kathmandu")
OFFICE = Calendar(ZoneInfo("Europe/Moscow"), 8)
OFFICE_DAYS = frozenset(range(5))


@pytest.mark.soak
def test_every_zone_has_one_decent_moment_for_every_day() -> None:
    cases = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for at in HOURS:
            moments = [at_local(day, at, zone) for day in DAYS]
            assert [moment.astimezone(zone).date() for moment in moments] == DAYS, name
            assert all(SHORTEST <= later - earlier <= LONGEST for earlier, later in pairwise(moments)), name
            rhythm = Rhythm(zone, 1, at, frozenset(range(7)), time(20), time(9), None)
            assert all(rhythm.may_write(rhythm.hour_on(day)) for day in DAYS), name
            cases += len(DAYS)
    assert cases > 1_000_000


def test_nothing_is_planned_on_days_off_in_some_zones() -> None:
    """A short run; `make soak` goes through every zone."""
    assert _sweep(COUNTRIES, SOME_ZONES, weekdays=(1, 4)) > 10_000


@pytest.mark.soak
@pytest.mark.parametrize("country", COUNTRIES)
def test_nothing_is_planned_on_days_off_in_every_zone(country: str) -> None:
    assert _sweep([country], ZONES, weekdays=(1,)) > 50_000


def _sweep(countries: Iterable[str], zones: Iterable[str], weekdays: Iterable[int]) -> int:
    """Return how many moments were looked at: invitations, pulses, reminders, and what is moved from any hour."""
    cases = 0
    for country in countries:
        code, _, part = country.partition("-")
        public = country_holidays(code, subdiv=part or None, years=range(2026, 2029))
        off = frozenset(public) - frozenset(public.weekend_workdays)
        worked = frozenset(public.weekend_workdays)
        for number, name in enumerate(zones):
            for weekday in weekdays:
                pause = None if number % 3 else FIRST + timedelta(days=97 + number % 200)
                rhythm = Rhythm(
                    ZoneInfo(name), weekday, time(10), OFFICE_DAYS, time(20), time(9), pause, DaysOff(country)
                )
                moments = list(_planned(rhythm))
                for moment in moments:
                    local = moment.astimezone(rhythm.zone)
                    where = (country, name, local)
                    assert time(9) <= local.time() < time(20), where
                    assert local.date() not in off, where
                    assert local.weekday() in OFFICE_DAYS or local.date() in worked, where
                    assert pause is None or local.date() >= pause, where
                cases += len(moments)
    return cases


def _planned(rhythm: Rhythm) -> Iterable[datetime]:
    """What two years bring to one person: every invitation within its period, pulses of weeks that are asked about."""
    period = OFFICE.period_of(DAYS[0])
    while period.end <= DAYS[-1]:
        closes_at = OFFICE.closes_at(period)
        slot = rhythm.invitation_at(period, closes_at)
        is_paused = rhythm.paused_until is not None and rhythm.paused_until > period.invitation_week - WEEK
        if not is_paused:
            assert OFFICE.closes_at(period) - period.weeks * WEEK - DAY <= slot < closes_at, (rhythm, period)
        if slot < closes_at:
            yield slot
            yield rhythm.suitable(rhythm.date_of(slot) + timedelta(days=3))
        period = period.next()
    for day in DAYS[:-7:7]:
        monday = day - timedelta(days=day.weekday())
        closes_at = OFFICE.week_closes_at(monday)
        if rhythm.is_asked_in(monday):
            slot = rhythm.pulse_at(monday, closes_at, 3, time(15))
            assert slot < closes_at, (rhythm, monday)
            yield slot
        missed = at_local(day, time(3), rhythm.zone)
        yield rhythm.suitable_after(missed)
        yield rhythm.handed_in(missed, time(9))
        yield rhythm.opens_at(missed)
