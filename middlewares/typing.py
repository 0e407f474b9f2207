"""The conversation in which something is to be typed: a press may begin it, a command ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.types import CallbackQuery, Message, TelegramObject

from db.database import Database
from services.kit import conversations


class LeaveTypingMiddleware(BaseMiddleware):
    """Stands before the conversation state is read, so that /menu in the middle of typing is just /menu."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Leave the conversation when a command comes; `was_typing` tells the handler of /cancel."""
        if isinstance(event, Message) and (event.text or event.caption or "").startswith("/"):
            async with self._database.begin() as session:
                data["was_typing"] = await conversations.leave(session, event.chat.id)
        return await handler(event, data)


class TypingMiddleware(BaseMiddleware):
    """Gives presses the way into a conversation as `typing`, without reading any state for them."""

    def __init__(self, storage: BaseStorage) -> None:
        self._storage = storage

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Add `typing`, the conversation in the person's own chat."""
        bot: Bot = data["bot"]
        if isinstance(event, CallbackQuery):
            key = StorageKey(bot_id=bot.id, chat_id=event.from_user.id, user_id=event.from_user.id)
            data["typing"] = FSMContext(self._storage, key)
        return await handler(event, data)
