"""Leaving a conversation in which something was to be typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from models import Conversation


async def leave(session: AsyncSession, telegram_id: int) -> bool:
    """Forget that the next typed message was awaited; tells whether one was."""
    left = await session.execute(
        delete(Conversation).where(Conversation.telegram_id == telegram_id).returning(Conversation.key)
    )
    return left.first() is not None


async def take(session: AsyncSession, telegram_id: int, state: str) -> dict[str, Any] | None:
    """End the conversation at this step and give what it remembers; of several presses only one is given it."""
    return await session.scalar(
        delete(Conversation)
        .where(Conversation.telegram_id == telegram_id, Conversation.state == state)
        .returning(Conversation.data)
    )
