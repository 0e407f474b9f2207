"""Callers of the bot's servers that are silent or slow are let go; nothing there tells what it is made of."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import ClientSession

from ops import listening
from ops.server import Ops
from playground import Playground
from tests.fakes.stage import Stage
from tests.nginx import OPENSSL, PROGRAM, Nginx
from tests.production.conftest import MakeRunning
from tests.production.running import calls_of, free_port
from tests.production.test_webhook import MESSAGE, SECRET
from transport.webhook import BODY_LIMIT, SECRET_HEADER

HOST = "127.0.0.1"
HALF_OPEN = [60, pytest.param(600, marks=pytest.mark.soak)]
GIVE_UP_SECONDS = 10

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.listening.SILENT_SECONDS", 0.5)
    monkeypatch.setattr("transport.webhook.BODY_SECONDS", 0.5)
    monkeypatch.setattr("ops.listening.LINGERING_SECONDS", 0.2)


@pytest.fixture
async def webhook_port(impatient: None, running: MakeRunning, playground: Playground) -> int:
    port = free_port()
    bot = running(webhook_url=f"http://{HOST}:{port}/updates", webhook_secret=SECRET, web_port=port)
    await bot.start()
    await calls_of(playground, "setWebhook")
    return port


@pytest.fixture
async def ops_port(impatient: None, stage: Stage) -> AsyncIterator[int]:
    port = free_port()
    server = Ops(stage.database, stage.app.metrics, stage.clock)
    await server.start(HOST, port)
    yield port
    await server.stop()


async def says(port: int, *parts: bytes) -> bytes:
    """Everything that is answered to these bytes until the other side closes."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            return await reader.read()
    finally:
        writer.close()


async def posted(port: int, http: ClientSession) -> int:
    url = f"http://{HOST}:{port}/updates"
    async with http.post(url, data=json.dumps(MESSAGE), headers={SECRET_HEADER: SECRET}) as answer:
        return answer.status


@pytest.mark.parametrize("many", HALF_OPEN)
async def test_half_open_connections_are_closed_and_hold_nobody_up(webhook_port: int, many: int) -> None:
    halves = [b"", b"POST /upd", b"POST /updates HTTP/1.1\r\nHost: x\r\nX-Half: "]
    silent = [asyncio.create_task(says(webhook_port, halves[number % len(halves)])) for number in range(many)]
    async with ClientSession() as http:
        assert await posted(webhook_port, http) == 200
    assert await asyncio.gather(*silent) == [b""] * many


async def test_a_body_that_does_not_come_is_not_waited_for(webhook_port: int) -> None:
    head = f"POST /updates HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 90\r\n\r\n"
    answered = await says(webhook_port, head.encode(), b'{"update_')
    assert answered.startswith(b"HTTP/1.1 408 ")
    async with ClientSession() as http:
        assert await posted(webhook_port, http) == 200


@pytest.mark.parametrize("many", HALF_OPEN)
async def test_the_operators_port_lets_silent_callers_go(ops_port: int, many: int) -> None:
    assert await asyncio.gather(*(says(ops_port, b"GET /hea") for _ in range(many))) == [b""] * many
    assert b"\r\n\r\nok\n" in await says(ops_port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"404"),
        (b"\x16\x03\x01 what\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 2 * listening.LARGEST_LINE + b"\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2 * listening.MOST_HEADERS + b"\r\n", b"400"),
    ],
    ids=["well", "nowhere", "garbage", "long", "many"],
)
async def test_no_answer_tells_what_the_server_is_made_of(ops_port: int, request_: bytes, status: bytes) -> None:
    head = (await says(ops_port, request_)).partition(b"\r\n\r\n")[0]
    assert head.split()[1] == status
    assert b"Server: exhale" in head.splitlines()
    assert b"aiohttp" not in head
    assert b"Python" not in head


# --- behind nginx -----------------------------------------------------------------------------------------------------


@pytest.fixture
def nginx(webhook_port: int) -> Iterator[Nginx]:
    if PROGRAM is None or OPENSSL is None:
        pytest.skip("nginx or openssl is not installed")
    server = Nginx(free_port(), webhook_port)
    yield server
    server.stop()


async def test_nginx_lets_updates_in_and_nothing_else(nginx: Nginx, playground: Playground) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    url = f"https://{HOST}:{nginx.port}"
    async with ClientSession(headers={SECRET_HEADER: SECRET}) as http:

        async def status(method: str, path: str, body: bytes = b"", **headers: str) -> int:
            async with http.request(method, url + path, data=io.BytesIO(body), headers=headers, ssl=trusting) as answer:
                assert "aiohttp" not in answer.headers["Server"]
                return answer.status

        assert await status("POST", "/updates", json.dumps(MESSAGE).encode()) == 200
        await calls_of(playground, "sendMessage")
        assert await status("POST", "/updates", json.dumps(MESSAGE).encode(), **{SECRET_HEADER: "wrong"}) == 401
        assert await status("POST", "/updates", b" " * (BODY_LIMIT + 1)) == 413
        assert await status("GET", "/updates") == 403
        for path in ("/", "/metrics", "/healthz", "/updates/more"):
            assert await status("GET", path) == 404
