"""The gate before every handler: who left the company, or has no valid consent, is asked nothing.

A handler is closed to them unless its flag `open_to` names their standing (handlers/access.py), so that a new handler
cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import CallbackQuery, Message, TelegramObject

from content import Consent
from services.account.access import AccessState
from services.account.member import Member
from services.lifecycle.retention import Retention
from transport import delivery
from views.account import privacy


class AccessMiddleware(BaseMiddleware):
    """Stands after the filters, where the handler and its flags are known."""

    def __init__(self, consent: Consent, retention: Retention) -> None:
        self._consent = consent
        self._retention = retention

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Let through what is open to this standing; everything else is answered with why it is not."""
        access: AccessState | None = data["access"]
        if access is None or access in get_flag(data, "open_to", default=()):
            return await handler(event, data)
        assert isinstance(event, CallbackQuery | Message)
        member: Member = data["member"]
        until = self._retention.kept_until(member)
        screen = privacy.closed(data["t"], access, self._consent, until, member.moved_to_id or 0)
        return await delivery.show(event, screen)
