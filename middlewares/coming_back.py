"""A pause «until I write» ends when the person writes: any text, or the way in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from services.account.settings import UNTIL_I_WRITE, PersonalSettings
from transport.request import Request
from views.account import settings as views

WAYS_IN = ("/start", "/menu")


class ComeBackMiddleware(BaseMiddleware):
    """Runs behind the gate. What was written is answered first; then the person is told that the pause is over."""

    def __init__(self, personal: PersonalSettings) -> None:
        self._personal = personal

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Answer, and end the pause if this is what it lasts until."""
        request: Request = data["request"]
        answered = await handler(event, data)
        visitor = request.visitor
        if visitor is None or visitor.rhythm.paused_until != UNTIL_I_WRITE or not _is_writing(event):
            return answered
        async with request.begin() as uow:
            member = await self._personal.come_back(uow)
        if member is not None:
            await request.say(views.came_back(request.t, member, request.now))
        return answered


def _is_writing(event: TelegramObject) -> bool:
    """Return whether a message is more than a command to look something up, or to get help, during a leave."""
    text = event.text or "" if isinstance(event, Message) else "/"
    return not text.startswith("/") or text.startswith(WAYS_IN)
