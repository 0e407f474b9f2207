"""Help by topic, someone to talk to, the fixed reply to words of despair, and words for a talk."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import select, update

from content import load_content
from db.database import Database
from handlers.conversation_states import FOR_OTHERS, Awaiting
from keyboards.account import HelpTopic, Say
from models import Conversation, User
from playground import Upload
from tests.bot.past import check_in, said
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, tables_with
from tests.bot.test_deliveries import live
from tests.clock import START, ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member
from tests.unit.test_crisis import PARAPHRASES
from views.account import support
from views.translator import Catalogs

WORDS = load_content().words
TALK = {"ru": "С кем поговорить", "en": "Someone to talk to"}
BACK = {"ru": "← Назад", "en": "← Back"}
REPLY = {"ru": "Мне очень жаль, что сейчас так тяжело.", "en": "I'm so sorry it's this hard right now."}
REMOVE = {"ru": "Убрать моё сообщение из чата", "en": "Remove my message"}
WRITE = {"ru": "Пишите мне как обычно", "en": "Message me as usual"}
MENU = {"ru": "Меню", "en": "Menu"}
TODAY = date(2026, 3, 4)
DESPAIR = "я больше не хочу жить"
PHOTO = Upload("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(8) + (100).to_bytes(4, "big") * 2)


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_topic_is_one_tap_away_and_back(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/help")
    message, index = anna.message["message_id"], anna.screen
    labels = [label for row in anna.buttons for label in row][: len(support.TOPICS)]
    texts = set()
    for label in labels:
        await anna.presses(label)
        assert anna.screen.startswith(label)
        assert len(anna.screen) < 600, "short"
        texts.add(anna.screen)
        await anna.presses(BACK[language])
        assert anna.screen == index
    assert len(texts) == len(support.TOPICS) == 7
    assert anna.message["message_id"] == message, "edited in place"


async def test_a_topic_pressed_twice_stands_still(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/help")
    await presses_twice(stage, anna, "Пульс недели")
    assert anna.screen.startswith("Пульс недели")


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_strangers_may_read_help_but_not_ask_hr(stage: Stage, language: str) -> None:
    stranger = stage.person(1009, "Кто-то", language=language)
    await stranger.says("/help")
    await stranger.presses(data=HelpTopic(topic="hr").pack())
    await stranger.presses(TALK[language])
    assert "112" in stranger.screen
    assert not any("HR" in label for row in stranger.buttons for label in row)


async def test_the_configured_contacts_stand_beside_the_emergency_number(
    database: Database, clock: ManualClock
) -> None:
    contacts = {"ru": ["Линия поддержки 8-800-000-00-00"], "en": ["Helpline 8-800-000-00-00"]}
    stage = Stage(database, clock, help_contacts=contacts)
    for language, words in (("ru", "Поговорить можно здесь: Линия поддержки"), ("en", "To talk to someone: Helpline")):
        person = stage.person(1000 + len(language + words), "Анна", language=language)
        await person.says("/help_now")
        assert "112" in person.screen
        assert words in person.screen
        await person.says(DESPAIR)
        assert words in person.screen
    stage.telegram.verify()


async def test_every_result_leads_to_the_same_help(stage: Stage) -> None:
    for example in range(3):
        anna = await member(stage, 1001 + example, "Анна")
        await check_in(stage, anna, stage.clock(), example)
        await anna.says("/menu")
        await anna.presses("Мой результат")
        await anna.presses(TALK["ru"])
        outside, inside = anna.screen.index("112"), anna.screen.index("люди на работе")
        assert outside < inside
        assert anna.buttons[0] == ["Попросить HR связаться со мной"]


# --- words of despair -------------------------------------------------------------------------------------------------


async def begins_typing(stage: Stage, player: Player, state: Any) -> None:
    """The person is in the middle of this typed step."""
    bot_id = stage.app.bot.id
    storage = stage.app.dispatcher.fsm.storage
    key = StorageKey(bot_id=bot_id, chat_id=player.id, user_id=player.id)
    async with stage.database.begin():
        await storage.set_state(key, state)
        await storage.set_data(key, {"tip": 1, "hr": 1})


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_it_is_heard_in_every_typed_field(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    before = await all_rows(stage)
    states = [state for state in (*Awaiting.__all_states__, None) if str(state and state.state) not in FOR_OTHERS]
    assert len(states) > 3
    for state, text in zip(states, itertools.cycle((DESPAIR, "I don’t want to live")), strict=False):
        if state is not None:
            await begins_typing(stage, anna, state)
        await anna.says(text)
        assert anna.screen.startswith(REPLY[language]), state
        assert "112" in anna.screen
        assert "\n\n" not in anna.screen, "no gap where contacts would stand"
        assert anna.buttons == [[label[language]] for label in (TALK, REMOVE, WRITE, MENU)], "no question"
        assert await reread(select(Conversation)) == [], "the conversation is left"
    after = await all_rows(stage)
    (was,), (is_,) = before.pop("users"), after.pop("users")
    assert after == before, "nothing is stored"
    changed = {name for name in is_ if is_[name] != was[name]}
    assert changed <= {"paused_since", "paused_until", "plan_at", "updated_at"}


async def test_twenty_phrases_are_answered(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    assert len(PARAPHRASES) >= 20
    for text in PARAPHRASES:
        await anna.says(text)
        assert anna.screen.startswith(REPLY["ru"]), text
    assert tables_with(await all_rows(stage), "жить") == set()


async def test_captions_commands_and_strangers_are_heard_too(stage: Stage) -> None:
    anna, stranger = await member(stage, 1001, "Анна"), stage.person(1009, "Кто-то")
    await anna.sends(photo=PHOTO, text=DESPAIR)
    assert anna.screen.startswith(REPLY["ru"])
    await anna.says("/menu")
    await anna.says(f"/delete {DESPAIR}")
    assert anna.screen.startswith(REPLY["ru"])
    await stranger.says(DESPAIR)
    assert stranger.screen.startswith(REPLY["ru"])
    await stranger.presses(TALK["ru"])
    assert "112" in stranger.screen


async def test_a_group_hears_nothing_of_it(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.sends(text=DESPAIR, group=True)
    group = stage.world.chat(stage.world.group_id)
    assert not any(REPLY["ru"] in message.get("text", "") for message in group)


async def test_then_the_bot_keeps_quiet_for_seven_days(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await stage.tick()
    await anna.says(DESPAIR)
    (user,) = await reread(select(User))
    assert user.paused_until == TODAY + timedelta(days=7)
    assert user.plan_at == START
    said = len(anna.messages)
    await live(stage, anna, stage.clock() + timedelta(days=6))
    await stage.tick()
    assert len(anna.messages) == said


async def test_a_longer_pause_is_never_shortened(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    for until, after in ((20, 20), (7, 7), (6, 7), (-3, 7)):
        async with stage.database.begin() as session:
            await session.execute(update(User).values(paused_until=TODAY + timedelta(days=until)))
        for _ in range(2):
            await anna.says(DESPAIR)
        assert await reread(select(User.paused_until)) == [TODAY + timedelta(days=after)], until


async def test_it_is_written_to_no_log(
    stage: Stage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says(DESPAIR)
    logged = caplog.text + "".join(capfd.readouterr())
    assert "жить" not in logged
    assert "1001" not in logged


# --- words to say it --------------------------------------------------------------------------------------------------

CHOICES = list(itertools.product(*(range(len(getattr(WORDS, step))) for step in support.STEPS)))


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_four_taps_make_a_message_to_pass_on(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/help_now")
    await anna.presses({"ru": "Как сказать руководителю", "en": "Find words for my manager"}[language])
    before = await all_rows(stage)
    for number, step in enumerate(support.STEPS, start=1):
        first = getattr(WORDS, step)[0].label
        assert {"ru": f"{number} из 4", "en": f"{number} of 4"}[language] in said(anna)
        await anna.presses(first.in_(language))
    tone = WORDS.tone[0]
    assert anna.screen.startswith(tone.opening.in_(language))
    assert anna.screen.endswith(tone.closing.in_(language))
    assert "has_protected_content" not in anna.message, "it may be passed on"
    assert await all_rows(stage) == before, "nothing is stored"
    written = anna.message
    await anna.presses(anna.buttons[0][1])
    assert anna.message["has_protected_content"], "home is protected again"
    assert written not in anna.messages, "no trail of messages"


async def test_the_last_tap_pressed_twice_gives_one_message(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/help_now")
    await anna.presses(data=Say(what=0, since=0, wish=0).pack())
    count = len(anna.messages)
    await presses_twice(stage, anna, "Мягко")
    assert len(anna.messages) == count
    assert anna.screen.startswith("Здравствуйте!") or "Здравствуйте!" in anna.messages[-1]["text"]


async def test_back_takes_one_choice_back(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/help_now")
    await anna.presses("Как сказать руководителю")
    await anna.presses("Длинные дни")
    await anna.presses("Около месяца")
    for title in ("Как давно?", "О чём сказать?", "С кем поговорить"):
        await anna.presses(BACK["ru"])
        assert anna.screen.startswith(title)


async def test_a_choice_that_is_not_there_is_asked_again(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/help_now")
    await anna.presses(data=Say(what=0, since=99, wish=0, tone=0).pack())
    assert anna.screen.startswith("Как давно?")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_combination_is_whole_sentences(language: str) -> None:
    t = Catalogs().translator(language)
    assert len(CHOICES) == 576
    for choice in CHOICES:
        chosen = Say(**dict(zip(support.STEPS, choice, strict=True)))
        assert support.next_step(WORDS, chosen) is None
        text, _ = support.words_to_say(t, WORDS, chosen).text.render()
        assert len(text) < 600
        assert not {"{", "}", "  ", "..", " .", " ,"} & {text[i : i + n] for n in (1, 2) for i in range(len(text))}
        for sentence in text.replace("!", ".").replace("?", ".").split(". "):
            assert sentence[0].isupper(), text
        assert text[-1] in ".!?"


def test_a_button_of_the_words_fits_and_keeps_its_choice() -> None:
    chosen = Say(what=5, since=3, wish=5, tone=3)
    assert Say.unpack(chosen.pack()) == chosen
    assert len(chosen.pack()) <= 64
