"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from playground.processes import PlaygroundServer, Process
from tests.e2e.forks import ForkedBot
from tests.e2e.processes import bot_process

StartBot = Callable[..., Process]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PlaygroundServer]:
    """The playground's server in its own process."""
    async with PlaygroundServer(tmp_path) as running:
        yield running


@pytest.fixture
async def make_bot(tmp_path: Path) -> AsyncIterator[Callable[..., Process]]:
    """Makes a `bot.py` process with the given settings; it is gone when the test ends.

    `new_interpreter=True` runs `python bot.py` from nothing, which costs seconds; otherwise it is forked.
    """
    made: list[Process] = []

    def make(*, new_interpreter: bool = False, **env: str) -> Process:
        made.append(bot_process(tmp_path, **env) if new_interpreter else ForkedBot(tmp_path, **env))
        return made[-1]

    yield make
    for process in made:
        await process.close()
