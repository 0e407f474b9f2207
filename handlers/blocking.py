"""Blocked and unblocked: people who cannot be reached are not written to."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import ChatMemberUpdated

from db.database import Database
from services.account import users
from services.kit.clock import Clock

router = Router(name="membership")


@router.my_chat_member()
async def reachable(event: ChatMemberUpdated, database: Database, clock: Clock) -> None:
    """Note that the person blocked the bot, or let it in again."""
    if event.chat.type != "private":
        return
    async with database.begin() as session:
        await users.set_reachable(session, event.chat.id, event.new_chat_member.status == "member", clock())
