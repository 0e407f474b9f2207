"""What machines ask: healthy, ready, and figures in which nobody can be found."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator

import pytest
import structlog
from aiohttp import ClientSession
from sqlalchemy import text

from config import load_settings
from ops.network import PortTakenError
from ops.server import LATELY_SECONDS, Ops
from playground import Playground
from services.system import health
from tests.fakes.stage import Stage
from tests.people import member
from tests.production.conftest import MakeRunning
from tests.production.full import takes_nothing_in
from tests.production.running import calls_of, free_port

HOST = "127.0.0.1"
TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
async def port(stage: Stage) -> AsyncIterator[int]:
    """The stage's ops server."""
    chosen = free_port()
    server = Ops(stage.database, stage.app.metrics, stage.clock)
    await server.start(HOST, chosen)
    yield chosen
    await server.stop()


async def ask(port: int, path: str) -> tuple[int, str]:
    async with ClientSession() as http, http.get(f"http://{HOST}:{port}/{path}") as response:
        return response.status, await response.text()


@pytest.mark.both_databases
async def test_ready_needs_the_schema_and_telegram(stage: Stage, port: int) -> None:
    assert await ask(port, "healthz") == (200, "ok\n")
    assert await ask(port, "readyz") == (503, "Telegram has not answered lately\n")
    stage.app.metrics.telegram_answered()
    assert await ask(port, "readyz") == (200, "ready\n")

    stage.app.metrics.answered_at = time.monotonic() - LATELY_SECONDS - 1
    assert (await ask(port, "readyz"))[0] == 503
    stage.app.metrics.telegram_answered()

    async with stage.database.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert await ask(port, "readyz") == (503, "the schema is not the one of this version\n")
    assert (await ask(port, "healthz"))[0] == 200


async def test_the_figures_tell_what_happened_and_to_nobody_in_particular(stage: Stage, port: int) -> None:
    anna = await member(stage, 7654321, "Анна")
    await anna.presses(anna.buttons[0][0])
    await anna.says("/menu")
    stage.clock.advance(days=21)
    await stage.tick()

    status, figures = await ask(port, "metrics")

    assert status == 200
    for figure in (
        'exhale_updates_total{kind="callback_query",outcome="done"} 1.0',
        'exhale_handler_seconds_count{kind="message"} 1.0',
        "exhale_dead_letters 0.0",
        "exhale_database_up 1.0",
        "exhale_oldest_due_seconds",
        "exhale_delivery_lag_seconds_bucket",
        "exhale_telegram_429_total 0.0",
        "process_resident_memory_bytes",
    ):
        assert figure in figures
    assert "7654321" not in figures
    assert "Анна" not in figures


@pytest.mark.both_databases
async def test_what_waits_too_long_is_seen(stage: Stage, port: int) -> None:
    await member(stage, 1001, "Анна")
    await stage.app.ticker._plan()
    assert "exhale_oldest_due_seconds 0.0" in (await ask(port, "metrics"))[1]
    stage.clock.advance(days=30)
    (line,) = [line for line in (await ask(port, "metrics"))[1].splitlines() if line.startswith("exhale_oldest_due")]
    assert float(line.split()[1]) > 86_400


@pytest.mark.both_databases
async def test_without_a_database_no_figure_says_that_all_is_well(stage: Stage, port: int) -> None:
    await member(stage, 1001, "Анна")
    async with stage.database.begin() as session:
        await health.note_backup(session, stage.clock())
    await stage.app.ticker._tick_by_clock()
    figures = (await ask(port, "metrics"))[1].splitlines()
    assert {"exhale_is_sender 1.0", "exhale_database_up 1.0", "exhale_dead_letters 0.0"} <= set(figures)
    value = stage.app.metrics.registry.get_sample_value("exhale_last_backup_timestamp_seconds")
    assert value == stage.clock().timestamp()

    stage.clock.advance(days=30)  # somebody is due, so the tick has something to write
    async with takes_nothing_in(stage.database):
        with structlog.testing.capture_logs():  # there is no room for a line either
            await stage.app.ticker._tick_by_clock()
        figures = (await ask(port, "metrics"))[1].splitlines()
    assert {
        "exhale_is_sender 0.0",
        "exhale_database_up 0.0",
        "exhale_dead_letters NaN",
        "exhale_oldest_due_seconds NaN",
    } <= set(figures)
    await stage.app.ticker._sender.release()


async def test_telegram_out_of_reach_is_healthy_and_not_ready(running: MakeRunning, playground: Playground) -> None:
    port = free_port()
    playground_url = playground.api_url
    bot = running(ops_port=port, bot_api_url=f"http://{HOST}:{free_port()}")
    await bot.start()
    await wait_for(port)
    assert (await ask(port, "healthz"))[0] == 200
    assert (await ask(port, "readyz"))[0] == 503
    await bot.stop()

    bot = running(ops_port=port, bot_api_url=playground_url)
    await bot.start()
    await calls_of(playground, "getMe")
    await wait_for(port)
    assert await ask(port, "readyz") == (200, "ready\n")


async def wait_for(port: int) -> None:
    """Until somebody listens."""
    from playground.remote.client import until

    async def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex((HOST, port)) == 0

    await until(listens, lambda: "nobody listens")


async def test_a_port_that_is_taken_is_named(stage: Stage, port: int) -> None:
    other = Ops(stage.database, stage.app.metrics.__class__(), stage.clock)
    with pytest.raises(PortTakenError, match=f"OPS_PORT: {port}"):
        await other.start(HOST, port)


def test_where_it_listens() -> None:
    def ops_on(**settings: object) -> int:
        return load_settings(_env_file=None, **settings).ops_on

    assert ops_on() == 0  # the playground
    assert ops_on(bot_token=TOKEN) == 9090
    assert ops_on(bot_token=TOKEN, ops_port=0) == 0
    assert ops_on(ops_port=1234) == 1234
    assert load_settings(_env_file=None).ops_host == "127.0.0.1"
