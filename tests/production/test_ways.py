"""The ways to Telegram: another Bot API server, a proxy, and settings that are refused before anything starts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from config import SettingsError, load_settings
from playground import Playground
from tests.fakes.stage import Stage
from tests.production.conftest import MakeRunning
from tests.production.running import free_port
from transport.ingest import CannotServeError
from transport.webhook import Webhook

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
HOOK = {"bot_token": TOKEN, "webhook_url": "https://bot.example.org/updates", "webhook_secret": "s3cret"}


class Proxy:
    """An HTTP proxy that only knows CONNECT, and counts."""

    def __init__(self) -> None:
        self.tunnels = 0
        self.port = free_port()
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self) -> None:
        """Listen, or listen again, at the same port."""
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Cut every tunnel and listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._server = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One tunnel."""
        head = await reader.readuntil(b"\r\n\r\n")
        target = re.match(rb"CONNECT ([\d.]+):(\d+)", head)
        assert target
        self.tunnels += 1
        other_reader, other_writer = await asyncio.open_connection(target[1].decode(), int(target[2]))
        self._writers += [writer, other_writer]
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        pumps = [(reader, other_writer), (other_reader, writer)]
        await asyncio.gather(*(self._pump(source, sink) for source, sink in pumps))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
        except ConnectionError:
            pass
        finally:
            sink.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    made = Proxy()
    await made.open()
    yield made
    await made.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_everything_goes_through_the_proxy(running: MakeRunning, playground: Playground, proxy: Proxy) -> None:
    bot = running(bot_proxy=f"http://127.0.0.1:{proxy.port}")
    await bot.start()
    anna = bot.employee()
    await anna.starts()
    await anna.answered_beyond(0)
    assert proxy.tunnels > 0
    await bot.stop()
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_an_unavailable_proxy_is_waited_for(
    running: MakeRunning, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, and later: for the bot it is the same as Telegram out of reach."""
    for module in ("app.greeting", "transport.polling"):
        monkeypatch.setattr(f"{module}.TELEGRAM_PAUSES", (0.05,))
    await proxy.close()
    bot = running(bot_proxy=f"http://127.0.0.1:{proxy.port}")
    await bot.start()
    await asyncio.sleep(0.2)
    await proxy.open()
    anna = bot.employee()
    await anna.starts()
    await anna.answered_beyond(0)
    await proxy.close()
    await asyncio.sleep(0.2)  # a poll and its repetitions
    await proxy.open()
    await anna.starts()
    await anna.answered_beyond(1)
    await bot.stop()
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_stop_is_heard_while_telegram_keeps_silent_at_the_start(running: MakeRunning) -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        bot = running(bot_api_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await bot.start()
        await asyncio.sleep(0.3)
        async with asyncio.timeout(5):
            await bot.stop()


async def test_a_webhook_that_telegram_refuses_is_named(stage: Stage) -> None:
    stage.telegram.refuse("setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host")
    hook = Webhook(
        stage.app.bot,
        stage.app.ingest,
        url=HOOK["webhook_url"],
        secret="s",
        host="127.0.0.1",
        port=free_port(),
        drain=1,
    )
    with pytest.raises(CannotServeError, match=r"WEBHOOK_URL: .*Failed to resolve host"):
        await hook.open()
    await hook.close()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (HOOK | {"webhook_secret": None}, "WEBHOOK_SECRET: missing"),
        (HOOK | {"webhook_secret": "пароль"}, "WEBHOOK_SECRET: must be"),
        (HOOK | {"webhook_secret": "x" * 257}, "WEBHOOK_SECRET: must be"),
        (HOOK | {"webhook_url": f"https://bot.example.org/{TOKEN}"}, "WEBHOOK_URL: must not contain the token"),
        (HOOK | {"webhook_url": "bot.example.org"}, "WEBHOOK_URL: must begin with"),
        ({"bot_token": TOKEN, "bot_proxy": "proxy:8080"}, "BOT_PROXY: must begin with"),
        ({"bot_token": TOKEN, "redis_url": "localhost"}, "REDIS_URL: must begin with"),
        ({"bot_token": TOKEN, "ops_port": 70000}, "OPS_PORT: "),
        ({"holidays": "XX"}, "HOLIDAYS: no holidays are known"),
        ({"holidays": "DE-XX"}, "HOLIDAYS: no holidays are known"),
        ({"holidays": "Россия"}, "HOLIDAYS: no holidays are known"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_setting_that_cannot_work_is_named(settings: dict[str, Any], line: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(line)) as refused:
        load_settings(_env_file=None, **settings)
    assert TOKEN not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("env", "file", "country"),
    [
        ({}, "", "RU"),
        ({}, "HOLIDAYS=", ""),
        ({}, "HOLIDAYS=auto", "RU"),
        ({"HOLIDAYS": ""}, "HOLIDAYS=KZ", ""),
        ({"HOLIDAYS": "DE-BY"}, "HOLIDAYS=", "DE-BY"),
        ({"DEFAULT_TIMEZONE": "Asia/Almaty"}, "", "KZ"),
        ({"DEFAULT_TIMEZONE": "Etc/UTC"}, "", ""),
    ],
)
def test_whose_holidays_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], file: str, country: str
) -> None:
    """Guessed where nothing is said; said to be none where it is set and empty."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text(f"{file}\nHELP_CONTACTS=\n")
    assert load_settings(_env_file=tmp_path / ".env").country == country


def test_a_webhook_with_its_secret_is_accepted() -> None:
    assert load_settings(_env_file=None, **HOOK).webhook_url == HOOK["webhook_url"]
