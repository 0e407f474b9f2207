"""People who flood are told once, then quietly ignored until they slow down, except for words that a step awaits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import Message, TelegramObject, Update, User

from db.database import Database
from ops.metrics import Metrics
from services.kit import conversations
from transport import delivery
from transport.throttling import Limits, Verdict
from views.information import note
from views.translator import Catalogs


class ThrottleMiddleware(BaseMiddleware):
    """Runs before everything that costs more than a look into a dictionary. Nothing is lost: buttons stay.

    Words of despair are let through and not counted.
    """

    def __init__(self, limits: Limits, database: Database, catalogs: Catalogs, metrics: Metrics) -> None:
        self._limits = limits
        self._database = database
        self._catalogs = catalogs
        self._metrics = metrics

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Let the update through, or end it here."""
        account: User | None = data.get("event_from_user")
        if account is None or not isinstance(event, Update) or event.my_chat_member or data["tier"]:
            return await handler(event, data)
        is_typed = event.message is not None and _is_typed(event.message)
        verdict = await self._limits.admit(account.id, is_typed=is_typed)
        if verdict is Verdict.PASS or (is_typed and await self._is_awaited(account)):
            return await handler(event, data)
        self._metrics.throttled.inc()
        if verdict is Verdict.TELL:
            await self._tell(data["bot"], event, account)
        return None

    async def _is_awaited(self, account: User) -> bool:
        async with self._database.read() as session:
            return await conversations.is_open(session, account.id)

    async def _tell(self, bot: Bot, update: Update, account: User) -> None:
        t = self._catalogs.translator(account.language_code)
        if update.callback_query is not None:
            await delivery.answer(update.callback_query, t("error.throttled"))
        else:
            await delivery.tell(bot, account.id, note(t("error.throttled")))


def _is_typed(message: Message) -> bool:
    """Return whether these are the person's own words, neither a command nor forwarded."""
    return message.text is not None and not message.text.startswith("/") and message.forward_origin is None
