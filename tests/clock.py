"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Moscow, in the first week of a check-in period."""


class ManualClock:
    """Called, it returns the present moment (aware, UTC) of the test."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move forward by a timedelta's keywords (`days=1, hours=2`); returns the new moment."""
        step = timedelta(**by)
        assert step >= timedelta(), "time never goes back"
        self.now += step
        return self.now

    def advance_to(self, moment: datetime) -> datetime:
        """Move forward to an aware moment."""
        assert moment >= self.now, "time never goes back"
        self.now = moment.astimezone(UTC)
        return self.now
