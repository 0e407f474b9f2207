"""Words that would be a nuisance if they were said every time."""

from __future__ import annotations

from datetime import datetime, timedelta


class Seldom:
    """Remember, in this process alone, whom something was said to within the interval."""

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval
        self._said: dict[int, datetime] = {}

    def allows(self, person: int, now: datetime) -> bool:
        """Return whether it may be said to this person now; then it counts as said."""
        self._said = {one: at for one, at in self._said.items() if now - at < self._interval}
        if person in self._said:
            return False
        self._said[person] = now
        return True
