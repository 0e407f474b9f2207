"""The one calendar: ISO weeks and check-in periods of the organisation, hours of the person.

Weeks and periods are counted from Monday 2024-01-01 in the organisation's zone. Local times become UTC by
`datetime(..., tzinfo=zone, fold=0).astimezone(UTC)`: one moment per local day in every zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_MONDAY = date(2024, 1, 1)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
MISSED_AFTER = timedelta(hours=2)  # a slot missed by more waits for the next suitable one
MIN_DAYS_BETWEEN = 14  # between two check-ins of one person, across the border of a period
SEARCH_DAYS = 400  # a suitable day is looked for at most this far ahead (a leave of a year)


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local wall-clock time; of an hour that happens twice, the first."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)


def monday_of(day: date) -> date:
    """The ISO Monday of the week that holds `day`."""
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
        """The period after this one."""
        return Period(self.end, self.weeks)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The organisation's calendar."""

    zone: ZoneInfo
    period_weeks: int

    def today(self, now: datetime) -> date:
        """The organisation's date."""
        return now.astimezone(self.zone).date()

    def period_at(self, now: datetime) -> Period:
        """The check-in period that is open at this moment."""
        return self.period_of(self.today(now))

    def period_of(self, day: date) -> Period:
        """The check-in period that holds a date of the organisation's zone."""
        weeks = (day - FIRST_MONDAY).days // 7
        start = FIRST_MONDAY + (weeks - weeks % self.period_weeks) * WEEK
        return Period(start, self.period_weeks)

    def closes_at(self, period: Period) -> datetime:
        """The UTC moment of Sunday 24:00."""
        return at_local(period.end, time(0), self.zone)

    def week_of(self, now: datetime) -> date:
        """The Monday of the organisation's present ISO week."""
        return monday_of(self.today(now))

    def week_closes_at(self, monday: date) -> datetime:
        """The UTC moment at which the ISO week that begins on `monday` closes."""
        return at_local(monday + WEEK, time(0), self.zone)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the bot may write to one person."""

    zone: ZoneInfo
    weekday: int
    at: time
    working_days: frozenset[int]
    quiet_from: time
    quiet_until: time
    paused_until: date | None

    def date_of(self, moment: datetime) -> date:
        """The person's date at this moment."""
        return moment.astimezone(self.zone).date()

    def is_quiet(self, at: time) -> bool:
        """Whether a local time falls into the quiet hours, which usually go over midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def is_paused(self, now: datetime) -> bool:
        """Whether a pause lasts."""
        return self.paused_until is not None and self.date_of(now) < self.paused_until

    def is_open_day(self, day: date) -> bool:
        """Whether the person works on that day and is not on leave."""
        return day.weekday() in self.working_days and (self.paused_until is None or day >= self.paused_until)

    def may_write(self, now: datetime) -> bool:
        """Whether a message may leave at this very moment."""
        local = now.astimezone(self.zone)
        return self.is_open_day(local.date()) and not self.is_quiet(local.time())

    def open_hour(self, at: time) -> time:
        """The hour itself, or the end of the quiet hours when it lies within them."""
        return self.quiet_until if self.is_quiet(at) else at

    def hour_on(self, day: date, at: time | None = None) -> datetime:
        """An hour (by default the person's own) on a day, moved to the end of the quiet hours when it lies there."""
        return at_local(day, self.open_hour(at or self.at), self.zone)

    def suitable(self, day: date, at: time | None = None) -> datetime:
        """That hour on the first open day from `day` on; on `day` itself when none is found within a year."""
        for offset in range(SEARCH_DAYS):
            candidate = day + timedelta(days=offset)
            if self.is_open_day(candidate):
                return self.hour_on(candidate, at)
        return self.hour_on(day, at)

    def suitable_after(self, now: datetime, at: time | None = None) -> datetime:
        """The next suitable moment that is later than `now`, at an hour (by default the person's own)."""
        today = self.date_of(now)
        moment = self.suitable(today, at)
        return moment if moment > now else self.suitable(today + DAY, at)

    def opens_at(self, now: datetime) -> datetime:
        """`now` itself when a message may leave, else the first moment of the next open day at which it may."""
        return now if self.may_write(now) else self.suitable_after(now, time(0))

    def without_leave(self) -> Rhythm:
        """The same days and hours, as though no pause had been set."""
        return replace(self, paused_until=None)

    def end_of_day(self, now: datetime) -> datetime:
        """The UTC moment at which the person's day is over."""
        return at_local(self.date_of(now) + DAY, time(0), self.zone)

    def invitation_at(self, period: Period) -> datetime:
        """The slot of the check-in invitation: the person's weekday and hour in the last but one week."""
        return self.suitable(period.invitation_week + timedelta(days=self.weekday))
