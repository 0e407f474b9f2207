"""When the bot may write to one person: hours and days of the person, days off of everyone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from services.kit.calendar.days_off import NO_DAYS_OFF, DaysOff
from services.kit.calendar.periods import DAY, WEEK, Period, at_local

MISSED_AFTER = timedelta(hours=2)  # a slot missed by more waits for the next suitable one
MONDAY_TO_FRIDAY = frozenset(range(5))
SEARCH_DAYS = 400  # a suitable day is looked for at most this far ahead (a leave of a year)
ASKED_ABOUT = 4 * WEEK  # what the check-in's questions look back on
DAYS_FOR_A_CHECKIN = 10  # with fewer, "hardly worked" is offered first
DAYS_FOR_A_PULSE = 3  # a week with fewer working days is not asked about
WORKING_HOURS = (time(9), time(18))  # in which what was missed is handed in on the same day


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
    paused_since: date | None = None  # the first day of the pause, where it is known
    joined_on: date | None = None  # None for the organisation itself

    def date_of(self, moment: datetime) -> date:
        """Return the person's date at this moment."""
        return moment.astimezone(self.zone).date()

    def is_quiet(self, at: time) -> bool:
        """Return whether a local time falls into the quiet hours, which usually go over midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def is_paused(self, now: datetime) -> bool:
        """Return whether a pause lasts."""
        return self.paused_until is not None and self.date_of(now) < self.paused_until

    def is_open_day(self, day: date) -> bool:
        """Return whether the person works on that day: the one place that decides on which days the bot may write.

        A moved working day, such as a Saturday instead of a Monday, is one for those who work from Monday to Friday.
        """
        if self._is_in_pause(day) or self.days_off.is_off(day):
            return False
        if day.weekday() in self.working_days:
            return True
        return self.working_days >= MONDAY_TO_FRIDAY and self.days_off.is_extra(day)

    def _is_in_pause(self, day: date) -> bool:
        return self.paused_until is not None and (self.paused_since or date.min) <= day < self.paused_until

    def is_first_day_back(self, day: date) -> bool:
        """Return whether it is the first working day after a pause, on which people are left in peace."""
        if self.paused_until is None or day < self.paused_until or not self.is_open_day(day):
            return False
        return not any(self.is_open_day(earlier) for earlier in _days(self.paused_until, day))

    def open_days(self, first: date, end: date) -> int:
        """Return the number of working days from `first` to the day before `end`."""
        return sum(map(self.is_open_day, _days(first, end)))

    def is_asked_in(self, monday: date) -> bool:
        """Return whether the pulse asks about a week: not with fewer than three working days, unless that is usual."""
        usual = len(self.working_days)
        return self.open_days(monday, monday + WEEK) >= min(DAYS_FOR_A_PULSE, usual)

    def was_asked_in(self, monday: date) -> bool:
        """Return the same for a week that is over; a pause whose beginning isn't known is left out."""
        known = self if self.paused_since is not None else self.without_leave()
        return known.is_asked_in(monday)

    def was_away(self, now: datetime) -> bool:
        """Return whether the four weeks before today had fewer than ten working days, or fewer than half of the usual
        ones.
        """
        today = self.date_of(now)
        known = self if self.paused_since is not None else self.without_leave()
        return known.open_days(today - ASKED_ABOUT, today) < min(DAYS_FOR_A_CHECKIN, 2 * len(self.working_days))

    def may_write(self, now: datetime) -> bool:
        """Return whether a message may leave at this very moment."""
        local = now.astimezone(self.zone)
        return self.is_open_day(local.date()) and not self.is_quiet(local.time())

    def open_hour(self, at: time) -> time:
        """Return the hour itself, or the end of the quiet hours when it lies within them."""
        return self.quiet_until if self.is_quiet(at) else at

    def hour_on(self, day: date, at: time | None = None) -> datetime:
        """Return an hour (by default the person's own) on a day, moved to the end of the quiet hours when it lies
        there.
        """
        return at_local(day, self.open_hour(at or self.at), self.zone)

    def suitable(self, day: date, at: time | None = None) -> datetime:
        """Return that hour on the first open day from `day` on; on `day` itself when none is found within a year."""
        for offset in range(SEARCH_DAYS):
            candidate = day + timedelta(days=offset)
            if self.is_open_day(candidate):
                return self.hour_on(candidate, at)
        return self.hour_on(day, at)

    def suitable_before(self, end: datetime, day: date, first: date, at: time | None = None) -> datetime:
        """Return that hour on the first open day from `day` on; where none comes before `end`, on the last one before
        `day`.

        It is not before `first`. When there is none at all, the moment lies after `end`.
        """
        moment = self.suitable(day, at)
        if moment < end:
            return moment
        for offset in range(1, (day - first).days + 1):
            candidate = day - timedelta(days=offset)
            if self.is_open_day(candidate):
                return self.hour_on(candidate, at)
        return moment

    def suitable_after(self, now: datetime, at: time | None = None) -> datetime:
        """Return the next suitable moment that is later than `now`, at an hour (by default the person's own)."""
        today = self.date_of(now)
        moment = self.suitable(today, at)
        return moment if moment > now else self.suitable(today + DAY, at)

    def handed_in(self, now: datetime, at: time) -> datetime:
        """`now` itself within working hours, else that hour on the next open day."""
        begin, end = WORKING_HOURS
        is_at_work = begin <= now.astimezone(self.zone).time() < end
        return now if is_at_work and self.may_write(now) else self.suitable_after(now, at)

    def settled_on(self, joined: date) -> date:
        """Return the working day after the first two working weeks of someone who joined on `joined`."""
        known = self if self.paused_since is not None else self.without_leave()
        last = joined + timedelta(days=SEARCH_DAYS)
        return next(islice(filter(known.is_open_day, _days(joined, last)), 2 * len(self.working_days), None), last)

    def last_settled(self, day: date) -> date:
        """Return the last day on which someone joined whose first two working weeks are over on `day`."""
        first = day - timedelta(days=SEARCH_DAYS)
        return next(filter(lambda joined: self.settled_on(joined) <= day, reversed([*_days(first, day)])), first)

    def back_on(self, day: date) -> datetime:
        """Return the person's hour on the second working day of someone who is back from that day on."""
        return self.suitable_after(self.end_of_day(self.suitable(day)))

    def opens_at(self, now: datetime) -> datetime:
        """`now` itself when a message may leave, else the first moment of the next open day at which it may."""
        return now if self.may_write(now) else self.suitable_after(now, time(0))

    def without_leave(self) -> Rhythm:
        """Return the same days and hours, as though no pause had been set."""
        return replace(self, paused_until=None)

    def end_of_day(self, now: datetime) -> datetime:
        """Return the UTC moment at which the person's day is over."""
        return at_local(self.date_of(now) + DAY, time(0), self.zone)

    def invitation_at(self, period: Period, closes_at: datetime) -> datetime:
        """Return the slot of the check-in invitation: the person's weekday and hour in the last but one week.

        On days off it is the next open day before the period closes, or the last one before. For newcomers it is not
        before two working weeks, so that it may lie after the end.
        """
        day = period.invitation_week + timedelta(days=self.weekday)
        slot = self.suitable_before(closes_at, day, period.start)
        return slot if self.joined_on is None else max(slot, self.hour_on(self.settled_on(self.joined_on)))

    def pulse_at(self, monday: date, closes_at: datetime, weekday: int, at: time) -> datetime:
        """Return the slot of the pulse of a week, in the same way."""
        return self.suitable_before(closes_at, monday + timedelta(days=weekday), monday, at)


def _days(first: date, end: date) -> Iterator[date]:
    """Return the days from `first` to the one before `end`."""
    return (first + timedelta(days=number) for number in range((end - first).days))
