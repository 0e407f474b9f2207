"""The playground as one object: a world, its server, its state file and what runs beside them."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.methods.api import BotApi
from playground.server.control import Control, ControlApi
from playground.server.faults import Faults
from playground.server.polling import LongPoll
from playground.server.server import Server
from playground.server.webhook import WebhookSender
from playground.world.answering import AnswerForMe, SampleAnswers
from playground.world.clock import Clock, utc_now
from playground.world.entities import Person
from playground.world.storage import StateFile
from playground.world.world import World

HOST = "127.0.0.1"
BOT_ID = 7_000_000_001
TOKEN = re.compile(r"(\d+):[A-Za-z0-9_-]{35}")


class Playground:
    """A local Bot API server with a chat page.

    `url` is the page, `api_url` the base address for a bot's Bot API client, `token` the bot's token; all are right
    once `start` has returned (a `port` of 0 picks a free one). `walk_clock` moves the clock to a moment when the page
    asks for it, in place of one leap; `world` and `api` are there for use in-process. Raise ValueError for a token that
    isn't one or a state file that can't be read, OSError from `start` if the port is taken.
    """

    def __init__(
        self,
        *,
        people: Iterable[Person],
        port: int = 8080,
        state: Path | None = None,
        controls: Iterable[Control] = (),
        clock: Clock | None = None,
        example: SampleAnswers | None = None,
        token: str | None = None,
        walk_clock: Callable[[datetime], Awaitable[None]] | None = None,
        pace: float = 0.2,
    ) -> None:
        self._port = port
        self._clock = clock
        self._state = StateFile(state, self._dump) if state else None
        saved = (self._state.load() if self._state else None) or {}
        self.token = token or saved.get("token") or f"{BOT_ID}:{secrets.token_hex(18)[:35]}"
        match = TOKEN.fullmatch(self.token)
        if not match:
            raise ValueError("a bot token is a number, a colon and 35 letters, digits, _ or -")
        self.world = World(people, clock=clock or utc_now, bot_id=int(match[1]))
        self._restore(saved)
        self.api = BotApi(self.world)
        self.faults = Faults()
        answer_for_me = AnswerForMe(self.world, example, clock, pace=pace) if example else None
        self._control = ControlApi(self.world, clock, answer_for_me, self.faults, list(controls), walk_clock)
        self._poll = LongPoll(self.api)
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The base of the Bot API, without a slash at its end."""
        return self.url

    async def start(self) -> None:
        """Open the port and begin to serve."""
        server = Server(self.api, self.token, self._control, self.faults, self._poll)
        self._runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        if self._state:
            self.world.listeners.append(self._state.hear)
        self._tasks = [asyncio.create_task(WebhookSender(self.api).run())]

    async def stop(self) -> None:
        """End open connections, close the port and save the chats."""
        self._control.close()
        self._poll.stop()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._runner:
            await self._runner.cleanup()
        if self._state:
            self.world.listeners.remove(self._state.hear)
            self._state.close()

    def _dump(self) -> dict[str, Any]:
        clock = self._clock.dump() if self._clock else None
        return {"token": self.token, "clock": clock, "world": self.world.dump()}

    def _restore(self, saved: dict[str, Any]) -> None:
        if self._clock and saved.get("clock"):
            self._clock.restore(saved["clock"])
        if saved.get("world"):
            self.world.load(saved["world"])
