"""An option or a number that was typed is the answer to the one question that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.types import Update
from sqlalchemy import select

from models import Draft, Metric
from tests.bot.story import ON_SQLITE, SEED, answers, passes_over_causes, plain, words
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import finished, newcomer

pytestmark = ON_SQLITE
PULSE = select(Metric).where(Metric.source == "pulse")


@pytest.mark.parametrize(
    ("locale", "typed", "value"),
    [
        ("ru", "3", 2),
        ("ru", "7", 6),
        ("ru", "1.", 0),
        ("ru", "Каждый день", 6),
        ("ru", "очень редко!", 1),
        ("ru", "2 из 7", 1),
        ("en", "Every day", 6),
        ("en", "never", 0),
        ("en", "3 of 7", 2),
        ("en", "Каждый день", 6),
        ("ru", "почти всегда", 5),
        ("ru", "Почти никогда.", 1),
        ("ru", "примерно половина", 4),
        ("ru", "всё время", 6),
        ("ru", "третий", 2),
        ("ru", "3-й вариант", 2),
        ("ru", "вариант 3", 2),
        ("ru", "семь", 6),
        ("ru", "№ 2", 1),
        ("ru", "Ну, почти никогда", 1),
        ("en", "honestly, every day", 6),
        ("ru", "50/50", 4),
        ("ru", "3️⃣", 2),
        ("en", "almost always", 5),
        ("en", "hardly ever", 1),
        ("en", "half the time", 4),
        ("en", "the third one", 2),
        ("en", "option 3", 2),
        ("en", "3)", 2),
        ("en", "seven", 6),
        ("en", "2nd", 1),
    ],
)
async def test_a_typed_option_answers_the_question(
    stage: Stage, reread: Reread, locale: str, typed: str, value: int
) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    await anna.says(typed)
    (draft,) = await reread(select(Draft))
    assert (draft.position, list(draft.answers.values())) == (1, [value])
    option = stage.app.content.questionnaire.response_scale[value]
    assert anna.screen.startswith(t("typed.taken", answer=t.words(option)))
    assert t("checkin.progress", number=2, total=20) in anna.screen


@pytest.mark.parametrize(
    ("locale", "skip", "back", "later"),
    [
        ("ru", "Пропустить", "назад!", "Позже"),
        ("ru", "Ну, не знаю…", "назад", "потом"),
        ("ru", "честно говоря, затрудняюсь ответить", "назад", "потом"),
        ("en", "I really don't know", "back", "Not now"),
        ("en", "Hmm… hard to say", "back", "later"),
    ],
)
async def test_a_typed_button_is_the_button(
    stage: Stage, reread: Reread, locale: str, skip: str, back: str, later: str
) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    await anna.says(skip)
    assert anna.screen.startswith(t("typed.skipped"))
    assert t("checkin.progress", number=2, total=20) in anna.screen
    await anna.says(back)
    assert t("checkin.progress", number=1, total=20) in anna.screen
    await anna.says("3")
    await anna.says(later)
    assert anna.screen.startswith(t("checkin.later", done=1, total=20, date="|").partition("|")[0])
    assert [(draft.position, len(draft.answers)) for draft in await reread(select(Draft))] == [(1, 1)]


async def test_twenty_typed_answers_end_in_the_result(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    for key in stage.app.content.questionnaire.order:
        stage.clock.advance(seconds=8)
        await anna.says(str(SEED[key] + 1))
    await passes_over_causes(anna)
    assert "78 из 120" in plain(anna.screen)
    assert await reread(select(Draft)) == []


@pytest.mark.parametrize("typed", ["0", "8", "3 из 10", "33", "-3", "3,5", "каждый", "да"])
async def test_what_is_no_option_answers_nothing(stage: Stage, reread: Reread, typed: str) -> None:
    anna = await newcomer(stage)
    await anna.says(typed)
    assert await reread(select(Draft.position)) == [0]
    assert anna.screen == words(stage)("error.unknown_text")


@pytest.mark.parametrize(
    ("locale", "typed", "value"),
    [
        ("ru", "7 из 10", 7),
        ("ru", "0", 0),
        ("en", "10/10", 10),
        ("en", "7 out of 10", 7),
        ("ru", "семь", 7),
        ("ru", "7 баллов", 7),
        ("en", "seven out of ten", 7),
        ("en", "about 7", 7),
    ],
)
async def test_a_typed_number_answers_the_pulse(
    stage: Stage, reread: Reread, locale: str, typed: str, value: int
) -> None:
    t = words(stage, locale)
    anna = await finished(stage, locale=locale)
    await anna.says("/pulse")
    await anna.says(typed)
    (point,) = await reread(PULSE)
    assert (point.burnout, point.stress) == (value * 10, None)
    assert t("checkin.progress", number=2, total=3) in anna.screen


async def test_a_number_that_may_answer_two_questions_answers_none(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=1)
    await anna.says("/pulse")
    await anna.presses("4")
    await anna.says("3")
    assert await reread(select(Draft.position)) == [1]
    assert [(point.burnout, point.stress) for point in await reread(PULSE)] == [(40, None)]
    assert anna.screen == words(stage)("error.unknown_text")
    await anna.says("Каждый день")
    assert await reread(select(Draft.position)) == [2]
    await anna.says("9 из 10")
    assert [point.stress for point in await reread(PULSE)] == [90]


async def test_a_message_that_comes_again_answers_one_question(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    stage.clock.advance(seconds=8)
    stage.world.person_sends(anna.id, "3")
    (update,) = stage.waiting()
    stage.clock.advance(seconds=2)
    await stage.app.ingest.take([update])
    stage.restart()
    again = Update.model_validate(update.model_dump(), context={"bot": stage.app.bot})
    stage.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    await stage.app.ingest.take([again])
    assert await reread(select(Draft.position)) == [1]


async def test_a_pulse_answer_that_comes_again_answers_one_question(stage: Stage, reread: Reread) -> None:
    """Also within the second in which it was sent, and together with the one after it."""
    anna = await finished(stage)
    await anna.says("/pulse")
    for text in ("7", "4"):
        stage.world.person_sends(anna.id, text)
    updates = stage.waiting()
    await stage.app.ingest.take(updates)
    stage.restart()  # the ids of updates are remembered by a process; what was answered is in the database
    again = [Update.model_validate(update.model_dump(), context={"bot": stage.app.bot}) for update in updates]
    await stage.app.ingest.take(again)
    assert [(point.burnout, point.stress, point.productivity) for point in await reread(PULSE)] == [(70, 40, None)]
    assert words(stage)("home.pulse_open") in anna.screen, "home says what waits"
    stage.clock.advance(seconds=1)
    await anna.says("7")
    assert [point.productivity for point in await reread(PULSE)] == [70], "the same number may be an answer again"


async def test_a_check_in_answer_that_comes_again_within_its_second(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    stage.world.person_sends(anna.id, "3")
    (update,) = stage.waiting()
    await stage.app.ingest.take([update])
    await stage.app.ingest.take([Update.model_validate(update.model_dump(), context={"bot": stage.app.bot})])
    assert await reread(select(Draft.position)) == [1]


@pytest.mark.parametrize(
    ("locale", "typed", "values"),
    [
        ("ru", "редко", (1, 2)),
        ("ru", "Иногда…", (2, 3)),
        ("ru", "довольно часто", (4, 5)),
        ("en", "sometimes", (2, 3)),
        ("en", "Often!", (4, 5)),
    ],
)
async def test_words_that_fit_several_options_are_asked_about(
    stage: Stage, reread: Reread, locale: str, typed: str, values: tuple[int, int]
) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    await anna.says(typed)
    assert await reread(select(Draft.position)) == [0], "nothing is guessed"
    scale = stage.app.content.questionnaire.response_scale
    assert anna.screen.startswith(t("typed.which"))
    assert anna.buttons == [*([t.words(scale[value])] for value in values), [t("typed.all_options")]]
    await anna.presses(t.words(scale[values[1]]))
    (draft,) = await reread(select(Draft))
    assert list(draft.answers.values()) == [values[1]]


async def test_all_options_are_a_press_away(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.says("часто")
    await anna.presses(words(stage)("typed.all_options"))
    assert len(anna.buttons) > 7


async def test_what_a_step_awaits_is_no_answer(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await anna.presses(data="u2:ask:position")
    await anna.says("Каждый день")
    assert await reread(select(Draft.position)) == [0]
