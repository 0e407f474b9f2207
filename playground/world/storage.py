"""The state file: everything that has to outlive a restart, as one JSON file that is replaced as a whole."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.world.entities import Event

SAVE_DELAY = 0.5
PASSING_EVENTS = ("call", "action")


class StateFile:
    """Saves what `dump` returns soon after a change, and at `close`."""

    def __init__(self, path: Path, dump: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._dump = dump
        self._timer: asyncio.TimerHandle | None = None

    def load(self) -> dict[str, Any] | None:
        """The saved state, or None if there is none. Raise ValueError if the file isn't readable as one."""
        if not self._path.exists():
            return None
        state: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return state

    def hear(self, event: Event) -> None:
        """Plan a save after a change of the world."""
        if self._timer is None and event["type"] not in PASSING_EVENTS:
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY, self.save)

    def save(self) -> None:
        """Write the state; a crash in between leaves the old file whole."""
        self._timer = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.write_text(json.dumps(self._dump(), ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._path)

    def close(self) -> None:
        """Save for the last time."""
        if self._timer:
            self._timer.cancel()
        self.save()
