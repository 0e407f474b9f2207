"""A line in the log of its area for everything that is handled: which handler, whose (internal id), how long.

It is written here for all handlers, so a new one cannot be forgotten, and none can write more than this.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import TelegramObject

from ops.logs import get_logger
from services.account.member import Member
from services.kit.errors import Refusal

AREAS = {
    "assessment": ("wellbeing.checkin", "wellbeing.pulse", "wellbeing.results", "wellbeing.history"),
    "recommendations": ("wellbeing.recommendations", "wellbeing.breathing"),
    "dashboard": ("wellbeing.dashboard",),
    "auth": (
        "lifecycle.start",
        "account.profile",
        "account.settings",
        "account.privacy",
        "account.leaving",
        "membership",
    ),
}
LOGS = {router: get_logger(area) for area, routers in AREAS.items() for router in routers}
ELSEWHERE = get_logger("talk")
ROUTINE = "wellbeing.checkin.answer"  # twenty of these make one check-in, and nothing is as frequent


class AccessLogMiddleware(BaseMiddleware):
    """Stands right before the handler."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Run the handler and note it, whether it ends well or not."""
        chosen: HandlerObject = data["handler"]
        member: Member | None = data.get("member")
        router: Router = data["event_router"]
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
            name = f"{router.name}.{chosen.callback.__name__}"
            log = LOGS.get(router.name, ELSEWHERE)
            note = log.debug if name == ROUTINE else log.info
            note(
                outcome,
                handler=name,
                user=member.id if member else None,
                ms=round((time.perf_counter() - started) * 1000),
            )
