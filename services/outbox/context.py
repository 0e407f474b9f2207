"""What the finders of messages may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content import Pulse
from services.kit.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Context:
    """The transaction in which a message is composed, the organisation's calendar, the pulse, and the moment in UTC."""

    session: AsyncSession
    calendar: Calendar
    pulse: Pulse
    now: datetime
