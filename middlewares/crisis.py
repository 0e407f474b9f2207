"""Words of despair, wherever they are written: noticed before anything else, and answered by fixed words.

None of it is passed on or written to a log. In a step where people write for others the text is kept until they have
said whether it is about them; everywhere else nothing is stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, Update

from content import Crisis
from db.database import Database
from services.account import users
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit import conversations
from services.kit.clock import Clock
from services.kit.seldom import Seldom
from services.wellbeing.crisis import Detector, Tier
from transport import delivery
from views.screen import Screen
from views.wellbeing import crisis as views

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class HearMiddleware(BaseMiddleware):
    """Runs before the throttle, so that people who sent too much a moment ago are heard all the same."""

    def __init__(self, crisis: Crisis) -> None:
        self._detector = Detector(crisis)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Add `tier`: how the text, caption or edit has to be answered, None for everything else."""
        message = event.message or event.edited_message if isinstance(event, Update) else None
        is_private = message is not None and message.chat.type == "private"
        if "tier" not in data:  # the person has said of this text that it is not about them
            data["tier"] = self._detector.tier(_words(message)) if message and is_private else None
        return await handler(event, data)


class CrisisMiddleware(BaseMiddleware):
    """Runs where the step that waits for words is known, and before the step's handlers.

    `for_others`: the steps in which people write for others, or plan something.
    """

    def __init__(self, database: Database, crisis: Crisis, clock: Clock, for_others: frozenset[str]) -> None:
        self._database = database
        self._pause_days = crisis.pause_days
        self._clock = clock
        self._for_others = for_others

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Answer what is grave in place of the handler, and the rest by one more line."""
        if not isinstance(event, Message):
            return await handler(event, data)
        member: Member | None = data["member"]
        gently: Seldom = data["gently"]
        match data["tier"]:
            case Tier.EXPLICIT if member is not None and data["raw_state"] in self._for_others:
                return await self._ask(handler, event, data)
            case Tier.EXPLICIT:
                return await self._reply(event, data, member)
            case Tier.VIOLENCE:
                return await self._add(handler, event, data, views.violence(data["t"]))
            case Tier.AMBIGUOUS if gently.allows(event.chat.id, self._clock()):
                return await self._add(handler, event, data, views.gentle(data["t"]))
        return await handler(event, data)

    async def _reply(self, event: Message, data: dict[str, Any], member: Member | None) -> None:
        """Leave a member's conversation, and send nothing proactive for some days."""
        if member is not None:
            async with self._database.begin() as session:
                await conversations.leave(session, member.telegram_id)
                await users.keep_quiet(UnitOfWork(session, member, self._clock()), self._pause_days)
        is_member = member is not None and data["access"] is None
        await delivery.show(event, views.reply(data["t"], event.message_id, is_member=is_member, is_quiet=is_member))

    async def _ask(self, handler: Handler, event: Message, data: dict[str, Any]) -> None:
        """Ask whom a text is about. Text that isn't meant for the step goes on, with the reply below the answer."""
        if event.text is not None and ("is_replay" in data or event.edit_date is None):
            async with self._database.begin() as session:
                await conversations.set_text_aside(session, event.chat.id, event.text)
            await delivery.show(event, views.whom_about(data["t"], event.message_id))
        else:
            reply = views.reply(data["t"], event.message_id, is_member=True, is_quiet=False)
            await self._add(handler, event, data, reply)

    async def _add(self, handler: Handler, event: Message, data: dict[str, Any], screen: Screen) -> Any:
        """Let the step or the command go on, and say this below; alone where nothing waits for the text."""
        if data["raw_state"] is None and not _words(event).startswith("/"):
            return await delivery.say(event, screen)
        try:
            return await handler(event, data)
        finally:
            await delivery.say(event, screen)


def _words(message: Message) -> str:
    return message.text or message.caption or ""
