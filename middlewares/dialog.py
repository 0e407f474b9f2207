"""The dialog in which something is to be typed: a command ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from db.database import Database
from services.kit import conversations


class LeaveDialogMiddleware(BaseMiddleware):
    """Stands before the conversation state is read, so that /menu in the middle of typing is just /menu."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Leave the conversation when a command comes; `was_in_dialog` tells the handler of /cancel."""
        if isinstance(event, Message) and (event.text or event.caption or "").startswith("/"):
            async with self._database.begin() as session:
                data["was_in_dialog"] = await conversations.leave(session, event.chat.id)
        return await handler(event, data)
