"""Every refusal of a strict Bot API server, in its words."""

import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from playground import ApiError, BotApi, Upload, World
from tests.playground.helpers import ANNA, BEN, StillClock

Refusal = Callable[..., str]
KEYS = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.fixture(autouse=True)
def anna_started(world: World) -> None:
    world.person_starts(ANNA)


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def send(api: BotApi, **params: Any) -> dict[str, Any]:
    message: dict[str, Any] = api.call("sendMessage", {"chat_id": ANNA, "text": "text", **params})
    return message


def test_unknown_methods_are_not_found(refusal: Refusal) -> None:
    assert refusal("sendMesage") == "404 Not Found: method not found"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "400 Bad Request: message text is empty"),
        ({}, "400 Bad Request: message text is empty"),
        ({"text": " \n "}, "400 Bad Request: text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "400 Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "400 Bad Request: message is too long"),
        ({"text": "x", "chat_id": 999}, "400 Bad Request: chat not found"),
        ({"text": "x", "chat_id": None}, "400 Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": BEN}, "403 Forbidden: bot can't initiate conversation with a user"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "400 Bad Request: message to be replied not found"),
        ({"text": "x", "reply_markup": "{"}, "400 Bad Request: can't parse reply keyboard markup JSON object"),
    ],
)
def test_messages(refusal: Refusal, params: dict[str, Any], words: str) -> None:
    assert refusal("sendMessage", **{"chat_id": ANNA, **params}) == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keyboard([{"text": "a", "callback_data": "ж" * 33}]), "BUTTON_DATA_INVALID"),
        (keyboard([{"text": " ", "callback_data": "x"}]), "inline keyboard button text must be non-empty"),
        (
            keyboard([{"text": "a", "callback_data": ""}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (keyboard([{"callback_data": "x"}]), "can't parse inline keyboard button: Can't find field \"text\""),
        (
            keyboard([{"text": "a", "url": "http://localhost"}]),
            "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
        ),
        (
            keyboard([{"text": "a", "url": "ftp://a.b"}]),
            "inline keyboard button URL 'ftp://a.b' is invalid: Unsupported URL protocol",
        ),
        (keyboard(*[[{"text": "a", "callback_data": "x"}]] * 101), "reply markup is too long"),
        (keyboard([{"text": "a", "callback_data": "x"}] * 9), "reply markup is too long"),
        (
            {"inline_keyboard": [{"text": "a"}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
        (
            keyboard([{"text": "a", "callback_data": "x", "style": "red"}]),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            {"keyboard": [[{"text": "a", "style": "red"}]]},
            "can't parse keyboard button: invalid button style specified",
        ),
        (keyboard([{"text": "a", "copy_text": {"text": "x" * 257}}]), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard([{"text": "a", "copy_text": {"text": ""}}]), "BUTTON_COPY_TEXT_INVALID"),
        (
            {"keyboard": [[{"text": "a", "request_users": {}}]]},
            "can't parse keyboard button: Can't find field \"request_id\"",
        ),
        (
            {"keyboard": [[{"text": "a", "request_users": {"request_id": 1, "max_quantity": 11}}]]},
            "can't parse keyboard button: max_quantity must be from 1 to 10",
        ),
        ([], "object expected as reply markup"),
    ],
)
def test_keyboards(refusal: Refusal, markup: Any, words: str) -> None:
    assert refusal("sendMessage", chat_id=ANNA, text="x", reply_markup=markup) == f"400 Bad Request: {words}"


def test_a_keyboard_at_the_limits_is_taken(api: BotApi) -> None:
    rows = keyboard(*[[{"text": "a", "callback_data": "x" * 64}] * 8] * 12)
    assert send(api, reply_markup=rows)["reply_markup"] == rows


def test_styles_and_copied_words_are_kept(api: BotApi) -> None:
    row: list[dict[str, Any]] = [
        {"text": "a", "callback_data": "x", "style": "danger"},
        {"text": "b", "callback_data": "x", "style": "Primary"},
        {"text": "c", "callback_data": "x", "style": "default"},
        {"text": "d", "copy_text": {"text": "x" * 256}},
    ]
    [kept] = send(api, reply_markup=keyboard(row))["reply_markup"]["inline_keyboard"]
    assert [button.get("style") for button in kept] == ["danger", "primary", None, None]
    assert kept[3]["copy_text"] == {"text": "x" * 256}


def test_an_edit_that_changes_nothing(api: BotApi, refusal: Refusal) -> None:
    sent = send(api, text="<b>x</b>", parse_mode="HTML", reply_markup=KEYS)
    words = (
        "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the "
        "same as a current content and reply markup of the message"
    )
    edit = {"chat_id": ANNA, "message_id": sent["message_id"], "reply_markup": KEYS}
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    assert refusal("editMessageText", **edit, text="x", entities=bold) == words
    assert refusal("editMessageReplyMarkup", **edit) == words
    assert api.call("editMessageText", {**edit, "text": "x"})["text"] == "x"


def test_edits_of_the_wrong_message(api: BotApi, world: World, refusal: Refusal) -> None:
    mine = world.chat(ANNA)[0]["message_id"]
    photo = api.call("sendPhoto", {"chat_id": ANNA}, {"photo": Upload("a.png", png(9, 9))})["message_id"]
    edit = {"chat_id": ANNA, "text": "y", "caption": "y"}
    assert refusal("editMessageText", **edit, message_id=99) == "400 Bad Request: message to edit not found"
    assert refusal("editMessageText", **edit, message_id=mine) == "400 Bad Request: message can't be edited"
    assert (
        refusal("editMessageText", **edit, message_id=photo)
        == "400 Bad Request: there is no text in the message to edit"
    )
    text = send(api)["message_id"]
    assert (
        refusal("editMessageCaption", **edit, message_id=text)
        == "400 Bad Request: there is no caption in the message to edit"
    )
    reply_keyboard = {"keyboard": [["a"]]}
    assert (
        refusal("editMessageText", **edit, message_id=text, reply_markup=reply_keyboard)
        == "400 Bad Request: inline keyboard expected"
    )
    api.call("deleteMessage", {"chat_id": ANNA, "message_id": text})
    assert refusal("editMessageText", **edit, message_id=text) == "400 Bad Request: message to edit not found"


def test_deleting(api: BotApi, refusal: Refusal, clock: StillClock) -> None:
    old, young = send(api)["message_id"], None
    clock.advance(timedelta(hours=47, minutes=59))
    young = send(api)["message_id"]
    assert api.call("deleteMessage", {"chat_id": ANNA, "message_id": young}) is True
    clock.advance(timedelta(minutes=1))
    assert (
        refusal("deleteMessage", chat_id=ANNA, message_id=old)
        == "400 Bad Request: message can't be deleted for everyone"
    )
    assert refusal("deleteMessage", chat_id=ANNA, message_id=young) == "400 Bad Request: message to delete not found"
    assert refusal("deleteMessage", chat_id=ANNA) == "400 Bad Request: message identifier is not specified"


def test_a_blocked_bot_can_neither_send_nor_edit(api: BotApi, world: World, refusal: Refusal) -> None:
    sent = send(api)["message_id"]
    world.person_blocks(ANNA)
    words = "403 Forbidden: bot was blocked by the user"
    assert refusal("sendMessage", chat_id=ANNA, text="x") == words
    assert refusal("editMessageText", chat_id=ANNA, message_id=sent, text="x") == words
    assert refusal("sendChatAction", chat_id=ANNA, action="typing") == words
    world.person_unblocks(ANNA)
    assert send(api)["text"] == "text"


def test_answers_to_presses(api: BotApi, world: World, refusal: Refusal, clock: StillClock) -> None:
    sent = send(api, reply_markup=KEYS)["message_id"]
    query_id = world.person_presses(ANNA, sent, row=0)["callback_query"]["id"]
    too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert refusal("answerCallbackQuery", callback_query_id="1") == too_old
    assert (
        refusal("answerCallbackQuery", callback_query_id=query_id, text="x" * 201)
        == "400 Bad Request: MESSAGE_TOO_LONG"
    )
    assert api.call("answerCallbackQuery", {"callback_query_id": query_id, "text": "x" * 200}) is True
    assert [toast["text"] for toast in world.toasts(ANNA)] == ["x" * 200]
    assert api.call("answerCallbackQuery", {"callback_query_id": query_id}) is True
    clock.advance(timedelta(seconds=150))
    assert refusal("answerCallbackQuery", callback_query_id=query_id) == too_old


@pytest.mark.parametrize(
    ("content", "padding", "words"),
    [
        (b"", 0, "400 Bad Request: file must be non-empty"),
        (b"GIF89a", 0, "400 Bad Request: IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), 0, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), 0, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (
            png(9, 9),
            10 * 1024 * 1024,
            "400 Bad Request: file of size 10485784 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
        (png(9, 9), 50 * 1024 * 1024, "413 Request Entity Too Large"),
    ],
)
def test_photos(api: BotApi, content: bytes, padding: int, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        api.call("sendPhoto", {"chat_id": ANNA}, {"photo": Upload("a.png", content + bytes(padding))})
    assert f"{caught.value.code} {caught.value.description}" == words


def test_files_by_id(api: BotApi, refusal: Refusal) -> None:
    assert refusal("sendPhoto", chat_id=ANNA) == "400 Bad Request: there is no photo in the request"
    assert (
        refusal("sendPhoto", chat_id=ANNA, photo="nothing")
        == "400 Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert refusal("getFile", file_id="x") == "400 Bad Request: wrong file_id or the file is temporarily unavailable"
    document = api.call("sendDocument", {"chat_id": ANNA}, {"document": Upload("a.txt", b"x")})["document"]
    assert (
        refusal("sendPhoto", chat_id=ANNA, photo=document["file_id"])
        == "400 Bad Request: can't use file of type Document as Photo"
    )
    again = api.call("sendDocument", {"chat_id": ANNA, "document": document["file_id"]})
    assert again["document"] == document


def test_captions(api: BotApi, refusal: Refusal) -> None:
    photo = api.call("sendPhoto", {"chat_id": ANNA}, {"photo": Upload("a.png", png(9, 9))})
    by_id = {"chat_id": ANNA, "photo": photo["photo"][0]["file_id"]}
    assert refusal("sendPhoto", **by_id, caption="x" * 1025) == "400 Bad Request: message caption is too long"
    assert api.call("sendPhoto", {**by_id, "caption": "x" * 1024})["caption"] == "x" * 1024


def test_a_photo_may_be_covered(api: BotApi) -> None:
    file = {"photo": Upload("a.png", png(9, 9))}
    covered = api.call("sendPhoto", {"chat_id": ANNA, "has_spoiler": True}, file)
    assert covered["has_media_spoiler"]
    where = {"chat_id": ANNA, "message_id": covered["message_id"]}
    assert api.call("editMessageCaption", {**where, "caption": "x"})["has_media_spoiler"]
    media = {"type": "photo", "media": covered["photo"][0]["file_id"]}
    assert "has_media_spoiler" not in api.call("editMessageMedia", {**where, "media": media})
    again = api.call("editMessageMedia", {**where, "media": {**media, "has_spoiler": True}})
    assert again["has_media_spoiler"]


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "Start", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a-b", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "command length must not exceed 32"),
        ([{"command": "", "description": "x"}], "command must be non-empty"),
        ([{"command": "a", "description": ""}], "command description must be non-empty"),
        ([{"command": "a", "description": "x" * 257}], "command description length must not exceed 256"),
        ([{"command": "a", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
def test_commands(refusal: Refusal, commands: list[dict[str, str]], words: str) -> None:
    assert refusal("setMyCommands", commands=commands) == f"400 Bad Request: {words}"


def test_profile_texts(api: BotApi, refusal: Refusal) -> None:
    assert refusal("setMyDescription", description="x" * 513).startswith("400 Bad Request: ")
    assert refusal("setMyShortDescription", short_description="x" * 121).startswith("400 Bad Request: ")
    assert refusal("setMyDescription", language_code="rus") == "400 Bad Request: invalid language code specified"
    api.call("setMyDescription", {"description": "any"})
    api.call("setMyDescription", {"description": "по-русски", "language_code": "ru"})
    assert api.call("getMyDescription", {"language_code": "ru"}) == {"description": "по-русски"}
    assert api.call("getMyDescription", {"language_code": "en"}) == {"description": "any"}


def test_actions_menu_and_webhooks(refusal: Refusal) -> None:
    assert (
        refusal("sendChatAction", chat_id=ANNA, action="think") == "400 Bad Request: wrong parameter action in request"
    )
    assert refusal("setChatMenuButton", menu_button={"type": "x"}).endswith("MenuButton has unsupported type")
    assert refusal("setWebhook", url="http://a.b").startswith("400 Bad Request: bad webhook: ")
    assert (
        refusal("setWebhook", url="https://a.b", secret_token="a b")
        == "400 Bad Request: secret token contains unallowed characters"
    )
    assert (
        refusal("setWebhook", url="https://a.b", secret_token="a" * 257) == "400 Bad Request: secret token is too long"
    )


def test_flood_control_is_off_until_it_is_asked_for(api: BotApi, world: World, clock: StillClock) -> None:
    for _ in range(50):
        send(api)
    world.flood = True
    sent = 0
    with pytest.raises(ApiError) as caught:
        while True:
            send(api)
            sent += 1
    assert sent == 5
    assert caught.value.body() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    clock.advance(timedelta(seconds=1))
    send(api)


def test_refusals_are_counted_and_calls_recorded(api: BotApi, world: World, refusal: Refusal) -> None:
    send(api)
    refusal("sendMessage", chat_id=ANNA, text="<b>", parse_mode="HTML")
    assert world.refusals == 1
    first, second = world.calls
    assert (first.method, first.params["text"], first.result["text"], first.refusal) == (
        "sendMessage", "text", "text", None,
    )  # fmt: skip
    assert second.refusal is not None
    assert second.refusal["error_code"] == 400
