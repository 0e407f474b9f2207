"""Every call to Telegram passes here: what it met is counted, and that Telegram answered at all is noted."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod

from metrics import Metrics


class CallsMiddleware(BaseRequestMiddleware):
    """Stands in the client's session. A refusal is an answer, a broken connection is not."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Make the call and note how it went."""
        try:
            response = await make_request(bot, method)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._metrics.telegram_failed(error)
            if isinstance(error, TelegramRetryAfter):
                self._metrics.rate_limited.inc()
            if not isinstance(error, TelegramNetworkError | TelegramServerError | ClientDecodeError):
                self._metrics.telegram_answered()
            raise
        self._metrics.telegram_answered()
        return response
