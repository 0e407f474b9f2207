"""Laws of the calendar: weeks and periods of the organisation, hours of a person, in any zone and any year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.calendar import DAY, MISSED_AFTER, WEEK, Calendar, Rhythm, at_local, monday_of

TRICKY = (
    "Europe/Moscow", "Asia/Novosibirsk", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut",
    "America/Santiago", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Etc/GMT+12", "Africa/Casablanca", "America/Havana",
)  # fmt: skip
zones = st.sampled_from(TRICKY).map(ZoneInfo)
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
hours = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))
moments = st.integers(1, 12 * 365 * 86400).map(lambda seconds: datetime(2024, 1, 2, tzinfo=UTC) + timedelta(0, seconds))
calendars = st.builds(Calendar, zones, st.sampled_from((4, 8, 12)))
rhythms = st.builds(
    Rhythm,
    zone=zones,
    weekday=st.integers(0, 6),
    at=hours,
    working_days=st.frozensets(st.integers(0, 6), min_size=1),
    quiet_from=st.builds(time, st.integers(18, 23)),
    quiet_until=st.builds(time, st.integers(5, 12)),
    paused_until=st.none() | days,
)


@given(zones, days, hours)
def test_every_local_day_has_its_moment_once(zone: ZoneInfo, day: date, at: time) -> None:
    """Also on the day on which the clocks change, and where midnight is left out."""
    moment, next_moment = at_local(day, at, zone), at_local(day + DAY, at, zone)
    assert moment.tzinfo is UTC
    assert moment.astimezone(zone).date() == day
    assert timedelta(hours=20) <= next_moment - moment <= timedelta(hours=28)


def test_the_moment_is_the_wall_clocks_one() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert at_local(date(2026, 3, 29), time(2, 30), berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert at_local(date(2026, 10, 25), time(2, 30), berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert at_local(date(2026, 3, 10), time(10), ZoneInfo("Europe/Moscow")) == datetime(2026, 3, 10, 7, tzinfo=UTC)


def test_the_zones_are_real() -> None:
    assert set(TRICKY) <= available_timezones()


@given(calendars, moments)
def test_each_moment_lies_in_exactly_one_period(calendar: Calendar, now: datetime) -> None:
    period = calendar.period_at(now)
    assert period.start <= calendar.today(now) <= period.last_day
    assert (period.start.weekday(), period.end - period.start) == (0, calendar.period_weeks * WEEK)
    assert calendar.closes_at(period) > now
    assert calendar.period_of(period.last_day) == period
    assert calendar.period_at(calendar.closes_at(period)) == period.next()
    assert calendar.period_at(calendar.closes_at(period) - timedelta(seconds=1)) == period
    assert period.start < period.invitation_week < period.last_day
    assert period.end - period.invitation_week == 2 * WEEK


@pytest.mark.parametrize(("weeks", "start"), [(4, date(2026, 2, 23)), (8, date(2026, 2, 23)), (12, date(2026, 1, 26))])
def test_periods_are_counted_from_the_first_monday_of_2024(weeks: int, start: date) -> None:
    calendar = Calendar(ZoneInfo("Europe/Moscow"), weeks)
    assert calendar.period_of(date(2026, 3, 4)).start == start
    assert (start - date(2024, 1, 1)).days % (7 * weeks) == 0


@given(rhythms, days)
def test_a_persons_hour_is_never_quiet_and_on_an_open_day(rhythm: Rhythm, day: date) -> None:
    moment = rhythm.suitable(day)
    local = moment.astimezone(rhythm.zone)
    assert local.date() >= day
    if rhythm.is_open_day(local.date()):
        assert rhythm.may_write(moment)
        skipped = [day + timedelta(days=number) for number in range((local.date() - day).days)]
        assert not any(rhythm.is_open_day(earlier) for earlier in skipped)
    else:
        assert rhythm.paused_until is not None, "only a leave of more than a year leaves no day open"


@given(rhythms, moments)
def test_what_was_missed_comes_at_the_next_suitable_hour(rhythm: Rhythm, now: datetime) -> None:
    moment = rhythm.suitable_after(now)
    assert moment > now
    if rhythm.paused_until is None:
        assert rhythm.may_write(moment)
        assert moment - now <= timedelta(days=8) + MISSED_AFTER


@given(rhythms, days)
def test_nobody_is_a_newcomer_after_two_working_weeks(rhythm: Rhythm, joined: date) -> None:
    rhythm = rhythm.without_leave()
    settled_on = rhythm.settled_on(joined)
    assert rhythm.is_open_day(settled_on)
    assert rhythm.open_days(joined, settled_on) == 2 * len(rhythm.working_days)
    assert timedelta(weeks=2) <= settled_on - joined <= timedelta(weeks=3)
    last = rhythm.last_settled(joined)
    assert rhythm.settled_on(last) <= joined < rhythm.settled_on(last + DAY)


@given(rhythms, calendars, moments)
def test_invitations_of_two_periods_are_a_period_apart(rhythm: Rhythm, calendar: Calendar, now: datetime) -> None:
    period = calendar.period_at(now)
    slot, following = (rhythm.invitation_at(period, calendar.closes_at(period)) for period in (period, period.next()))
    assert slot <= following
    if rhythm.paused_until is None:
        local, following_local = (moment.astimezone(rhythm.zone) for moment in (slot, following))
        assert following_local.date() - local.date() == calendar.period_weeks * WEEK
        assert local.date() - period.invitation_week <= timedelta(days=12)
        if rhythm.weekday in rhythm.working_days:
            assert local.weekday() == rhythm.weekday
            assert monday_of(local.date()) == period.invitation_week


@given(rhythms)
def test_the_quiet_hours_are_those_between_their_ends(rhythm: Rhythm) -> None:
    quiet = [hour for hour in range(24) if rhythm.is_quiet(time(hour))]
    assert quiet == [hour for hour in range(24) if hour >= rhythm.quiet_from.hour or hour < rhythm.quiet_until.hour]
