"""The dialog in which something is to be typed: a command ends it, an edit of its newest message replaces that one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, Update

from db.database import Database
from services.kit import conversations
from services.kit.text import Phrases

COMMAND = re.compile(r"/\w{1,32}(?:@\w+)?(?!\S)")  # alone: a token that stands right behind it keeps its capitals


class LeaveDialogMiddleware(BaseMiddleware):
    """Runs before the conversation state is read, so that /menu in the middle of typing is just /menu."""

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


class NoteTypedMiddleware(BaseMiddleware):
    """Runs before the handlers of a step, and remembers the step's state before this message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Note the message, unless it is one that was noted before."""
        if isinstance(event, Message) and data["raw_state"] is not None and "is_replay" not in data:
            async with self._database.begin() as session:
                await conversations.note_typed(session, event.chat.id, event.message_id)
        return await handler(event, data)


class ReplayEditMiddleware(BaseMiddleware):
    """Runs before the routers: an edit of an open step's newest message is taken like a message, in its place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Put the step back to before the message, and go on with its new words."""
        edited = event.edited_message if isinstance(event, Update) else None
        if not isinstance(event, Update) or edited is None or edited.chat.type != "private":
            return await handler(event, data)
        async with self._database.begin() as session:
            is_newest = await conversations.go_back(session, edited.chat.id, edited.message_id)
        if not is_newest:
            return await handler(event, data)
        data["is_replay"] = True
        return await handler(Update(update_id=event.update_id, message=edited), data)


class TypedCommandMiddleware(BaseMiddleware):
    """Runs after the conversation state is read: a word that a step awaits is no command."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Replace words that mean a command by the command, and capitals by small letters."""
        if isinstance(event, Message) and event.text and event.chat.type == "private":
            meant = self._meant(event.text, is_free=data["raw_state"] is None and event.forward_origin is None)
            event = event.model_copy(update={"text": meant})
        return await handler(event, data)

    def _meant(self, text: str, *, is_free: bool) -> str:
        words = text if text.isascii() else text.removeprefix("/")  # «/меню» can be no command; /menu is one already
        if is_free and (meant := self._phrases.command(words)):
            return meant
        command = COMMAND.match(text)
        return f"{command[0].lower()}{text[command.end() :]}" if command else text
