"""The gate before every handler: people who left the company, or gave no valid consent, are asked nothing.

A handler is closed to them unless its flag `open_to` names their access state (handlers/access.py), so that a new
handler can't be forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from content import Consent
from services.lifecycle.retention import Retention
from transport.request import Request
from views.account import privacy


class AccessMiddleware(BaseMiddleware):
    """Runs after the filters, where the handler with its flags and the request are known."""

    def __init__(self, consent: Consent, retention: Retention) -> None:
        self._consent = consent
        self._retention = retention

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Let through what is open to this access state; answer everything else with why it isn't."""
        request: Request = data["request"]
        if request.access is None or request.access in get_flag(data, "open_to", default=()):
            return await handler(event, data)
        member = request.member
        until = self._retention.kept_until(member)
        screen = privacy.closed(request.t, request.access, self._consent, until, member.moved_to_id or 0)
        return await request.show(screen)
