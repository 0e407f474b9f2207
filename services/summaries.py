"""HR's weekly summary: when it comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.calendar import WEEK, Calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Summaries:
    """`day` is the weekday on which HR gets the summary, as the settings name it."""

    def __init__(self, calendar: Calendar, day: str) -> None:
        self._calendar = calendar
        self._weekday = WEEKDAYS.index(day)

    def next_on(self, now: datetime) -> date:
        """The date of the summary about the week that is open now: the first such weekday after the week has closed."""
        return self._calendar.week_of(now) + WEEK + timedelta(days=self._weekday)
