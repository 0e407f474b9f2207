"""The queue of updates, what people do, and how long it all lives."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiogram.types import ChatFullInfo, File, Message, Update, User, UserProfilePhotos, WebhookInfo

from playground import BotApi, Clock, Person, Upload, World
from tests.playground.helpers import ANNA, BEN, StillClock

KEYS = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}], [{"text": "See", "url": "https://a.b"}]]}


def ids(updates: list[dict[str, object]]) -> list[object]:
    return [update["update_id"] for update in updates]


def test_everything_parses_in_aiogram(api: BotApi, world: World) -> None:
    updates = [
        world.person_starts(ANNA, "token"),
        world.person_sends(ANNA, "a /checkin"),
        world.person_sends(ANNA, sticker=True),
        world.person_sends(ANNA, voice=True),
        world.person_sends(ANNA, document=Upload("a.csv", b"a")),
        world.person_sends(ANNA, "in the group", group=True),
        world.person_blocks(ANNA),
        world.person_unblocks(ANNA),
    ]
    sent = api.call("sendMessage", {"chat_id": ANNA, "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": KEYS})
    updates += [world.person_presses(ANNA, sent["message_id"], row=0), world.person_presses(ANNA, 9999, "go")]
    document = api.call("sendDocument", {"chat_id": ANNA, "caption": "c"}, {"document": Upload("a.txt", b"x")})
    edited = api.call("editMessageText", {"chat_id": ANNA, "message_id": sent["message_id"], "text": "y"})
    for update in [*updates, *world.updates]:
        Update.model_validate(update)
    for message in [sent, document, edited, *world.chat(ANNA)]:
        assert Message.model_validate(message).chat.id == ANNA
    assert edited["edit_date"] == edited["date"]
    assert "reply_markup" not in edited
    User.model_validate(api.call("getMe", {}))
    ChatFullInfo.model_validate(api.call("getChat", {"chat_id": ANNA}))
    WebhookInfo.model_validate(api.call("getWebhookInfo", {}))
    UserProfilePhotos.model_validate(api.call("getUserProfilePhotos", {"user_id": ANNA}))
    File.model_validate(api.call("getFile", {"file_id": document["document"]["file_id"]}))


def test_start_carries_a_command_and_its_parameter(world: World) -> None:
    message = world.person_starts(ANNA, "a_B-9")["message"]
    assert message["text"] == "/start a_B-9"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"]["language_code"] == "ru"
    assert message["chat"] == {
        "id": ANNA, "type": "private", "first_name": "Анна", "last_name": "Смирнова", "username": "anna",
    }  # fmt: skip


@pytest.mark.parametrize("payload", ["a b", "ж", "x" * 65, "a=b"])
def test_start_parameters_have_rules(world: World, payload: str) -> None:
    with pytest.raises(ValueError, match="start parameter"):
        world.person_starts(ANNA, payload)


def test_updates_are_confirmed_by_a_higher_offset_only(api: BotApi, world: World) -> None:
    first, second, third = (world.person_sends(ANNA, text)["update_id"] for text in "abc")
    assert ids(api.call("getUpdates", {})) == [first, second, third]
    assert ids(api.call("getUpdates", {"limit": 2})) == [first, second]
    assert ids(api.call("getUpdates", {"offset": second})) == [second, third]
    assert ids(api.call("getUpdates", {})) == [second, third]
    assert ids(api.call("getUpdates", {"offset": -1})) == [third]
    assert ids(api.call("getUpdates", {"offset": third + 500})) == [third]
    assert api.call("getUpdates", {"offset": third + 1}) == []
    assert world.person_sends(ANNA, "d")["update_id"] == third + 1


def test_a_webhook_excludes_polling(api: BotApi, refusal: Callable[..., str]) -> None:
    api.call("setWebhook", {"url": "https://a.b/hook"})
    assert refusal("getUpdates") == (
        "409 Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    api.call("deleteWebhook", {})
    assert api.call("getUpdates", {}) == []


def test_only_allowed_updates_are_queued_and_the_list_sticks(api: BotApi, world: World) -> None:
    api.call("getUpdates", {"allowed_updates": ["callback_query"]})
    world.person_starts(ANNA)
    api.call("getUpdates", {})
    world.person_sends(ANNA, "x")
    assert world.updates == []
    world.person_presses(ANNA, 1, "data")
    assert len(world.updates) == 1
    api.call("getUpdates", {"allowed_updates": json.dumps([])})
    world.person_blocks(ANNA)
    assert "my_chat_member" in world.updates[-1]


def test_presses_live_150_seconds_and_messages_a_day(world: World, clock: StillClock) -> None:
    world.person_starts(ANNA)
    world.person_presses(ANNA, 1, "data")
    clock.advance(timedelta(seconds=149))
    assert len(world.updates) == 2
    clock.advance(timedelta(seconds=1))
    assert ["message" in update for update in world.updates] == [True]
    clock.advance(timedelta(hours=24))
    assert world.updates == []


def test_a_press_gives_the_message_or_says_that_it_is_inaccessible(api: BotApi, world: World) -> None:
    world.person_starts(ANNA)
    sent = api.call("sendMessage", {"chat_id": ANNA, "text": "x", "reply_markup": KEYS})
    by_place = world.person_presses(ANNA, sent["message_id"], row=0, column=0)["callback_query"]
    assert (by_place["data"], by_place["message"]) == ("go", sent)
    hostile = world.person_presses(ANNA, sent["message_id"], "anything", inaccessible=True)["callback_query"]
    assert hostile["message"] == {"message_id": sent["message_id"], "chat": sent["chat"], "date": 0}
    for row, words in ((1, "sends nothing"), (5, "no such button")):
        with pytest.raises(ValueError, match=words):
            world.person_presses(ANNA, sent["message_id"], row=row)


def test_blocking_tells_the_bot(world: World) -> None:
    world.person_starts(ANNA)
    blocked = world.person_blocks(ANNA)["my_chat_member"]
    assert (blocked["old_chat_member"]["status"], blocked["new_chat_member"]["status"]) == ("member", "kicked")
    with pytest.raises(ValueError, match="blocked"):
        world.person_sends(ANNA, "x")
    world.take_updates()
    world.person_starts(ANNA)
    kinds = [next(key for key in update if key != "update_id") for update in world.updates]
    assert kinds == ["my_chat_member", "message"]


def test_a_group_is_joined_written_in_and_left(api: BotApi, world: World, refusal: Callable[..., str]) -> None:
    update = world.person_sends(ANNA, "/start", group=True)
    group = update["message"]["chat"]
    assert group["type"] == "group"
    assert "my_chat_member" in world.updates[0]
    assert api.call("sendMessage", {"chat_id": group["id"], "text": "bye"})["chat"] == group
    api.call("leaveChat", {"chat_id": group["id"]})
    assert (
        refusal("sendMessage", chat_id=group["id"], text="x") == "403 Forbidden: bot is not a member of the group chat"
    )


def test_commands_go_from_the_narrowest_scope_and_the_own_language(api: BotApi, world: World) -> None:
    world.person_starts(ANNA)

    def set_commands(name: str, **params: object) -> None:
        api.call("setMyCommands", {"commands": [{"command": name, "description": "x"}], **params})

    def shown(person_id: int) -> list[str]:
        return [command["command"] for command in world.commands_for(person_id)]

    set_commands("any")
    set_commands("ru", language_code="ru")
    assert (shown(ANNA), shown(BEN)) == (["ru"], ["any"])
    set_commands("private", scope={"type": "all_private_chats"})
    assert shown(ANNA) == ["private"]
    set_commands("own", scope=json.dumps({"type": "chat", "chat_id": ANNA}))
    assert (shown(ANNA), shown(BEN)) == (["own"], ["private"])
    api.call("deleteMyCommands", {"scope": {"type": "chat", "chat_id": ANNA}})
    assert shown(ANNA) == ["private"]


def test_a_one_time_keyboard_goes_with_the_next_message(api: BotApi, world: World) -> None:
    world.person_starts(ANNA)
    markup = {"keyboard": [["Yes"]], "one_time_keyboard": True}
    sent = api.call("sendMessage", {"chat_id": ANNA, "text": "x", "reply_markup": markup})
    assert "reply_markup" not in sent
    keyboard = world.chats[ANNA].keyboard
    assert keyboard is not None
    assert keyboard["keyboard"] == [[{"text": "Yes"}]]
    world.person_sends(ANNA, "Yes")
    assert world.chats[ANNA].keyboard is None


def test_an_avatar_can_be_seen_and_downloaded(clock: StillClock) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(8) + (64).to_bytes(4, "big") * 2
    world = World([Person(1, "A", avatar=picture)], clock=clock)
    api = BotApi(world)
    photos = api.call("getUserProfilePhotos", {"user_id": 1})
    assert photos["total_count"] == 1
    assert (photos["photos"][0][0]["width"], photos["photos"][0][0]["file_size"]) == (64, len(picture))


def test_a_dumped_world_goes_on_where_it_was(api: BotApi, world: World, people: list[Person]) -> None:
    world.person_starts(ANNA)
    sent = api.call("sendMessage", {"chat_id": ANNA, "text": "x", "reply_markup": KEYS})
    press = world.person_presses(ANNA, sent["message_id"], row=0)
    api.call("sendDocument", {"chat_id": ANNA}, {"document": Upload("a.txt", b"body")})
    restored = World(people, clock=world.clock)
    restored.load(json.loads(json.dumps(world.dump())))
    assert restored.dump() == world.dump()
    assert restored.updates == world.updates
    assert restored.chat(ANNA) == world.chat(ANNA)
    assert BotApi(restored).call("answerCallbackQuery", {"callback_query_id": press["callback_query"]["id"]})
    assert restored.person_sends(ANNA, "y")["update_id"] == press["update_id"] + 1


def test_the_clock_moves_forward_only() -> None:
    clock = Clock()
    before = clock()
    assert clock.advance(timedelta(days=1)) >= before + timedelta(days=1)
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance_to(before)
    restarted = Clock()
    restarted.restore(clock.dump())
    assert restarted() >= before + timedelta(days=1)
    assert restarted() < before + timedelta(days=1, minutes=1)


def test_the_clock_goes_on_from_where_it_was_even_if_the_system_clock_stepped_back() -> None:
    saved = Clock().dump()
    later = Clock()() + timedelta(hours=1)
    clock = Clock()
    clock.restore({**saved, "at": later.isoformat()})
    assert clock() >= later
