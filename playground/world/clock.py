"""The clock of the playground, which can be moved forward and never goes back."""

from datetime import UTC, datetime, timedelta
from typing import Any


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Called, it returns an aware UTC datetime: real time plus whatever it was advanced by.

    Real time stepping back (a changed system clock) doesn't make it go back either.
    """

    def __init__(self) -> None:
        self._offset = timedelta()
        self._latest = utc_now()

    def __call__(self) -> datetime:
        self._latest = max(self._latest, utc_now() + self._offset)
        return self._latest

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward; return the new time. Raise ValueError if `by` is negative."""
        if by < timedelta():
            raise ValueError("the clock never goes back")
        self._offset += by
        return self()

    def advance_to(self, moment: datetime) -> datetime:
        """Move the clock forward to an aware `moment`; return the new time. Raise ValueError if that is past."""
        return self.advance(moment - self())

    def dump(self) -> dict[str, Any]:
        """What `restore` needs: the offset in seconds and the present time."""
        return {"offset": self._offset.total_seconds(), "at": self().isoformat()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a dumped state: with its offset, and from its time at least."""
        self._offset = max(self._offset, timedelta(seconds=state["offset"]))
        at = datetime.fromisoformat(state["at"])
        if at > self():
            self.advance_to(at)
