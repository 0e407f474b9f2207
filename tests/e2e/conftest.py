"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from playground.remote.processes import PlaygroundServer, Process
from tests.e2e.browser import Browser, Page, find_chromium
from tests.e2e.forks import ForkedBot, forked_server
from tests.e2e.processes import bot_process
from tests.e2e.visit import SIZES

StartBot = Callable[..., Process]

CHROMIUM = find_chromium()
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed (on Debian: apt install chromium)"
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PlaygroundServer]:
    """The playground's server in its own process."""
    async with forked_server(tmp_path) as running:
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


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One for all tests, since each start costs a second."""
    assert CHROMIUM is not None
    started = Browser(CHROMIUM, tmp_path_factory.mktemp("browser") / "profile")
    yield started
    started.close()


@pytest.fixture
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    """An empty window of the size under test."""
    async with browser.window(*SIZES[request.param]) as opened:
        yield opened


@pytest.fixture
async def url(make_bot: Callable[..., Process]) -> str:
    """The address that the bot prints when it starts without a token."""
    bot = make_bot(PLAYGROUND_PORT="0", CHECKIN_PERIOD_WEEKS="4")
    await bot.start()
    await bot.says("ready")
    return (await bot.says("http://")).rpartition(" ")[2]
