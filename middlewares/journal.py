"""A line in the log of its area for everything that is handled: which handler, whose (internal id), how long.

It is written here for all handlers, so a new one cannot be forgotten, and none can write more than this.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import TelegramObject

from logs import get_logger
from services.errors import Refusal
from services.users import Actor

AREAS = {
    "assessment": ("checkin", "pulse", "results", "history"),
    "recommendations": ("recommendations", "breathing"),
    "dashboard": ("dashboard",),
    "auth": ("start", "profile", "settings", "privacy", "leaving", "membership"),
}
LOGS = {module: get_logger(area) for area, modules in AREAS.items() for module in modules}
ELSEWHERE = get_logger("talk")
ROUTINE = "checkin.answer"  # twenty of these make one check-in, and nothing is as frequent


class JournalMiddleware(BaseMiddleware):
    """Stands right before the handler."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Run the handler and note it, whether it ends well or not."""
        chosen: HandlerObject = data["handler"]
        actor: Actor | None = data.get("actor")
        module = chosen.callback.__module__.rpartition(".")[2]
        started = time.perf_counter()
        outcome = "failed"
        try:
            result = await handler(event, data)
            outcome = "done"
            return result
        except Refusal:
            outcome = "refused"
            raise
        finally:
            name = f"{module}.{chosen.callback.__name__}"
            log = LOGS.get(module, ELSEWHERE)
            note = log.debug if name == ROUTINE else log.info
            note(
                outcome,
                handler=name,
                user=actor.id if actor else None,
                ms=round((time.perf_counter() - started) * 1000),
            )
