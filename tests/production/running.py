"""The whole bot in the test's own process: the production wiring, over HTTP, against a playground's server."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from app import runtime, wiring
from config import load_settings
from content import load_content
from db.database import Database
from playground import Playground
from playground.remote.client import ControlClient, until
from services.kit.clock import Clock, system_clock
from tests.e2e.story import Employee
from tests.postgres import PostgresServer
from transport.stop import Stop


class RunningBot:
    """`start()` is what `python bot.py` does, `stop()` is SIGTERM. Takes any of `config.Settings` by name."""

    def __init__(
        self, playground: Playground, database_url: str, *, clock: Clock = system_clock, **settings: Any
    ) -> None:
        self._playground = playground
        self._clock = clock
        self._settings = load_settings(
            _env_file=None,
            **{
                "bot_token": playground.token,
                "bot_api_url": playground.api_url,
                "database_url": database_url,
                "ops_port": 0,
                **settings,
            },
        )
        self._stop: Stop
        self._task: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Begin to serve."""
        self.database = await self._stack.enter_async_context(opened(self._settings.database))
        client = wiring.create_bot(self._settings, self._playground.token, self._settings.bot_api_url)
        limits = await self._stack.enter_async_context(runtime.open_limits(self._settings))
        self.app = wiring.create_app(self._settings, load_content(), self.database, client, self._clock, limits=limits)
        self._stop = Stop()
        self._task = asyncio.create_task(runtime.run(self.app, self._stop))

    async def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        if self._task is not None:
            self._stop.set()
            task, self._task = self._task, None
            await task
            await self._stack.aclose()

    async def fails(self) -> BaseException:
        """Wait until it ends by itself; gives why."""
        assert self._task is not None
        task, self._task = self._task, None
        await asyncio.wait([task])
        await self._stack.aclose()
        error = task.exception()
        assert error is not None
        return error

    def employee(self, person_id: int = 1001, locale: str = "ru") -> Employee:
        """Somebody who talks to it."""
        return Employee(ControlClient(self._playground.url), person_id, locale)


class RestartablePostgres(PostgresServer):
    """A server that can be cut off in the middle, and comes back with what was committed."""

    def __init__(self) -> None:
        super().__init__(settings=("listen_addresses=", "shared_buffers=32MB"))

    def crash(self) -> None:
        """SIGQUIT to the postmaster: every connection breaks, nothing is closed well."""
        self._process.communicate()  # its keeper does just that at the end of its input

    def come_back(self) -> None:
        """Start again on the same files."""

        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            self._process.args, stdin=subprocess.PIPE, stdout=log, stderr=log, **self._identity
        )
        log.close()
        self._wait_until_ready(self._folder / "data" / "postmaster.pid")


async def calls_of(playground: Playground, method: str, at_least: int = 1) -> list[Any]:
    """Wait until the bot has called a method so many times; gives the calls."""

    async def enough() -> list[Any] | None:
        found = [call for call in playground.world.calls if call.method.lower() == method.lower()]
        return found if len(found) >= at_least else None

    return await until(enough, lambda: f"{method} was not called")


def database_file(url: str) -> Path:
    """The file behind an SQLite address."""
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def files_of(path: Path) -> list[Path]:
    """An SQLite database and what lies beside it, but for its locks."""
    return [file for file in sorted(path.parent.glob(path.name + "*")) if file.suffix != ".lock"]


_closed: dict[str, list[Database]] = defaultdict(list)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database that nobody else has, with the statements that one at the same address has written before it."""
    database = _closed[url].pop() if _closed[url] else Database(url)
    try:
        yield database
    finally:
        await database.dispose()
        _closed[url].append(database)


async def rows(url: str, statement: Any) -> list[Any]:
    """What a database holds that is not that of the fixtures: the first column, or the object, of each row."""
    async with opened(url) as database, database.read() as session:
        return list((await session.execute(statement)).scalars())


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
