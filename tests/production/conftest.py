"""A playground's server in the test's process, and bots that run against it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram.client.session import aiohttp as client

from playground import Playground
from playground.__main__ import people
from tests.e2e.conftest import make_bot
from tests.production.running import RunningBot
from tests.redis import RedisServer

__all__ = ["make_bot"]

MakeRunning = Callable[..., RunningBot]


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Every client of the Bot API reads the same file of authorities, which takes longer than the rest of its start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "ssl", SimpleNamespace(create_default_context=cache(ssl.create_default_context)))
        yield


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Telegram, as far as the bot can see; faults are added through `playground.faults`."""
    server = Playground(people=people(8), port=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def running(playground: Playground, database_url: str) -> AsyncIterator[MakeRunning]:
    """Makes bots that run in this process; they are stopped when the test ends."""
    made: list[RunningBot] = []

    def make(**settings: Any) -> RunningBot:
        made.append(RunningBot(playground, str(settings.pop("database_url", database_url)), **settings))
        return made[-1]

    yield make
    for one in made:
        await one.stop()


@pytest.fixture
def mortal_redis() -> Iterator[RedisServer]:
    """A Redis of the test's own, which it may kill."""
    server = RedisServer()
    yield server
    server.close()
