"""What systemd hears from the bot, over a socket as systemd makes it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from ops.supervisor import ALIVE, READY, STOPPING
from ops.version import VERSION
from playground import Playground
from tests.production.conftest import MakeRunning
from tests.production.running import calls_of


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")
        yield listener


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_systemd_hears_that_the_bot_runs_and_that_it_stops(
    systemd: socket.socket, running: MakeRunning, playground: Playground
) -> None:
    loop = asyncio.get_running_loop()

    async def heard() -> str:
        async with asyncio.timeout(20):
            return (await loop.sock_recv(systemd, 100)).decode()

    bot = running()
    with structlog.testing.capture_logs() as lines:
        await bot.start()
        assert [await heard() for _ in range(3)] == [READY, ALIVE, ALIVE]
        await calls_of(playground, "setMyCommands")
        await bot.stop()
    said: list[str] = []
    while not said or said[-1] != STOPPING:
        said.append(await heard())
    assert set(said[:-1]) <= {ALIVE}
    assert (lines[0]["event"], lines[0]["version"]) == ("starting", VERSION)
    assert lines[-1]["event"] == "stopped"
