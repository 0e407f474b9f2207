"""Every call to Telegram passes through here: its outcome is counted, and any answer at all is noted."""

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

from ops.metrics import Metrics
from ops.network import PROXY_ERRORS


class ApiTelemetry(BaseRequestMiddleware):
    """Runs in the client's session. A refusal is an answer, a broken connection isn't."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Make the call and record its outcome."""
        try:
            response = await self._translated(make_request, bot, method)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._metrics.telegram_failed(error)
            if isinstance(error, TelegramRetryAfter):
                self._metrics.rate_limited.inc()
            if not isinstance(error, TelegramNetworkError | TelegramServerError | ClientDecodeError):
                self._metrics.telegram_answered()
            raise
        self._metrics.telegram_answered()
        return response

    async def _translated(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Make the call, raising a proxy's errors as network errors: aiogram translates those of aiohttp only."""
        try:
            return await make_request(bot, method)
        except (*PROXY_ERRORS, OSError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
