"""The weekly cap: one person gets at most `WEEKLY_CAP` counted messages in an ISO week of the organisation."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery
from services.kit.calendar import WEEK, Calendar, Rhythm, at_local
from services.outbox import kinds

WEEKLY_CAP = 2


async def spent(session: AsyncSession, user_id: int, calendar: Calendar, now: datetime) -> int:
    """Return how many counted messages have left to this person in this week, or are about to."""
    monday = at_local(calendar.week_of(now), time(0), calendar.zone)
    left = await session.scalar(
        select(func.count()).where(
            Delivery.user_id == user_id,
            Delivery.kind.in_(kinds.COUNTED),
            Delivery.state.in_((*kinds.SPENT, "leased")),
            Delivery.leader_id.is_(None),
            or_(Delivery.sent_at >= monday, Delivery.state == "leased"),
        )
    )
    return left or 0


def next_week(calendar: Calendar, rhythm: Rhythm, now: datetime) -> datetime:
    """Return the person's first hour of the next week.

    The week is the organisation's: where it is Monday earlier than there, that Monday is no next week yet.
    """
    week = calendar.week_of(now)
    closes_at = calendar.week_closes_at(week)
    moment = rhythm.suitable(week + WEEK)
    return moment if moment >= closes_at else rhythm.suitable_after(closes_at)
