"""When the bot may write to one person: hours and days of the person, days off of everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.kit.calendar.days_off import NO_DAYS_OFF, DaysOff
from services.kit.calendar.periods import DAY, Period, at_local

MISSED_AFTER = timedelta(hours=2)  # a slot missed by more waits for the next suitable one
MONDAY_TO_FRIDAY = frozenset(range(5))
SEARCH_DAYS = 400  # a suitable day is looked for at most this far ahead (a leave of a year)


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
    days_off: DaysOff = NO_DAYS_OFF

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
        """Whether the person works on that day: the one place that decides on which days the bot may write.

        A moved working day, such as a Saturday instead of a Monday, is one for those who work from Monday to Friday.
        """
        if self.days_off.is_off(day) or (self.paused_until is not None and day < self.paused_until):
            return False
        if day.weekday() in self.working_days:
            return True
        return self.working_days >= MONDAY_TO_FRIDAY and self.days_off.is_extra(day)

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
