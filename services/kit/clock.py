"""Time is given to the services, never taken by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment, aware, in UTC. The only place in which the system's time is read."""
    return datetime.now(UTC)
