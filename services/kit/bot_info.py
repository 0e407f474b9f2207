"""What the bot knows about itself: a few named values."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Fact
from models.upsert import put

USERNAME = "username"
BOT_ID = "bot_id"  # of the bot that people here have started: another one can write to none of them
WORD_GIVEN = "word_given"  # when an administrator accepted what the consent promises on the company's behalf


async def get_fact(session: AsyncSession, name: str) -> str | None:
    """Return the value under this name, or None."""
    return await session.scalar(select(Fact.value).where(Fact.name == name))


async def set_fact(session: AsyncSession, name: str, value: str) -> None:
    """Set the value under this name, even while another replica sets it."""
    await put(session, Fact, {"name": name}, {"value": value})


async def forget_fact(session: AsyncSession, name: str) -> None:
    """Remove the value under this name."""
    await session.execute(delete(Fact).where(Fact.name == name))
