"""The webhook: the same effects as polling, 200 only after the commit, and nobody gets in without the secret."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import select, text

from models import Assessment, DeadLetter, Draft, User
from playground import Playground
from playground.remote.client import until
from services.wellbeing.checkin.short_way import go_on_by_one
from tests.conftest import Reread
from tests.e2e.story import SEED, make_invite
from tests.production.conftest import MakeRunning
from tests.production.running import RunningBot, calls_of, free_port
from transport.polling import Polling
from transport.webhook import BODY_LIMIT, SECRET_HEADER

SECRET = "Just-a_secret-42"
MESSAGE = {
    "update_id": 5001,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 1001, "type": "private"},
        "from": {"id": 1001, "is_bot": False, "first_name": "Анна", "language_code": "ru"},
        "text": "/start",
    },
}


@pytest.fixture
async def hooked(running: MakeRunning, playground: Playground) -> RunningBot:
    """A bot behind a webhook, listening."""
    port = free_port()
    bot = running(webhook_url=f"http://127.0.0.1:{port}/updates", webhook_secret=SECRET, web_port=port)
    await bot.start()

    async def is_set() -> bool:
        return bool(playground.world.webhook.url)

    await until(is_set, lambda: "no webhook was set")
    return bot


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def address(playground: Playground) -> str:
    return str(playground.world.webhook.url)


async def post(http: ClientSession, url: str, body: Any, secret: str | bytes | None = SECRET) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with http.post(url, data=io.BytesIO(data), headers=headers) as response:  # type: ignore[arg-type]
        return response.status


async def test_polling_takes_the_webhook_back(running: MakeRunning, playground: Playground) -> None:
    playground.api.call("setWebhook", {"url": "http://127.0.0.1:9/nowhere"})
    bot = running()
    assert playground.world.webhook.url
    await bot.start()
    assert isinstance(bot.app.source, Polling)
    await bot.app.source.open()
    assert not playground.world.webhook.url


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_only_the_secret_lets_in(
    hooked: RunningBot, playground: Playground, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    def has_answered() -> bool:
        return any("sendMessage" in call.method for call in playground.world.calls)

    for secret in (None, "", "wrong", SECRET + "x", "пароль"):
        assert await post(http, address(playground), MESSAGE, secret) == 401, secret
        assert not has_answered(), secret
    assert await post(http, address(playground), MESSAGE, SECRET) == 200
    assert has_answered()
    assert [record for record in caplog.records if record.exc_info] == []


GARBAGE: dict[str, tuple[Any, int]] = {
    "empty": (b"", 400),
    "bytes": (b"\xff\xfe garbage", 400),
    "deep": (b"[" * 100_000, 400),
    "list": ([], 400),
    "no-id": ({"message": {}}, 400),
    "text-id": ({"update_id": "7"}, 400),
    "bool-id": ({"update_id": True}, 400),
    "negative": ({"update_id": -1}, 400),
    "huge": ({"update_id": 2**63}, 400),
    "1MB": (b" " * (BODY_LIMIT + 1), 413),
    "10MB": (b" " * (10 * BODY_LIMIT), 413),
}


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_garbage_is_refused(
    hooked: RunningBot, playground: Playground, http: ClientSession, reread: Reread
) -> None:
    for number, (name, (body, status)) in enumerate(GARBAGE.items()):
        assert await post(http, address(playground), body) == status, name
        assert await post(http, address(playground), {**MESSAGE, "update_id": 5001 + number}) == 200, name
    assert await reread(select(DeadLetter)) == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_other_paths_and_methods_lead_nowhere(
    hooked: RunningBot, playground: Playground, http: ClientSession
) -> None:
    url = address(playground)
    async with http.get(url) as response:
        assert response.status == 405
    assert await post(http, url + "/more", MESSAGE) == 404
    assert playground.token not in url


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_full_disk_is_answered_by_503_and_nothing_is_lost(
    hooked: RunningBot,
    playground: Playground,
    database_url: str,
    reread: Reread,
    http: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transport.webhook.RETRY_AFTER_SECONDS", 1)
    token = await make_invite(database_url)
    anna = hooked.employee()
    await anna.starts(token)
    await anna.reads("consent.title")
    async with hooked.database.begin() as session:
        await session.execute(text("CREATE TABLE filler (data)"))
        await session.execute(text("INSERT INTO filler VALUES (zeroblob(3000))"))
        await session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON users BEGIN INSERT INTO filler VALUES (zeroblob(100000)); END")
        )
    async with hooked.database.begin() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count={pages}"))

    await anna.chooses("consent.agree")
    await anna.reads("error.general")
    assert await reread(select(User)) == []

    async def was_refused() -> bool:
        return "503" in (playground.world.webhook.last_error_message or "")

    await until(was_refused, lambda: "it was told something else")

    async with hooked.database.begin() as session:
        await session.execute(text("PRAGMA max_page_count=1000000"))
    await anna.asked(0)
    assert len(await reread(select(User))) == 1
    assert await reread(select(DeadLetter)) == []
    assert sum("сломалось" in message["text"] for message in await anna.messages()) == 1
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_stop_finishes_what_runs(
    hooked: RunningBot, playground: Playground, database_url: str, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = hooked.employee()
    await anna.joins(await make_invite(database_url))
    shown = await anna.asked(0)
    reached, released = asyncio.Event(), asyncio.Event()

    async def slowly(*args: Any) -> Any:
        reached.set()
        await released.wait()
        return await go_on_by_one(*args)

    monkeypatch.setattr("handlers.wellbeing.checkin.go_on_by_one", slowly)
    await anna.presses_at(shown, 2)
    await reached.wait()
    stopping = asyncio.create_task(hooked.stop())
    await asyncio.sleep(0.1)
    released.set()
    await stopping

    assert await reread(select(Draft.position)) == [1]
    assert [u for u in playground.world.updates if "callback_query" in u] == []  # it was told 200
    await anna.control.close()


async def test_a_whole_checkin_comes_in_by_the_webhook_that_two_replicas_share(
    running: MakeRunning, playground: Playground, database_url: str, reread: Reread
) -> None:
    """One address in front of two ports, as a reverse proxy gives it: here it is the address that changes."""
    ports = [free_port(), free_port()]
    bots = [
        running(webhook_url=f"http://127.0.0.1:{port}/updates", webhook_secret=SECRET, web_port=port) for port in ports
    ]
    for bot in bots:
        await bot.start()

    async def both_listen() -> bool:
        calls = [call for call in playground.world.calls if call.method.lower() == "setwebhook"]
        return len(calls) == 2

    await until(both_listen, lambda: "not both are there")
    assert playground.world.webhook.secret_token == SECRET
    for call in await calls_of(playground, "setWebhook", 2):
        allowed = set(json.loads(call.params["allowed_updates"]))
        assert allowed == {"message", "edited_message", "callback_query", "my_chat_member"}
    anna = bots[0].employee()
    await anna.joins(await make_invite(database_url))
    for number in range(20):
        playground.world.webhook.url = f"http://127.0.0.1:{ports[number % 2]}/updates"
        await anna.answers(number, number + 1)
    await anna.sees_result()
    assert await reread(select(Assessment.score)) == [SEED[-1]]
    assert playground.world.webhook.last_error_message is None
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_poisoned_update_is_dead_lettered_and_blocks_nobody(
    hooked: RunningBot, playground: Playground, http: ClientSession, reread: Reread
) -> None:
    """Telegram would repeat it for a day, and hold back everything else of that person."""
    poisoned = {"update_id": 5002, "message": {**MESSAGE["message"], "chat": {"id": "x"}}}  # type: ignore[dict-item]
    assert await post(http, address(playground), poisoned) == 200
    (letter,) = await reread(select(DeadLetter))
    assert (letter.update_id, letter.kind, letter.error) == (5002, "unreadable", "ValidationError")
    assert await post(http, address(playground), MESSAGE) == 200
    await calls_of(playground, "sendMessage")


async def test_a_call_that_is_repeated_has_one_effect(
    hooked: RunningBot, playground: Playground, http: ClientSession, database_url: str, reread: Reread
) -> None:
    """As after an answer of ours that got lost: at once, together and again later."""
    anna = hooked.employee()
    await anna.joins(await make_invite(database_url))
    shown = await anna.asked(0)
    press = playground.world.person_presses(anna.id, shown["message_id"], row=3, column=0)
    await anna.asked(1)
    repeated = [post(http, address(playground), press) for _ in range(3)]
    assert await asyncio.gather(*repeated) == [200] * 3
    assert await post(http, address(playground), press) == 200

    (draft,) = await reread(select(Draft))
    assert (draft.position, list(draft.answers.values())) == (1, [3])
    assert await reread(select(DeadLetter)) == []
    await anna.control.close()
