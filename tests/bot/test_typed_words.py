"""What people type without being asked: a screen, a thumb up, or what waits; never silence, never the same twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import DeadLetter
from playground import ApiError
from tests.bot.story import CONTENT, ON_SQLITE, plain, words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import finished, newcomer

pytestmark = [ON_SQLITE, pytest.mark.both_languages]
LANGUAGES = pytest.mark.parametrize("locale", ["ru", "en"])
TITLES = {
    "menu": "home.private",
    "start": "home.private",
    "help": "help.title",
    "help_now": "help.now_title",
    "pause": "pause.what",
    "privacy": "privacy.title",
    "delete": "delete.title",
    "pulse": "checkin.progress",
    "recommendations": "recommendations.title",
    "dashboard": "dashboard.title",
    "history": "history.title",
    "settings": "settings.title",
    "language": "settings.language_title",
    "profile": "profile.title",
}
PHRASES = [
    (command, phrase)
    for command, phrases in CONTENT.typed.commands.items()
    for phrase in (phrases[0], f"  {phrases[-1].upper()}! ")  # that each leads somewhere: tests/unit/test_content.py
]


async def hints(stage: Stage, player: Player, **what: Any) -> int:
    """How many messages the bot answers with."""
    before = len(player.messages)
    await player.sends(**what)
    return len(player.messages) - before


@LANGUAGES
async def test_free_text_is_answered_with_what_waits_home_and_people(stage: Stage, locale: str) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    await anna.says("...а что вообще происходит?")
    assert anna.screen == t("error.unknown_text")
    assert anna.buttons == [[t("home.start_checkin")], [t("button.menu"), t("button.someone_to_talk_to")]]
    await anna.presses(t("button.someone_to_talk_to"))
    assert t("help.now_title") in anna.screen


@LANGUAGES
async def test_words_for_a_screen_lead_there(stage: Stage, locale: str) -> None:
    t = words(stage, locale)
    anna = await finished(stage, locale=locale)
    for command, typed in PHRASES:
        stage.clock.advance(seconds=11)
        await anna.says(typed)
        title = t.n(TITLES[command], 12) if command == "dashboard" else t(TITLES[command], number=1, total=3)
        assert plain(title) in plain(anna.screen), typed
        if command == "delete":  # the next words would be taken for the one that it awaits
            await anna.says("/cancel")


@LANGUAGES
async def test_commands_in_capitals_are_commands(stage: Stage, locale: str) -> None:
    t = words(stage, locale)
    anna = await finished(stage, locale=locale)
    for typed in ("/MENU", "/Menu", "/Start", "/START@exhale_playground_bot", "/меню", "/Старт"):
        await anna.says("/help_now")
        await anna.says(typed)
        assert t("home.private") in anna.screen, typed


@LANGUAGES
async def test_thanks_get_a_thumb_up(stage: Stage, locale: str) -> None:
    anna = await newcomer(stage, locale=locale)
    for typed in ("Спасибо!", "спасибо большое", "Thank you!", "thanks"):
        assert await hints(stage, anna, text=typed) == 0, typed
        newest = max(stage.world.chats[anna.id].messages)
        assert stage.world.chats[anna.id].reactions[str(newest)] == ["👍"]


async def test_where_a_thumb_up_is_impossible_there_is_silence(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    stage.telegram.refuse("setMessageReaction", 400, "Bad Request: REACTION_INVALID")
    assert await hints(stage, anna, text="спасибо") == 0
    assert await reread(select(DeadLetter)) == []


async def test_a_word_that_a_step_awaits_is_no_command(stage: Stage) -> None:
    anna = await finished(stage)
    await anna.presses(data="u2:ask:position")
    await anna.says("Меню")
    assert "Меню" in anna.screen
    assert words(stage)("home.private") not in anna.screen


SERVICE: list[dict[str, Any]] = [
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"chat_background_set": {"type": {"type": "fill", "fill": {"type": "solid", "color": 1}, "dark_theme_dimming": 0}}},
    {"new_chat_photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
    {"delete_chat_photo": True},
    {"new_chat_title": "Команда"},
    {"write_access_allowed": {"from_request": True}},
]


@pytest.mark.parametrize("service", SERVICE, ids=lambda service: next(iter(service)))
async def test_service_messages_get_silence(stage: Stage, service: dict[str, Any]) -> None:
    anna, stranger = await finished(stage), stage.person(5555, "Чужая")
    assert await hints(stage, anna, more=service) == 0
    assert await hints(stage, stranger, more=service) == 0
    await anna.presses(data="u2:ask:position")
    assert await hints(stage, anna, more=service) == 0, "nor is it taken for what a step awaits"


async def test_a_hint_comes_once_in_ten_seconds(stage: Stage) -> None:
    anna = await newcomer(stage)
    assert [await hints(stage, anna, text=text) for text in ("так", "сяк", "эдак")] == [1, 0, 0]
    assert [await hints(stage, anna, sticker=True) for _ in range(3)] == [1, 0, 0]
    stage.clock.advance(seconds=10)
    assert await hints(stage, anna, text="четыре") == 1


async def test_in_a_group_with_topics_the_answer_stays_in_its_topic(stage: Stage) -> None:
    anna = await finished(stage)

    async def said(text: str) -> list[dict[str, Any]]:
        known = len(stage.world.chat(stage.world.group_id))
        await anna.sends(text=text, group=True, more={"message_thread_id": 77, "is_topic_message": True})
        return [one for one in stage.world.chat(stage.world.group_id)[known:] if one["from"]["is_bot"]]

    for text in ("/start@exhale_playground_bot", "/START@Exhale_Playground_Bot", "/menu"):
        (answer,) = await said(text)
        assert answer["message_thread_id"] == 77
    for text in ("/start@another_bot", "как дела?", "меню", "спасибо"):
        assert await said(text) == [], text


async def test_a_topic_that_is_gone_is_refused(stage: Stage) -> None:
    with pytest.raises(ApiError, match="message thread not found"):
        stage.telegram.server.call(
            "sendMessage", {"chat_id": (await newcomer(stage)).id, "text": "a", "message_thread_id": 5}
        )


@pytest.mark.parametrize(
    ("message_id", "reaction", "refusal"),
    [
        (99, [{"type": "emoji", "emoji": "👍"}], "message to react not found"),
        (1, [{"type": "emoji", "emoji": "🧨"}], "REACTION_INVALID"),
        (1, [{"type": "emoji", "emoji": "👍"}] * 2, "REACTIONS_TOO_MANY"),
    ],
)
async def test_a_reaction_that_telegram_refuses(stage: Stage, message_id: int, reaction: Any, refusal: str) -> None:
    anna = await newcomer(stage)
    with pytest.raises(ApiError, match=refusal):
        stage.telegram.server.call(
            "setMessageReaction", {"chat_id": anna.id, "message_id": message_id, "reaction": reaction}
        )


async def test_an_album_gets_one_answer(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.presses(data="u2:ask:position")
    before = len(anna.messages)
    picture = [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]
    for _ in range(10):
        stage.world.person_sends(anna.id, more={"photo": picture, "media_group_id": "g1"})
    await stage.settle()
    assert len(anna.messages) == before + 1
