"""The breathing exercise: in which message it is running, so that it can be stopped, replaced, or ended after a
restart.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Breathing, User
from models.upsert import put

IN_SECONDS = 4
OUT_SECONDS = 6
ROUNDS = 6  # a minute in all


@dataclass(frozen=True, slots=True)
class Orphan:
    """An exercise that was going on when the program ended."""

    telegram_id: int
    message_id: int
    locale: str


async def begin(session: AsyncSession, user_id: int, message_id: int) -> None:
    """Begin an exercise in this message; one that is running elsewhere ends."""
    await put(session, Breathing, {"user_id": user_id}, {"message_id": message_id})


async def is_going_on(session: AsyncSession, user_id: int, message_id: int) -> bool:
    """Return whether this exercise was neither stopped nor replaced."""
    found = await session.scalar(
        select(Breathing.user_id).where(Breathing.user_id == user_id, Breathing.message_id == message_id)
    )
    return found is not None


async def end(session: AsyncSession, user_id: int, message_id: int) -> bool:
    """End the exercise; return False when it was over already."""
    ended = await session.execute(
        delete(Breathing)
        .where(Breathing.user_id == user_id, Breathing.message_id == message_id)
        .returning(Breathing.user_id)
    )
    return ended.first() is not None


async def take_orphans(session: AsyncSession) -> list[Orphan]:
    """End everything that an earlier run of the program left behind."""
    rows = await session.execute(
        select(User.telegram_id, Breathing.message_id, User.locale).join(User, User.id == Breathing.user_id)
    )
    orphans = [Orphan(*row) for row in rows]
    await session.execute(delete(Breathing))
    return orphans
