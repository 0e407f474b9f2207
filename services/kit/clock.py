"""Services are given the time; they never ask for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current moment, aware, in UTC. This is the only place that reads the system's time."""
    return datetime.now(UTC)
