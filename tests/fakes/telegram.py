"""Telegram without a network: aiogram's calls go to the playground's strict Bot API, in the same process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile

from db.database import in_transaction
from playground import ApiError, BotApi, Upload


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a Bot API method, with its parameters as they would go over the wire."""

    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """What the next call of a method meets: Telegram's refusal, or a connection that breaks (`refusal` is None)."""

    refusal: ApiError | None
    carried_out: bool = False


class FakeTelegram(BaseSession):
    """An aiogram session. `calls` is everything the bot asked for; `verify()` fails a test that went wrong unseen."""

    def __init__(self, server: BotApi) -> None:
        super().__init__()
        self.server = server
        self.calls: list[Call] = []
        self._refusals: list[str] = []
        self._in_transaction: list[str] = []
        self._failures: dict[str, deque[Failure]] = {}

    # What a test arranges

    def refuse(self, method: str, code: int, description: str, *, times: int = 1, retry_after: int = 0) -> None:
        """The next `times` calls of a method are refused; nothing happens. This refusal is expected."""
        parameters = {"retry_after": retry_after} if retry_after else None
        self._fail(method, Failure(ApiError(code, description, parameters)), times)

    def break_connection(self, method: str, *, carried_out: bool, times: int = 1) -> None:
        """The connection breaks during the next calls of a method, before or after Telegram did what was asked."""
        self._fail(method, Failure(None, carried_out), times)

    def _fail(self, method: str, failure: Failure, times: int) -> None:
        self._failures.setdefault(method.lower(), deque()).extend([failure] * times)

    # What a test looks at

    def called(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def take_refusals(self) -> list[str]:
        """What Telegram refused by its own rules since the last look; a test that expects some has to take them."""
        taken, self._refusals = self._refusals, []
        return taken

    def verify(self) -> None:
        """Fail when Telegram refused something unexpected, or was called while a transaction was open."""
        assert not self._in_transaction, f"called inside a transaction: {self._in_transaction}"
        assert not self._refusals, f"refused: {self._refusals}"

    # What aiogram calls

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        """One call, as the HTTP session would make it."""
        name = method.__api_method__
        if in_transaction():
            self._in_transaction.append(name)
        params, files = await self._form(bot, method)
        self.calls.append(Call(name, params))
        await asyncio.sleep(0)  # a real call lets others run, too
        waiting = self._failures.get(name.lower())
        failure = waiting.popleft() if waiting else None
        if failure and failure.refusal is None and not failure.carried_out:
            raise TelegramNetworkError(method=method, message="cannot connect")
        if failure and failure.refusal is not None:
            return self._answer(bot, method, failure.refusal.code, failure.refusal.body())
        try:
            result = await self._carry_out(name, params, files)
        except ApiError as refusal:
            self._refusals.append(f"{name}: {refusal.description}")
            return self._answer(bot, method, refusal.code, refusal.body())
        if failure:
            raise TelegramNetworkError(method=method, message="connection lost")
        return self._answer(bot, method, 200, {"ok": True, "result": result})

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a file that the bot downloads."""
        stored = next(file for file in self.server.world.files.values() if url.endswith(file.path))
        yield stored.content

    async def close(self) -> None:
        """There is nothing to close."""

    async def _carry_out(self, name: str, params: dict[str, Any], files: dict[str, Upload]) -> Any:
        result = self.server.call(name, params, files)
        if name != "getUpdates" or result or not int(params.get("timeout", 0)):
            return result
        arrived = asyncio.Event()
        listener = lambda event: arrived.set() if event["type"] == "update" else None  # noqa: E731
        self.server.world.listeners.append(listener)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(arrived.wait(), float(params["timeout"]))
        self.server.world.listeners.remove(listener)
        return self.server.call(name, params, files)

    async def _form(self, bot: Bot, method: TelegramMethod[Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
        """The fields and files of the form that aiogram's HTTP session would post."""
        attached: dict[str, InputFile] = {}
        params: dict[str, Any] = {}
        for key, value in method.model_dump(warnings=False).items():
            if prepared := self.prepare_value(value, bot=bot, files=attached):
                params[key] = prepared
        files = {
            key: Upload(file.filename or key, b"".join([part async for part in file.read(bot)]))
            for key, file in attached.items()
        }
        return params, files

    def _answer(self, bot: Bot, method: TelegramMethod[Any], code: int, body: dict[str, Any]) -> Any:
        return self.check_response(bot, method, code, json.dumps(body)).result
