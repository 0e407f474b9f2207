"""Words of despair, wherever they are typed: the fixed reply, and nothing is stored, passed on or written to a log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from content import Crisis
from db.database import Database
from services.account import users
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit import conversations
from services.kit.clock import Clock
from services.wellbeing.crisis import Detector, Tier
from transport import delivery
from views.account import support


class CrisisMiddleware(BaseMiddleware):
    """Stands before the conversation is read, so that no typed step of any handler sees such a message."""

    def __init__(self, database: Database, crisis: Crisis, clock: Clock) -> None:
        self._database = database
        self._detector = Detector(crisis)
        self._pause_days = crisis.pause_days
        self._clock = clock

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Answer with the fixed reply; a member's conversation is left, and the bot keeps quiet for some days."""
        if not (isinstance(event, Message) and self._is_explicit(event)):
            return await handler(event, data)
        member: Member | None = data["member"]
        if member is not None:
            async with self._database.begin() as session:
                await conversations.leave(session, member.telegram_id)
                await users.keep_quiet(UnitOfWork(session, member, self._clock()), self._pause_days)
        return await delivery.show(event, support.crisis(data["t"]))

    def _is_explicit(self, message: Message) -> bool:
        is_private = message.chat.type == "private"
        return is_private and self._detector.tier(message.text or message.caption or "") is Tier.EXPLICIT
