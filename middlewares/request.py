"""One object for what every handler needs besides its event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.flags import get_flag
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.types import CallbackQuery, Message, TelegramObject

from db.database import Database
from services.kit.clock import Clock
from transport.request import Request


class RequestMiddleware(BaseMiddleware):
    """Runs after the filters, so that only the handler that was chosen costs anything.

    A press gets its dialog without reading any state; a message has read it already.
    """

    def __init__(self, database: Database, storage: BaseStorage, clock: Clock) -> None:
        self._database = database
        self._storage = storage
        self._clock = clock

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Add `request`."""
        if isinstance(event, CallbackQuery | Message):
            data["request"] = Request(
                event=event,
                visitor=data["member"],
                access=data["access"],
                t=data["t"],
                now=self._clock(),
                database=self._database,
                dialog=data.get("state") or self._dialog(data["bot"], data["event_from_user"].id),
                ends_dialog=get_flag(data, "ends_dialog", default=False),
            )
        return await handler(event, data)

    def _dialog(self, bot: Bot, telegram_id: int) -> FSMContext:
        key = StorageKey(bot_id=bot.id, chat_id=telegram_id, user_id=telegram_id)
        return FSMContext(self._storage, key)
