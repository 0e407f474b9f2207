"""Groups: the talk is private, so the bot says where to go and nothing else."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.types import Message

import delivery
from handlers.filters import PrivateChat
from views.information import note
from views.translator import Translator


async def not_here(message: Message, bot: Bot, t: Translator) -> None:
    """The link to the bot, once somebody speaks to it."""
    me = await bot.me()
    await delivery.show(message, note(t("error.group_chat", link=f"https://t.me/{me.username}")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="groups")
    router.message.register(not_here, ~PrivateChat())
    return router
