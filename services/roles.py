"""Who may do what: the role of a person, changed by whoever runs the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import User


async def find_id(session: AsyncSession, telegram_id: int) -> int | None:
    """The internal id behind a Telegram account."""
    return await session.scalar(select(User.id).where(User.telegram_id == telegram_id))


async def exists(session: AsyncSession, user_id: int) -> bool:
    """Whether there is such a person."""
    return await session.scalar(select(User.id).where(User.id == user_id)) is not None


async def set_role(session: AsyncSession, user_id: int, role: str, now: datetime) -> None:
    """Make somebody an employee, an HR person or an administrator; it holds from their next press on."""
    await session.execute(update(User).where(User.id == user_id).values(role=role, updated_at=now))
