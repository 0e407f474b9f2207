"""People who flood are told once, then quietly ignored until they slow down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject, Update, User

from ops.metrics import Metrics
from transport import delivery
from transport.throttling import Limits, Verdict
from views.information import note
from views.translator import Catalogs


class ThrottleMiddleware(BaseMiddleware):
    """Stands before everything that costs more than a look into a dictionary. Nothing is lost: buttons stay.

    Words of despair are let through and not counted.
    """

    def __init__(self, limits: Limits, catalogs: Catalogs, metrics: Metrics) -> None:
        self._limits = limits
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
        verdict = await self._limits.admit(account.id)
        if verdict is Verdict.PASS:
            return await handler(event, data)
        self._metrics.throttled.inc()
        if verdict is Verdict.TELL:
            await self._tell(data["bot"], event, account)
        return None

    async def _tell(self, bot: Bot, update: Update, account: User) -> None:
        t = self._catalogs.translator(account.language_code)
        if update.callback_query is not None:
            await delivery.answer(update.callback_query, t("error.throttled"))
        else:
            await delivery.tell(bot, account.id, note(t("error.throttled")))
