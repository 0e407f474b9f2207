"""ISO weeks and check-in periods of the organisation, and the moment of a local time.

Weeks and periods are counted from Monday 2024-01-01 in the organisation's zone. Local times become UTC by
`datetime(..., tzinfo=zone, fold=0).astimezone(UTC)`: one moment per local day in every zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_MONDAY = date(2024, 1, 1)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
MIN_DAYS_BETWEEN = 14  # between two check-ins of one person, across the border of a period


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a local wall-clock time; of an hour that happens twice, the first."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)


def monday_of(day: date) -> date:
    """Return the ISO Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Period:
    """A check-in period: `weeks` ISO weeks from the Monday `start`."""

    start: date
    weeks: int

    @property
    def end(self) -> date:
        """The Monday after the period."""
        return self.start + self.weeks * WEEK

    @property
    def last_day(self) -> date:
        """The Sunday on which it closes."""
        return self.end - DAY

    @property
    def invitation_week(self) -> date:
        """The Monday of the last but one week, in which invitations leave."""
        return self.end - 2 * WEEK

    def next(self) -> Period:
        """Return the period after this one."""
        return Period(self.end, self.weeks)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The organisation's calendar."""

    zone: ZoneInfo
    period_weeks: int

    def today(self, now: datetime) -> date:
        """Return the organisation's date."""
        return now.astimezone(self.zone).date()

    def period_at(self, now: datetime) -> Period:
        """Return the check-in period that is open at this moment."""
        return self.period_of(self.today(now))

    def period_of(self, day: date) -> Period:
        """Return the check-in period that holds a date of the organisation's zone."""
        weeks = (day - FIRST_MONDAY).days // 7
        start = FIRST_MONDAY + (weeks - weeks % self.period_weeks) * WEEK
        return Period(start, self.period_weeks)

    def closes_at(self, period: Period) -> datetime:
        """Return the UTC moment of Sunday 24:00."""
        return at_local(period.end, time(0), self.zone)

    def week_of(self, now: datetime) -> date:
        """Return the Monday of the organisation's present ISO week."""
        return monday_of(self.today(now))

    def week_closes_at(self, monday: date) -> datetime:
        """Return the UTC moment at which the ISO week that begins on `monday` closes."""
        return at_local(monday + WEEK, time(0), self.zone)
