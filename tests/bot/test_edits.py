"""A message that is changed: the newest text of an open step, or one line that nobody rereads it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import Conversation, Promise, Recommendation, User
from tests.bot.outreach.test_contact import WORDS as CONTACT
from tests.bot.outreach.test_promises import WORDS as PROMISE
from tests.bot.outreach.test_promises import writes
from tests.bot.story import ON_SQLITE, words
from tests.bot.wellbeing.test_crisis import FOR_OTHERS_TEXT, PLAN, WORDS, planning
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import hr, member

ANNA_ID = 7300000001
ANNA = {"id": ANNA_ID, "type": "private", "first_name": "Анна"}
FROM = {"id": ANNA_ID, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
SENT: dict[str, Any] = {"message_id": 9001, "date": 1772600000, "chat": ANNA, "from": FROM, "text": "+7 900 111-11-11"}
UPDATES: list[dict[str, Any]] = [
    {"update_id": 900030, "message": SENT},
    {"update_id": 900031, "edited_message": SENT | {"text": "+7 900 222-22-22", "edit_date": 1772600060}},
]


async def test_telegram_is_asked_for_edits(stage: Stage) -> None:
    assert "edited_message" in stage.app.ingest.kinds()


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_number_corrected_before_sending_is_what_is_sent(stage: Stage, language: str) -> None:
    words = CONTACT[language]
    await hr(stage)
    anna = await member(stage, ANNA_ID, "Анна", language=language)
    await anna.says("/help_now")
    await anna.presses(words["ask"])
    await anna.presses("Ольга")
    await anna.presses(words["typed"])
    await stage.app.ingest.take_raw(UPDATES)
    assert "222-22-22" in anna.screen
    assert "111-11-11" not in anna.screen
    assert [words["send"]] in anna.buttons


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_answer_to_one_question_is_not_taken_for_the_next(
    stage: Stage, reread: Reread, language: str
) -> None:
    words = PROMISE[language]
    olga = await hr(stage, language=language)
    await writes(olga, "Втарая пауза", language=language, target=words["company"])
    await olga.edits("Вторая пауза")
    assert [words["skip"]] in olga.buttons, "still the question for the text in the second language"
    await olga.presses(words["skip"])
    await olga.presses(words["two_weeks"])
    await olga.presses(words["confirm"])
    assert [(row.text, row.text_en) for row in await reread(select(Promise))] in (
        [("Вторая пауза", None)],
        [(None, "Вторая пауза")],
    )


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_other_edits_get_one_line_in_ten_seconds(stage: Stage, reread: Reread, language: str) -> None:
    line = WORDS[language]["edited"]
    anna, stranger = await member(stage, 1001, "Анна", language=language), stage.person(1009, "К", language=language)
    for person in (anna, stranger):
        await person.says("добрый день")
        stage.clock.advance(days=7)
        await person.edits("добрый вечер")
        assert person.screen.startswith(line)
        count = len(person.messages)
        await person.edits("доброй ночи")
        assert len(person.messages) == count
        stage.clock.advance(seconds=10)
        await person.edits("доброе утро")
        assert len(person.messages) == count + 1
        assert person.screen.startswith(line)


async def test_an_old_message_is_no_text_for_a_step_that_is_open(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("добрый день")
    old = stage.world.chat(1001)[-2]["message_id"]
    await anna.presses(data="u2:ask:position")
    await anna.edits("Кладовщица", message_id=old)
    assert anna.screen.startswith(WORDS["ru"]["edited"])
    assert await reread(select(User.position)) == [None]
    await anna.says("Кладовщица")
    assert await reread(select(User.position)) == ["Кладовщица"]


@ON_SQLITE
async def test_what_was_refused_may_be_corrected_in_place(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says("х" * 301)
    assert anna.screen.startswith("Длинновато")
    await anna.edits("В среду после планёрки")
    plans = select(Recommendation.plan).where(Recommendation.state == "started")
    assert await reread(plans) == ["В среду после планёрки"]
    await anna.edits("В четверг")
    assert anna.screen.startswith(WORDS["ru"]["edited"]), "the step is over"
    assert await reread(plans) == ["В среду после планёрки"]


async def test_an_edit_that_leaves_no_text_asks_for_one(stage: Stage, reread: Reread) -> None:
    await hr(stage)
    anna = await member(stage, ANNA_ID, "Анна")
    words = CONTACT["ru"]
    await anna.says("/help_now")
    for label in (words["ask"], "Ольга", words["typed"]):
        await anna.presses(label)
    emptied = {key: value for key, value in SENT.items() if key != "text"} | {"edit_date": 1772600060}
    photo = {"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}
    await stage.app.ingest.take_raw([UPDATES[0], {"update_id": 900031, "edited_message": emptied | {"photo": [photo]}}])
    assert anna.screen.startswith("Здесь нужны слова")
    assert len(await reread(select(Conversation))) == 1, "it goes on waiting"
    await anna.says("+7 900 333-33-33")
    assert "333-33-33" in anna.screen


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_an_edit_of_what_is_written_for_others_asks_and_is_kept(
    stage: Stage, reread: Reread, language: str
) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    await writes(olga, "Памятка", language=language, target=PROMISE[language]["company"])
    await olga.edits(FOR_OTHERS_TEXT[language])
    assert olga.screen == words["sorry"]
    await olga.presses(words["keep"])
    for step in ("skip", "two_weeks", "confirm"):
        await olga.presses(PROMISE[language][step])
    assert FOR_OTHERS_TEXT[language] in olga.screen
    assert len(await reread(select(Promise))) == 1
    assert await reread(select(User.paused_until)) == [None]


@ON_SQLITE
async def test_a_text_set_aside_may_be_changed(stage: Stage, reread: Reread) -> None:
    anna = await planning(stage)
    await anna.says(PLAN)
    await anna.edits("Когда тяжело, звоню другу")
    assert await reread(select(Recommendation.plan).where(Recommendation.state == "started")) == [
        "Когда тяжело, звоню другу"
    ]


async def test_a_text_that_was_changed_cannot_be_kept_any_more(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await writes(olga, FOR_OTHERS_TEXT["ru"])
    question = olga.message["message_id"]
    await olga.edits("Памятка")
    await olga.presses(WORDS["ru"]["keep"], message_id=question)
    assert olga.toast == words(stage)("crisis.step_is_over")
    for step in ("skip", "two_weeks", "confirm"):
        await olga.presses(PROMISE["ru"][step])
    assert [row.text for row in await reread(select(Promise))] == ["Памятка"]


async def test_a_group_hears_nothing_of_edits(stage: Stage) -> None:
    await member(stage, ANNA_ID, "Анна")
    group = {"id": stage.world.group_id, "type": "group", "title": "Group"}
    edited = SENT | {"chat": group, "edit_date": 1772600060}
    await stage.app.ingest.take_raw([{"update_id": 900031, "edited_message": edited}])
    assert stage.world.chat(stage.world.group_id) == []
