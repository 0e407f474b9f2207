"""A line in the log of its area for everything that is handled: which handler, whose (internal id), how long.

It is written here for all handlers, so a new one cannot be forgotten, and none can write more than this.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from ops.logs import get_logger
from services.account.member import Member
from services.kit.errors import Refusal
from transport.aiogram_tuning import chosen_handler

AREAS = {
    "assessment": (
        "wellbeing.checkin",
        "wellbeing.pulse",
        "wellbeing.results",
        "wellbeing.history",
        "wellbeing.snooze",
    ),
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
    """Runs right before the handler."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Run the handler and note it, whether it ends well or not."""
        if get_flag(data, "unlogged", default=False):
            return await handler(event, data)
        chosen = chosen_handler(data)
        member: Member | None = data.get("member")
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
            name = f"{chosen.router}.{chosen.function}"
            log = LOGS.get(chosen.router, ELSEWHERE)
            note = log.debug if name == ROUTINE else log.info
            note(
                outcome,
                handler=name,
                user=member.id if member else None,
                ms=round((time.perf_counter() - started) * 1000),
            )
