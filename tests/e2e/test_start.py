"""Starting: what is wrong is said in one line, and Telegram out of reach is waited for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.remote.processes import PlaygroundServer, Process
from tests.e2e.forks import forked_server

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SECRET = "hunter2"


@pytest.mark.parametrize(
    ("setting", "env"),
    [
        ("BOT_TOKEN", {"BOT_TOKEN": SECRET}),
        ("DATABASE_URL", {"BOT_TOKEN": TOKEN, "DATABASE_URL": f"mysql://exhale:{SECRET}@db/exhale"}),
        ("DATABASE_URL", {"BOT_TOKEN": TOKEN, "DATABASE_URL": f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:1/exhale"}),
        ("DATABASE_URL", {"BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite+aiosqlite:////proc/nowhere/exhale.db"}),
        ("DEFAULT_TIMEZONE", {"BOT_TOKEN": TOKEN, "DEFAULT_TIMEZONE": "Mars/Olympus"}),
        ("BOT_TOKEN", {"DATABASE_URL": f"postgresql+asyncpg://u:{SECRET}@db/exhale"}),
        ("BOT_TOKEN", {"EXHALE_CONTAINER": "1"}),
    ],
    ids=[
        "token",
        "database",
        "database-unavailable",
        "database-folder",
        "timezone",
        "database-without-token",
        "container-without-token",
    ],
)
async def test_a_wrong_setting_ends_the_start_with_one_line(
    make_bot: Callable[..., Process], tmp_path: Path, setting: str, env: dict[str, str]
) -> None:
    bot = make_bot(**env)
    await bot.start()

    assert await bot.ended() > 0

    (line,) = bot.output.splitlines()
    assert line.startswith(setting)
    assert SECRET not in line
    assert not (tmp_path / "data").exists()


async def test_telegram_out_of_reach_is_waited_for(make_bot: Callable[..., Process], tmp_path: Path) -> None:
    port = _free_port()
    bot = make_bot(BOT_TOKEN=TOKEN, BOT_API_URL=f"http://127.0.0.1:{port}")
    await bot.start()
    assert "next_try_in_seconds=" in await bot.says("out of reach")

    async with forked_server(tmp_path, "--token", TOKEN, port=port) as server:
        await bot.says("ready")
        assert await bot.stop() == 0
        assert await server.control.refused() == []


async def test_a_token_that_telegram_refuses_is_named(
    server: PlaygroundServer, make_bot: Callable[..., Process]
) -> None:
    bot = make_bot(BOT_TOKEN=TOKEN, BOT_API_URL=server.bot_env["BOT_API_URL"])
    await bot.start()

    assert await bot.ended() > 0
    assert bot.output.splitlines()[-1].startswith("BOT_TOKEN: ")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
