"""The client of the Bot API: plain methods go out as JSON with only what is set, everything else as aiogram sends it.

aiogram builds a form for each call, one part a field. Nine calls of ten are small and carry no file, and as JSON they
cost half (benchmarks/press.py). A method that carries a file, or that isn't listed here, takes aiogram's own way.
"""

from __future__ import annotations

import json
from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, TelegramMethod
from aiohttp import ClientError
from pydantic import BaseModel

from transport.aiogram_tuning import EditText, GetRawUpdates, SendText
from transport.confirming import noted
from views.screen import Json

PLAIN = frozenset((AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, EditText, GetRawUpdates, SendText))
UNREAD = frozenset((AnswerCallbackQuery, EditText))  # no one asks for more than that it went well
WENT_WELL = b'{"ok":true,'
HEADERS = {"Content-Type": "application/json"}


class Client(AiohttpSession):
    """aiogram's session with a shorter way for the methods in `PLAIN`."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        """Call a method of the Bot API and return its result. Raise aiogram's errors."""
        if type(method) not in PLAIN:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        seconds: Any = self.timeout if timeout is None else timeout
        body = noted(body_of(method)) if type(method) is EditText else body_of(method)
        try:
            async with session.post(url, data=body, headers=HEADERS, timeout=seconds) as response:
                answer = await response.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        if type(method) in UNREAD and answer.startswith(WENT_WELL):
            return True
        return self.check_response(bot, method, response.status, answer.decode()).result


def body_of(method: TelegramMethod[Any]) -> bytes:
    """Return what of a method is set, as JSON. The bot has no defaults of its own, so aiogram's are left out."""
    fields = (f'"{name}":{_json(value)}' for name, value in vars(method).items() if not _is_unset(value))
    return f"{{{','.join(fields)}}}".encode()


def _json(value: Any) -> str:
    if isinstance(value, Json):
        return value
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_none=True)
    return json.dumps(value)


def _is_unset(value: Any) -> bool:
    return value is None or isinstance(value, Default)
