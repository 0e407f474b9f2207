"""Whether people who asked HR to contact them are kept waiting: what administrators may know, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest
from services.kit.calendar import DAY

WORKING_DAYS = 2
FRIDAY = 4
COUNTED_FROM = 10  # a smaller count could be laid over what somebody has seen or heard
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Some requests wait too long; `count` is None for fewer than COUNTED_FROM."""

    count: int | None


async def unanswered(session: AsyncSession, now: datetime) -> Unanswered | None:
    """Return whether requests of the last month are unanswered for more than two working days; None when none is.

    Working days are Monday to Friday in UTC here, whatever days the people asked work.
    """
    count = await session.scalar(
        select(func.count())
        .select_from(ContactRequest)
        .where(
            ContactRequest.state != "closed",
            ContactRequest.created_at < _working_days_before(now),
            ContactRequest.created_at > now - LATELY,
        )
    )
    if not count:
        return None
    return Unanswered(count if count >= COUNTED_FROM else None)


def _working_days_before(now: datetime) -> datetime:
    moment, left = now, WORKING_DAYS
    while left:
        left -= moment.weekday() <= FRIDAY
        moment -= DAY
    return moment
