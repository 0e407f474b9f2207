"""The queue of updates that wait for the bot."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from playground.world.entities import Event, Update

UPDATE_LIFE = timedelta(hours=24)
PRESS_LIFE = timedelta(seconds=150)
FIRST_UPDATE_ID = 100_000_001
DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "inline_query"})


class Inbox:
    """Updates by id, oldest first, each for as long as Telegram keeps it.

    `allowed` are the kinds that the bot asked for, the usual ones while it is empty; `tell` hears of every change.
    """

    def __init__(self, clock: Callable[[], datetime], tell: Callable[[Event], None]) -> None:
        self.allowed: list[str] = []
        self._clock = clock
        self._tell = tell
        self._waiting: dict[int, tuple[datetime, Update]] = {}
        self.next_id = FIRST_UPDATE_ID

    def put(self, kind: str, payload: dict[str, Any]) -> Update:
        """Put an update into the queue, unless the bot asked not to get this kind. Return it in either case."""
        update = {"update_id": self.next_id, kind: payload}
        if kind in (self.allowed or DEFAULT_UPDATES):
            life = PRESS_LIFE if kind == "callback_query" else UPDATE_LIFE
            self._waiting[self.next_id] = (self._clock() + life, update)
            self.next_id += 1
            self._tell({"type": "update"})
        return update

    def waiting(self) -> list[Update]:
        """Return the updates that wait, oldest first."""
        now = self._clock()
        for update_id in [key for key, (expires, _) in self._waiting.items() if expires <= now]:
            del self._waiting[update_id]
        return [update for _, update in self._waiting.values()]

    def read(self, offset: int, limit: int) -> list[Update]:
        """Return updates from `offset` on, at most `limit`; all before it are confirmed and gone.

        A negative offset keeps only that many of the newest; 0 and an offset far in the future confirm nothing.
        """
        if offset < 0:
            for update_id in list(self._waiting)[:offset]:
                del self._waiting[update_id]
        elif offset <= self.next_id + 10:
            for update_id in [key for key in self._waiting if key < offset]:
                self.confirm(update_id)
        return self.waiting()[:limit]

    def confirm(self, update_id: int) -> None:
        """Remove one update."""
        if self._waiting.pop(update_id, None):
            self._tell({"type": "update"})

    def clear(self) -> None:
        """Remove all updates (drop_pending_updates)."""
        self._waiting.clear()
        self._tell({"type": "update"})

    def dump(self) -> list[tuple[str, Update]]:
        """Return the updates with their ends, ready for JSON."""
        return [(expires.isoformat(), update) for expires, update in self._waiting.values()]

    def load(self, dumped: list[tuple[str, Update]], next_id: int) -> None:
        """Go on from what was dumped."""
        self._waiting = {update["update_id"]: (datetime.fromisoformat(expires), update) for expires, update in dumped}
        self.next_id = next_id
