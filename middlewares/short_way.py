"""The press that nearly every press is turns off here, in front of everything that it doesn't need.

An answer in the middle of a check-in is one statement and one edit: who it is, in which language, whether they may be
asked and whether the question is still theirs is asked together with the answer (services/wellbeing/checkin/
short_way.py). What that statement doesn't take goes the long way, where everyone learns why.
tests/bot/test_statements.py keeps what a press costs the database, benchmarks/press.py measures the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject, Update

from content import Content
from db.database import Database
from keyboards.wellbeing import Answer
from services.kit.clock import Clock
from views.translator import Catalogs

PREFIX = f"{Answer.__prefix__}{Answer.__separator__}"

Take = Callable[[CallbackQuery, Answer, Database, Content, Catalogs, datetime], Awaitable[bool]]


class ShortWayMiddleware(BaseMiddleware):
    """Runs right behind the throttle. `take` says whether it took the answer."""

    def __init__(self, take: Take, clock: Clock) -> None:
        self._take = take
        self._clock = clock

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Take an answer to its end, or let the update go on."""
        query = event.callback_query if isinstance(event, Update) else None
        chosen = _read(query.data) if query is not None else None
        if query is None or chosen is None:
            return await handler(event, data)
        database, content, catalogs = data["database"], data["content"], data["catalogs"]
        if await self._take(query, chosen, database, content, catalogs, self._clock()):
            return None
        return await handler(event, data)


def _read(data: str | None) -> Answer | None:
    """Return the answer that a button stands for, None for any other button."""
    if data is None or not data.startswith(PREFIX):
        return None
    try:
        return Answer.unpack(data)
    except (TypeError, ValueError):
        return None
