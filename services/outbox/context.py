"""What the finders of messages may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content import Pulse, Talk
from services.kit.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Context:
    """What there is while a message is composed: the transaction, the organisation's calendar, content, the moment."""

    session: AsyncSession
    calendar: Calendar
    pulse: Pulse
    talk: Talk
    now: datetime
