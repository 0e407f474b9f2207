"""Who it is, and in which language: one statement, then everything behind knows `member`, `access` and `t`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from db.database import Database
from services.account import users
from services.account.access import access_of
from services.account.member import find_member
from services.kit.clock import Clock
from views.translator import Catalogs


class IdentifyMiddleware(BaseMiddleware):
    """Looks the person up by the Telegram account, never by the chat, and notes that an unreachable person is back."""

    def __init__(self, database: Database, catalogs: Catalogs, consent_version: int, clock: Clock) -> None:
        self._database = database
        self._consent_version = consent_version
        self._catalogs = catalogs
        self._clock = clock

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Add `member` (None for a stranger), their `access` (None when they may be asked) and `t`."""
        account: User | None = data.get("event_from_user")
        member = None
        if account is not None:
            async with self._database.glance() as connection:
                member = await find_member(connection, account.id)
        if member is not None and not member.is_reachable and _is_own_doing(event):
            async with self._database.begin() as session:
                await users.set_reachable(session, member.telegram_id, True, self._clock())
        data["member"] = member
        data["access"] = access_of(member, self._consent_version) if member else None
        language = member.locale if member else account.language_code if account else None
        data["t"] = self._catalogs.translator(language)
        return await handler(event, data)


def _is_own_doing(event: TelegramObject) -> bool:
    return isinstance(event, Update) and (event.message is not None or event.callback_query is not None)
