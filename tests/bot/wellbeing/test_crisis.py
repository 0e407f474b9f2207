"""Words of despair: three kinds of answers, people who write for others, and what stays of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.conversation_states import FOR_OTHERS, Awaiting
from keyboards.wellbeing import Despair
from models import Conversation, Promise, Recommendation, User
from playground import Upload
from tests.bot.account.test_help import PHOTO
from tests.bot.hr_pages import goes
from tests.bot.outreach.test_promises import WORDS as PROMISE
from tests.bot.outreach.test_promises import writes
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows
from tests.bot.story import ON_SQLITE, words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import finished, hr, member

pytestmark = pytest.mark.both_languages
TODAY = date(2026, 3, 4)
DESPAIR = {"ru": "я больше не хочу жить", "en": "I don't want to live anymore"}
UNSURE = {"ru": "всё, больше не могу", "en": "I can't do this anymore"}
AT_HOME = {"ru": "муж меня бьёт", "en": "my husband hits me"}
FOR_OTHERS_TEXT = {
    "ru": "Памятка: что ответить, если коллега говорит: я больше не хочу жить",
    "en": "A leaflet: what to answer when a colleague says: I don't want to live",
}
PLAN = "Когда хочется прыгнуть с моста, звоню другу"
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "sorry": "Мне очень жаль, что сейчас так тяжело.",
        "quiet": "Неделю не буду присылать вопросы и напоминания",
        "gentle": "Если вам сейчас совсем плохо, есть с кем поговорить.",
        "violence": "Если дома вам небезопасно, это не ваша вина",
        "talk": "С кем поговорить",
        "remove": "Убрать моё сообщение из чата",
        "write": "Пишите мне как обычно",
        "menu": "Меню",
        "me": "Это про меня",
        "keep": "Не про меня, сохранить текст",
        "unknown": "Здесь хватает кнопок",
        "edited": "Изменённое сообщение я не перечитываю.",
    },
    "en": {
        "sorry": "I'm so sorry it's this hard right now.",
        "quiet": "For a week I won't send questions or reminders",
        "gentle": "If things are really hard right now, there's someone to talk to.",
        "violence": "If you aren't safe at home, it isn't your fault",
        "talk": "Someone to talk to",
        "remove": "Remove my message",
        "write": "Message me as usual",
        "menu": "Menu",
        "me": "This is about me",
        "keep": "Not about me, keep the text",
        "unknown": "Buttons are enough here",
        "edited": "I don't reread a message after it's edited.",
    },
}


def own(stage: Stage, player: Player) -> list[str]:
    """What the person's own messages in the chat say."""
    return [message.get("text", "") for message in stage.world.chat(player.id) if not message["from"]["is_bot"]]


async def planning(stage: Stage) -> Player:
    """Somebody who is about to type a plan for a step."""
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")
    return anna


async def plans(reread: Reread) -> list[Any]:
    return await reread(select(Recommendation.plan).where(Recommendation.state == "started"))


# --- the full reply ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_reply_says_what_comes_next_and_how_to_end_it(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says(DESPAIR[language])
    assert anna.screen.startswith(words["sorry"])
    assert words["quiet"] in anna.screen
    assert "/pause" in anna.screen
    assert anna.buttons == [[words[name]] for name in ("talk", "remove", "write", "menu")]
    assert await reread(select(User.paused_until)) == [TODAY + timedelta(days=7)]
    await anna.presses(words["write"])
    assert words["quiet"] not in anna.screen, "it is true no more"
    assert anna.buttons == [[words[name]] for name in ("talk", "remove", "menu")]
    assert await reread(select(User.paused_until)) == [None]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_home_opens_with_people_until_the_week_is_over(stage: Stage, language: str) -> None:
    words = WORDS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says(DESPAIR[language])
    await anna.presses(words["menu"])
    assert anna.buttons[0] == [words["talk"]]
    assert sum(words["talk"] in row for row in anna.buttons) == 1
    stage.clock.advance(days=6)
    await anna.says("/menu")
    assert anna.buttons[0] == [words["talk"]]
    stage.clock.advance(days=1)
    await anna.says("/menu")
    assert anna.buttons[0] != [words["talk"]]
    assert any(words["talk"] in row for row in anna.buttons)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_own_message_goes_out_of_the_chat(stage: Stage, language: str) -> None:
    words = WORDS[language]
    anna, boris = await member(stage, 1001, "Анна", language=language), await member(stage, 1002, "Борис")
    await boris.says("привет")
    theirs = own(stage, boris)
    await anna.says(DESPAIR[language])
    button = Despair(action="remove", message=stage.world.chat(1001)[-2]["message_id"]).pack()
    await boris.presses(data=button)
    assert own(stage, boris) == theirs, "another chat has another message, or none, under this number"
    assert DESPAIR[language] in own(stage, anna)
    await presses_twice(stage, anna, words["remove"])
    assert DESPAIR[language] not in own(stage, anna)
    assert anna.screen.startswith(words["sorry"])
    assert words["quiet"] in anna.screen
    assert anna.buttons == [[words[name]] for name in ("talk", "write", "menu")]
    stage.telegram.take_refusals()


async def test_telegram_takes_nothing_out_after_two_days(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says(DESPAIR["ru"])
    stage.clock.advance(days=3)
    await anna.presses(WORDS["ru"]["remove"])
    assert DESPAIR["ru"] in own(stage, anna)
    assert anna.toast is not None
    assert anna.toast.startswith("Убрать не получилось")
    assert [WORDS["ru"]["remove"]] in anna.buttons
    stage.telegram.take_refusals()


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_stranger_gets_the_reply_without_promises_about_messages(stage: Stage, language: str) -> None:
    words = WORDS[language]
    stranger = stage.person(1009, "Кто-то", language=language)
    await stranger.says(DESPAIR[language])
    assert stranger.screen.startswith(words["sorry"])
    assert words["quiet"] not in stranger.screen
    assert stranger.buttons == [[words["talk"]], [words["remove"]]]
    await stranger.presses(words["remove"])
    assert own(stage, stranger) == []
    assert stranger.buttons == [[words["talk"]]]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_an_edit_is_heard(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    anna, stranger = await member(stage, 1001, "Анна", language=language), stage.person(1009, "К", language=language)
    for person in (anna, stranger):
        await person.says("добрый день")
        stage.clock.advance(days=7)
        await person.edits(DESPAIR[language])
        assert person.screen.startswith(words["sorry"])
        await person.presses(words["remove"])
        stage.telegram.take_refusals()
    assert await reread(select(User.paused_until)) == [TODAY + timedelta(days=14)]


# --- one gentle line --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_words_that_may_mean_something_else_get_one_line_an_hour(
    stage: Stage, reread: Reread, language: str
) -> None:
    words = WORDS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    boris = await member(stage, 1002, "Борис", language=language)
    await anna.says(UNSURE[language])
    assert anna.screen == words["gentle"]
    assert anna.buttons == [[words["talk"]]]
    said = len(anna.messages)
    stage.clock.advance(minutes=59)
    await anna.says(UNSURE[language])
    assert len(anna.messages) == said + 1
    assert words["gentle"] not in anna.screen, "but never silence"
    await boris.says(UNSURE[language])
    assert boris.screen == words["gentle"]
    stage.clock.advance(minutes=2)
    await anna.says(UNSURE[language])
    assert anna.screen == words["gentle"]
    assert await reread(select(User.paused_until)) == [None, None]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("said", "answer"), [(UNSURE, "gentle"), (AT_HOME, "violence")], ids=["unsure", "at home"])
async def test_the_conversation_is_kept(
    stage: Stage, reread: Reread, language: str, said: dict[str, str], answer: str
) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.presses(data="u2:ask:position")
    await anna.says(said[language])
    assert await reread(select(User.position)) == [said[language]]
    assert anna.messages[-1]["text"].startswith(WORDS[language][answer])
    assert said[language] in anna.messages[-2]["text"]
    assert anna.buttons == [[WORDS[language]["talk"]]]
    assert await reread(select(User.paused_until)) == [None]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_violence_at_home_gets_a_line_of_its_own_each_time(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    for _ in range(2):
        count = len(anna.messages)
        await anna.says(AT_HOME[language])
        assert len(anna.messages) == count + 1
        assert anna.screen.startswith(WORDS[language]["violence"])
        assert "112" in anna.screen


async def test_a_command_is_still_a_command(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says(f"/menu {UNSURE['ru']}")
    assert anna.messages[-1]["text"] == WORDS["ru"]["gentle"]
    assert "Мои шаги" in str(anna.messages[-2]["reply_markup"])


# --- who writes for others --------------------------------------------------------------------------------------------


async def test_for_others_is_everything_that_people_do_not_write_about_themselves() -> None:
    about_oneself = {"erase", "zone", "pause", "name", "position", "email", "contact"}
    assert {str(state.state).rpartition(":")[2] for state in Awaiting.__all_states__} - about_oneself == {
        state.rpartition(":")[2] for state in FOR_OTHERS
    }


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_promise_is_kept_and_its_author_is_asked(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    await writes(olga, FOR_OTHERS_TEXT[language], language=language, target=PROMISE[language]["company"])
    assert olga.screen == words["sorry"]
    assert olga.buttons == [[words["me"]], [words["keep"]]]
    question = olga.message
    await olga.presses(words["keep"])
    assert question not in olga.messages, "no trace of a false alarm"
    await olga.presses(PROMISE[language]["skip"])
    await olga.presses(PROMISE[language]["two_weeks"])
    await olga.presses(PROMISE[language]["confirm"])
    (promise,) = await reread(select(Promise))
    assert promise.text == FOR_OTHERS_TEXT[language]
    assert await reread(select(User.paused_until)) == [None]
    assert await reread(select(Conversation)) == []


async def test_a_promise_kept_twice_is_one_answer(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await writes(olga, FOR_OTHERS_TEXT["ru"])
    await presses_twice(stage, olga, WORDS["ru"]["keep"])
    for step in ("skip", "two_weeks", "confirm"):
        await olga.presses(PROMISE["ru"][step])
    assert [(row.text, row.text_en) for row in await reread(select(Promise))] == [(FOR_OTHERS_TEXT["ru"], None)]
    stage.telegram.take_refusals()


async def test_a_lecture_about_prevention_is_no_despair(stage: Stage) -> None:
    olga = await hr(stage)
    await writes(olga, "Лекция психолога о профилактике суицида и выгорания 12 декабря")
    assert [PROMISE["ru"]["skip"]] in olga.buttons


@ON_SQLITE
async def test_a_plan_that_mentions_a_bridge_is_kept(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    before = len(anna.messages)
    await anna.says(PLAN)
    assert len(anna.messages) == before + 1
    assert await plans(reread) == [None]
    await anna.presses(WORDS["ru"]["keep"])
    assert await plans(reread) == [PLAN]
    assert f"Ваш план: «{PLAN}»" in anna.screen
    assert await reread(select(User.paused_until)) == [None]


@ON_SQLITE
async def test_keeping_twice_keeps_once(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says(PLAN)
    data = Despair(action="keep", message=max(m["message_id"] for m in stage.world.chat(anna.id)) - 1).pack()
    await presses_twice(stage, anna, WORDS["ru"]["keep"])
    assert await plans(reread) == [PLAN]
    await anna.presses(data=data)
    assert anna.toast == words(stage)("crisis.step_is_over")
    stage.telegram.take_refusals()


@ON_SQLITE
async def test_whoever_meant_it_gets_the_reply(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says(PLAN)
    await anna.presses(WORDS["ru"]["me"])
    assert anna.screen.startswith(WORDS["ru"]["sorry"])
    assert WORDS["ru"]["quiet"] in anna.screen
    assert await plans(reread) == [None]
    assert await reread(select(Conversation)) == []
    (until,) = await reread(select(User.paused_until))
    assert until == stage.clock().date() + timedelta(days=7)
    await anna.presses(WORDS["ru"]["remove"])
    assert PLAN not in own(stage, anna)


@ON_SQLITE
async def test_a_text_typed_instead_is_the_text(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says(PLAN)
    await anna.says("В среду после планёрки")
    assert await plans(reread) == ["В среду после планёрки"]


@ON_SQLITE
async def test_a_plan_that_is_too_long_is_asked_for_again_after_keeping(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says(f"{PLAN} {'и ещё другу ' * 30}")
    await anna.presses(WORDS["ru"]["keep"])
    assert anna.messages[-1]["text"].startswith("Длинновато")
    await anna.says("короче")
    assert await plans(reread) == ["короче"]


async def test_a_caption_goes_its_way_and_is_answered_below(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await goes(stage, olga, "invites")
    await olga.presses(stage.app.catalogs.translator("ru")("roster.upload"))
    await olga.sends(document=Upload("list.csv", "ФИО;Отдел\nИванова Анна;Склад\n".encode()), text=DESPAIR["ru"])
    assert olga.messages[-1]["text"].startswith(WORDS["ru"]["sorry"])
    assert WORDS["ru"]["quiet"] not in olga.messages[-1]["text"]
    assert "n8:confirm" in str(olga.messages[-2]), "the list was read"
    assert await reread(select(User.paused_until)) == [None]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_caption_under_a_photo_is_heard(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.sends(photo=PHOTO, text=DESPAIR[language])
    assert anna.screen.startswith(WORDS[language]["sorry"])
    await anna.presses(WORDS[language]["remove"])
    assert not any("photo" in message for message in stage.world.chat(anna.id))
    assert await reread(select(User.paused_until)) == [TODAY + timedelta(days=7)]


# --- what stays -------------------------------------------------------------------------------------------------------


async def test_nothing_is_written_to_logs_or_to_hr(
    stage: Stage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    told = len(olga.messages)
    capfd.readouterr()
    caplog.clear()
    for texts in (UNSURE, AT_HOME, DESPAIR):
        await anna.says(texts["ru"])
    await anna.presses(WORDS["ru"]["remove"])
    await anna.presses(WORDS["ru"]["write"])
    logged = caplog.text + "".join(capfd.readouterr())
    assert not [word for word in ("жить", "могу", "бьёт", "crisis", "1001") if word in logged]
    for _ in range(4):
        stage.clock.advance(days=2)
        await stage.tick()
    assert "Анна" not in "".join(str(message) for message in olga.messages[told:])
    rows = await all_rows(stage)
    assert not [texts for texts in (UNSURE, AT_HOME, DESPAIR) if texts["ru"] in str(rows)]
