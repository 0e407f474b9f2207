"""The server over HTTP: the Bot API, polling, webhook, faults, the control API and who may use it."""

import asyncio
import contextlib
import io
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground import Clock, Control, Person, Playground
from playground.server.webhook import WebhookSender
from tests.playground.helpers import ANNA, BEN, EXAMPLE, Client


async def until(condition: Callable[[], bool]) -> None:
    """Waits for something that other tasks bring about."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


def question(number: int) -> dict[str, Any]:
    rows = [[{"text": f"option {option}", "callback_data": f"{number}:{option}"}] for option in range(7)]
    last = [{"text": "Skip", "callback_data": "skip"}, {"text": "Later", "callback_data": "later"}]
    return {"text": f"{number + 1} of {len(EXAMPLE)}", "reply_markup": {"inline_keyboard": [*rows, last]}}


async def test_methods_work_by_get_form_and_json(client: Client) -> None:
    client.playground.world.person_starts(ANNA)
    base = f"{client.playground.api_url}/bot{client.playground.token}"
    async with client.session.get(f"{base}/sendMessage", params={"chat_id": ANNA, "text": "a"}) as response:
        assert (await response.json())["result"]["text"] == "a"
    async with client.session.post(f"{base}/SENDMESSAGE", data={"chat_id": ANNA, "text": "b"}) as response:
        assert (await response.json())["result"]["text"] == "b"
    status, body = await client.bot("sendMessage", chat_id=ANNA, text="c")
    assert (status, body["ok"], body["result"]["text"]) == (200, True, "c")
    assert [m["text"] for m in client.playground.world.chat(ANNA)[1:]] == ["a", "b", "c"]


async def test_an_aiogram_bot_sends_and_fetches_files(playground: Playground) -> None:
    server = TelegramAPIServer.from_base(playground.api_url)
    async with Bot(playground.token, session=AiohttpSession(api=server)) as bot:
        playground.world.person_starts(ANNA)
        sent = await bot.send_document(ANNA, BufferedInputFile(b"body", "export.json"), caption="yours")
        assert sent.document is not None
        assert (sent.document.file_name, sent.caption) == ("export.json", "yours")
        downloaded = await bot.download(sent.document)
        assert downloaded is not None
        assert downloaded.read() == b"body"


async def test_tokens_are_checked(client: Client) -> None:
    for token, words in (("7:wrong", "Unauthorized"), ("nonsense", "Unauthorized: invalid token specified")):
        async with client.session.get(f"{client.playground.api_url}/bot{token}/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (401, words)
    async with client.session.get(f"{client.playground.api_url}/file/bot7:wrong/x") as response:
        assert response.status == 401
    assert (await client.bot("getNothing"))[0] == 404


async def test_a_long_poll_ends_with_the_update_it_waited_for(client: Client) -> None:
    poll = asyncio.create_task(client.bot("getUpdates", timeout=30))
    await until(lambda: client.playground._poll._waiting is not None)
    client.playground.world.person_starts(ANNA)
    _, body = await poll
    assert [update["message"]["text"] for update in body["result"]] == ["/start"]


async def test_the_second_long_poll_ends_the_first_with_409(client: Client) -> None:
    first = asyncio.create_task(client.bot("getUpdates", timeout=30))
    await until(lambda: client.playground._poll._waiting is not None)
    second = asyncio.create_task(client.bot("getUpdates", timeout=30))
    status, body = await first
    assert (status, body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    client.playground.world.person_starts(ANNA)
    assert len((await second)[1]["result"]) == 1


async def test_setting_a_webhook_ends_a_long_poll_with_409(client: Client) -> None:
    poll = asyncio.create_task(client.bot("getUpdates", timeout=30))
    await until(lambda: client.playground._poll._waiting is not None)
    await client.bot("setWebhook", url="http://127.0.0.1:1/hook")
    assert (await poll)[1]["description"] == "Conflict: terminated by setWebhook request"


@contextlib.asynccontextmanager
async def hook(playground: Playground, handler: Callable[[web.Request], Awaitable[web.Response]]) -> Any:
    """A bot's webhook; the sender's delays are so short that retries come at once."""
    application = web.Application()
    application.router.add_post("/hook", handler)
    async with TestServer(application, host="127.0.0.1") as server:
        sender = asyncio.create_task(WebhookSender(playground.api, delay_unit=0.001).run())
        playground.api.call("setWebhook", {"url": str(server.make_url("/hook")), "secret_token": "s3cret"})
        try:
            yield
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)


@pytest.fixture
async def quiet_playground(people: list[Person]) -> Playground:
    """A playground whose server isn't started: its world and API in-process."""
    return Playground(port=0, people=people)


async def test_a_webhook_gets_updates_in_order_until_it_says_yes(quiet_playground: Playground) -> None:
    seen: list[tuple[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        seen.append((text, request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        return web.Response(status=503 if len(seen) <= 3 else 200)

    world = quiet_playground.world
    async with hook(quiet_playground, handler):
        world.person_sends(ANNA, "first")
        world.person_sends(ANNA, "second")
        await until(lambda: not world.updates)
    assert seen == [("first", "s3cret")] * 4 + [("second", "s3cret")]
    info = quiet_playground.api.call("getWebhookInfo", {})
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_that_fails_for_one_chat_does_not_hold_up_another(quiet_playground: Playground) -> None:
    async def handler(request: web.Request) -> web.Response:
        person = (await request.json())["message"]["from"]["id"]
        return web.Response(status=500 if person == ANNA else 200)

    world = quiet_playground.world
    async with hook(quiet_playground, handler):
        world.person_sends(ANNA, "poison")
        world.person_sends(BEN, "fine")
        await until(lambda: len(world.updates) == 1)
    assert world.updates[0]["message"]["text"] == "poison"


async def test_a_webhook_may_answer_with_a_method(quiet_playground: Playground) -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": ANNA, "text": "hello"})

    async with hook(quiet_playground, handler):
        quiet_playground.world.person_sends(ANNA, "hi")
        await until(lambda: not quiet_playground.world.updates)
    assert quiet_playground.world.chat(ANNA)[-1]["text"] == "hello"


async def test_faults_of_each_kind(client: Client) -> None:
    world = client.playground.world
    world.person_starts(ANNA)

    async def try_send(text: str) -> tuple[int, dict[str, Any]]:
        return await client.bot("sendMessage", chat_id=ANNA, text=text)

    await client.control("faults", kind="429", retry_after=7)
    assert (await try_send("a"))[1]["parameters"] == {"retry_after": 7}
    await client.control("faults", kind="500", method="sendMessage")
    assert (await try_send("b"))[0] == 500
    await client.control("faults", kind="403")
    assert (await try_send("c"))[1]["description"] == "Forbidden: bot was blocked by the user"
    await client.control("faults", kind="502html")
    with pytest.raises(aiohttp.ContentTypeError):
        await try_send("d")
    await client.control("faults", kind="cut_before", count=2)
    for text in ("e", "f"):
        with pytest.raises(aiohttp.ClientError):
            await try_send(text)
    await client.control("faults", kind="cut_after")
    with pytest.raises(aiohttp.ClientError):
        await try_send("done all the same")
    await client.control("faults", kind="silence", seconds=0.01)
    with pytest.raises(aiohttp.ClientError):
        await try_send("g")
    assert (await try_send("well again"))[0] == 200
    assert [m["text"] for m in world.chat(ANNA)[1:]] == ["done all the same", "well again"]
    assert world.refusals == 0
    assert sum(call.injected for call in world.calls) == 7


async def test_faults_without_a_method_spare_polling_and_can_be_taken_back(client: Client) -> None:
    await client.control("faults", kind="500", count=3)
    assert (await client.bot("getUpdates"))[0] == 200
    assert (await client.control("faults", kind="500", count=0))["waiting"] == []
    assert (await client.bot("getMe"))[0] == 200
    assert (await client.control("faults", kind="storm"))["status"] == 400


async def test_an_upload_over_50_mb_is_413(client: Client) -> None:
    form = aiohttp.FormData({"chat_id": str(ANNA)})
    form.add_field("document", io.BytesIO(bytes(51 * 1024 * 1024 + 1)), filename="big.bin")
    url = f"{client.playground.api_url}/bot{client.playground.token}/sendDocument"
    async with client.session.post(url, data=form) as response:
        assert (response.status, (await response.json())["error_code"]) == (413, 413)


async def test_opening_a_person_says_their_opening_once(client: Client) -> None:
    assert (await client.control("open", person=ANNA))["sent"] is True
    assert (await client.control("open", person=ANNA))["sent"] is False
    assert (await client.control("open", person=BEN))["sent"] is False
    assert [m["text"] for m in client.playground.world.chat(ANNA)] == ["/start token"]


async def test_the_control_api_does_what_a_person_does(client: Client) -> None:
    world = client.playground.world
    await client.control("send", person=BEN, start="abc")
    await client.control("send", person=BEN, document={"name": "a.csv", "base64": "YTti"})
    await client.control("send", person=BEN, photo=True)
    assert world.files[world.chat(BEN)[1]["document"]["file_id"]].content == b"a;b"
    assert world.chat(BEN)[2]["photo"][0]["width"] == 1
    shared = await client.control("send", person=BEN, shared=ANNA, request=7)
    assert shared["message"]["users_shared"]["request_id"] == 7
    assert [user["user_id"] for user in shared["message"]["users_shared"]["users"]] == [ANNA]
    _, sent = await client.bot("sendMessage", chat_id=BEN, **question(0))
    press = await client.control("press", person=BEN, message_id=sent["result"]["message_id"], row=2, col=0)
    assert press["callback_query"]["data"] == "0:2"
    await client.bot("answerCallbackQuery", callback_query_id=press["callback_query"]["id"], text="Noted")
    chat = await client.look(f"chat?person={BEN}")
    assert chat["messages"][0]["text"] == "/start abc"
    assert [toast["text"] for toast in chat["toasts"]] == ["Noted"]
    assert (await client.control("block", person=BEN))["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert (await client.control("send", person=BEN, text="x"))["error"] == "the bot is blocked: unblock it first"
    calls = await client.look("calls?after=0")
    assert [call["method"] for call in calls["calls"]] == ["sendMessage", "answerCallbackQuery"]
    assert (await client.look(f"calls?after={calls['calls'][-1]['id']}"))["calls"] == []


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("send", {"person": 999, "text": "x"}, 404),
        ("send", {"text": "x"}, 404),
        ("send", {"person": BEN}, 400),
        ("send", {"person": BEN, "text": "x" * 4097}, 400),
        ("send", {"person": BEN, "start": "not allowed"}, 400),
        ("press", {"person": BEN, "message_id": 77, "row": 0}, 400),
        ("clock", {"seconds": -1}, 400),
        ("clock", {"to": "yesterday"}, 400),
        ("run", {"control": "none", "person": BEN}, 404),
    ],
)
async def test_wrong_input_is_said_so(client: Client, name: str, body: dict[str, Any], status: int) -> None:
    answer = await client.control(name, **body)
    assert answer["status"] == status
    assert answer["error"]


async def test_controls_and_clock(people: list[Person]) -> None:
    clock = Clock()
    walked: list[datetime] = []

    async def remind(person_id: int) -> str:
        return f"reminded {person_id}"

    async def walk(to: datetime) -> None:
        walked.append(to)
        clock.advance_to(to)

    controls = [Control("reminder", {"en": "next reminder"}, remind)]
    playground = Playground(port=0, people=people, clock=clock, controls=controls, walk_clock=walk)
    await playground.start()
    try:
        async with aiohttp.ClientSession() as session:
            client = Client(session, playground)
            before = await client.look("state")
            assert before["controls"] == [{"id": "reminder", "label": {"en": "next reminder"}}]
            assert (await client.control("run", control="reminder", person=ANNA))["text"] == f"reminded {ANNA}"
            after = await client.control("clock", seconds=86_400)
            assert after["clock"] > before["clock"]
            assert [moment.isoformat() <= after["clock"] for moment in walked] == [True]
            assert (await client.control("clock", to=before["clock"]))["error"] == "the clock never goes back"
    finally:
        await playground.stop()


async def test_answer_for_me_presses_real_buttons_until_no_question_is_open(client: Client) -> None:
    world, bot = client.playground.world, client.bot
    world.person_starts(ANNA)
    await bot("sendMessage", chat_id=ANNA, **question(0))
    world.take_updates()
    pressed: list[str] = []

    async def respond() -> None:
        """A toy bot: each press leads to the next question, the last one to a text without options."""
        offset = 0
        while len(pressed) < len(EXAMPLE):
            _, body = await bot("getUpdates", timeout=5, offset=offset)
            for update in body["result"]:
                offset = update["update_id"] + 1
                query = update["callback_query"]
                pressed.append(query["data"])
                number = len(pressed)
                screen = question(number) if number < len(EXAMPLE) else {"text": "Thank you"}
                await bot("editMessageText", chat_id=ANNA, message_id=query["message"]["message_id"], **screen)
                await bot("answerCallbackQuery", callback_query_id=query["id"])

    before = (await client.look("state"))["clock"]
    responder = asyncio.create_task(respond())
    answered = await client.control("answer", person=ANNA)
    await responder
    assert answered["pressed"] == len(EXAMPLE)
    assert pressed == ["0:4", "1:5", "2:0"]
    assert world.chat(ANNA)[-1]["text"] == "Thank you"
    assert world.refusals == 0
    seconds = [int(call["clock"][17:19]) for call in (answered, {"clock": before})]
    assert (seconds[0] - seconds[1]) % 60 in (24, 25, 26)
    assert (await client.control("answer", person=ANNA))["pressed"] == 0


def choice(*, is_made: bool) -> dict[str, Any]:
    """What may be asked after the questions: a few options, a row for each, and a last row to go on."""
    labels = {f"{'● ' if is_made else ''}first": "cause:1", "second": "cause:2", "Go on": "done"}
    rows = [[{"text": label, "callback_data": data}] for label, data in labels.items()]
    return {"text": "What else?", "reply_markup": {"inline_keyboard": rows}}


async def test_answer_for_me_makes_the_first_choice_after_the_questions_and_goes_on(client: Client) -> None:
    world, bot = client.playground.world, client.bot
    world.person_starts(ANNA)
    await bot("sendMessage", chat_id=ANNA, **choice(is_made=False))
    world.take_updates()
    running = asyncio.create_task(client.control("answer", person=ANNA))
    for pressed, screen in (("cause:1", choice(is_made=True)), ("done", {"text": "Your result"})):
        await until(lambda: bool(world.updates))
        (update,) = world.take_updates()
        assert update["callback_query"]["data"] == pressed
        await bot(
            "editMessageText", chat_id=ANNA, message_id=update["callback_query"]["message"]["message_id"], **screen
        )
    assert (await running)["pressed"] == 2


async def test_answer_for_me_comes_in_and_leaves_what_is_no_question(client: Client) -> None:
    world = client.playground.world
    world.person_starts(ANNA)
    row = [{"text": "Not now", "callback_data": "leave"}, {"text": "Agree", "callback_data": "join:1"}]
    await client.bot("sendMessage", chat_id=ANNA, text="Join?", reply_markup={"inline_keyboard": [row]})
    world.take_updates()
    running = asyncio.create_task(client.control("answer", person=ANNA))
    await until(lambda: bool(world.updates))
    (update,) = world.take_updates()
    assert update["callback_query"]["data"] == "join:1"
    menu = [[{"text": str(number), "callback_data": f"menu:{number}"}] for number in range(5)]
    await client.bot("sendMessage", chat_id=ANNA, text="Home", reply_markup={"inline_keyboard": menu})
    assert (await running)["pressed"] == 1


async def test_answer_for_me_goes_on_at_the_question_that_is_open(client: Client) -> None:
    world = client.playground.world
    world.person_starts(ANNA)
    await client.bot("sendMessage", chat_id=ANNA, **question(1))
    world.take_updates()
    running = asyncio.create_task(client.control("answer", person=ANNA))
    await until(lambda: bool(world.updates))
    assert world.updates[0]["callback_query"]["data"] == "1:5"
    await client.bot(
        "sendMessage", chat_id=ANNA, text="done", reply_markup={"inline_keyboard": [[{"text": "a", "url": "a.b"}]]}
    )
    assert (await running)["pressed"] == 1


async def test_the_page_and_its_files_are_served_with_a_policy(client: Client) -> None:
    for path in ("/", "/app.js", "/style.css", "/messages.js", "/icon.svg"):
        async with client.session.get(client.playground.url + path) as response:
            assert response.status == 200
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/server.py", "/..%2fserver.py", "/__init__.py"):
        async with client.session.get(client.playground.url + path) as response:
            assert response.status == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])
async def test_other_hosts_are_refused(client: Client, host: str) -> None:
    for path in ("/", "/app.js", "/control/state", f"/control/chat?person={ANNA}", "/control/events"):
        async with client.session.get(client.playground.url + path, headers={"Host": host}) as response:
            assert response.status == 403
    async with client.session.post(
        f"{client.playground.url}/control/send", json={}, headers={"Host": host}
    ) as response:
        assert response.status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
async def test_other_origins_are_refused(client: Client, origin: str) -> None:
    body = {"person": ANNA, "text": "x"}
    url = f"{client.playground.url}/control/send"
    async with client.session.post(url, json=body, headers={"Origin": origin}) as response:
        assert response.status == 403
    assert client.playground.world.chat(ANNA) == []
    async with client.session.post(url, json=body, headers={"Origin": client.playground.url}) as response:
        assert response.status == 200
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_localhost_is_the_same_place(client: Client) -> None:
    port = client.playground.url.rsplit(":", 1)[1]
    headers = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    url = f"{client.playground.url}/control/open"
    async with client.session.post(url, json={"person": ANNA}, headers=headers) as response:
        assert response.status == 200


async def test_photos_are_shown_and_documents_only_saved(client: Client) -> None:
    await client.control("send", person=ANNA, photo=True)
    await client.control("send", person=ANNA, document={"name": "x.html", "base64": "PGI+"})
    photo, document = client.playground.world.chat(ANNA)
    base = f"{client.playground.url}/control/file"
    async with client.session.get(f"{base}/{photo['photo'][0]['file_id']}") as response:
        assert response.content_type == "image/png"
    async with client.session.get(f"{base}/{document['document']['file_id']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
        assert await response.read() == b"<b>"


async def test_events_tell_of_every_change(client: Client) -> None:
    async with client.session.get(f"{client.playground.url}/control/events") as stream:

        async def next_event() -> dict[str, Any]:
            line = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 5)
            event: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return event

        assert (await next_event())["type"] == "hello"
        client.playground.world.person_starts(ANNA)
        event = await next_event()
        assert (event["type"], event["chat"], event["message"]["text"]) == ("message", ANNA, "/start")
        await client.bot("sendChatAction", chat_id=ANNA, action="typing")
        kinds = [(await next_event())["type"] for _ in range(3)]
        assert kinds == ["update", "action", "call"]


async def test_chats_clock_token_and_updates_outlive_a_restart(people: list[Person], tmp_path: Path) -> None:
    state = tmp_path / "data" / "chats.json"
    first = Playground(port=0, people=people, state=state, clock=Clock())
    await first.start()
    first.world.person_starts(ANNA)
    sent = first.api.call("sendMessage", {"chat_id": ANNA, **question(0)})
    async with aiohttp.ClientSession() as session:
        moved = await Client(session, first).control("clock", seconds=3_600)
    await first.stop()
    second = Playground(port=0, people=people, state=state, clock=Clock())
    await second.start()
    try:
        assert second.token == first.token
        assert second.world.chat(ANNA) == first.world.chat(ANNA)
        assert [update["message"]["text"] for update in second.world.take_updates()] == ["/start"]
        assert second.world.clock().isoformat() >= moved["clock"]
        assert second.world.person_presses(ANNA, sent["message_id"], row=6)["callback_query"]["data"] == "0:6"
    finally:
        await second.stop()


async def test_changes_are_saved_without_a_stop(people: list[Person], tmp_path: Path) -> None:
    state = tmp_path / "chats.json"
    playground = Playground(port=0, people=people, state=state)
    await playground.start()
    try:
        playground.world.person_starts(ANNA)
        await until(state.exists)
        assert json.loads(state.read_text())["world"]["chats"][1]["messages"][0]["text"] == "/start"
        assert not state.with_name("chats.json.new").exists()
    finally:
        await playground.stop()


async def test_the_playground_listens_on_loopback_only(playground: Playground) -> None:
    assert playground._runner is not None
    assert [address[0] for address in playground._runner.addresses] == ["127.0.0.1"]


def test_a_token_must_look_like_one(people: list[Person]) -> None:
    with pytest.raises(ValueError, match="bot token"):
        Playground(people=people, token="secret")
