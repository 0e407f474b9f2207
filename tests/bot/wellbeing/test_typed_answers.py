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


OPTIONS: dict[str, list[tuple[str, int]]] = {
    "ru": [
        ("3", 2),
        ("7", 6),
        ("1.", 0),
        ("Каждый день", 6),
        ("очень редко!", 1),
        ("2 из 7", 1),
        ("почти всегда", 5),
        ("Почти никогда.", 1),
        ("примерно половина", 4),
        ("всё время", 6),
        ("третий", 2),
        ("3-й вариант", 2),
        ("вариант 3", 2),
        ("семь", 6),
        ("№ 2", 1),
        ("Ну, почти никогда", 1),
        ("50/50", 4),
        ("3️⃣", 2),
    ],
    "en": [
        ("Every day", 6),
        ("never", 0),
        ("3 of 7", 2),
        ("Каждый день", 6),
        ("honestly, every day", 6),
        ("almost always", 5),
        ("hardly ever", 1),
        ("half the time", 4),
        ("the third one", 2),
        ("option 3", 2),
        ("3)", 2),
        ("seven", 6),
        ("2nd", 1),
    ],
}


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.both_languages
async def test_a_typed_option_answers_the_question(stage: Stage, reread: Reread, locale: str) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    given = []
    for typed, value in OPTIONS[locale]:
        stage.clock.advance(seconds=8)
        await anna.says(typed)
        given.append(value)
        (draft,) = await reread(select(Draft))
        order = stage.app.content.questionnaire.order[: len(given)]
        assert (draft.position, [draft.answers[key] for key in order]) == (len(given), given), typed
        option = stage.app.content.questionnaire.response_scale[value]
        assert anna.screen.startswith(t("typed.taken", answer=t.words(option))), typed
        assert t("checkin.progress", number=len(given) + 1, total=20) in anna.screen


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


async def test_what_is_no_option_answers_nothing(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    for number, typed in enumerate(("0", "8", "3 из 10", "33", "-3", "3,5", "каждый", "да"), 1):
        stage.clock.advance(seconds=11)
        await anna.says(typed)
        assert await reread(select(Draft.position)) == [0], typed
        said = [message["text"] for message in anna.messages if message["text"] == words(stage)("error.unknown_text")]
        assert (anna.screen, len(said)) == (said[0], number), typed


@pytest.mark.parametrize(
    ("locale", "typed", "values"),
    [
        ("ru", ("7 из 10", "0", "семь"), (7, 0, 7)),
        ("ru", ("7 баллов",), (7,)),
        ("en", ("10/10", "7 out of 10", "seven out of ten"), (10, 7, 7)),
        ("en", ("about 7",), (7,)),
    ],
)
@pytest.mark.both_languages
async def test_a_typed_number_answers_the_pulse(
    stage: Stage, reread: Reread, locale: str, typed: tuple[str, ...], values: tuple[int, ...]
) -> None:
    t = words(stage, locale)
    anna = await finished(stage, locale=locale)
    await anna.says("/pulse")
    for number, text in enumerate(typed, 1):
        stage.clock.advance(seconds=2)
        await anna.says(text)
        assert number == 3 or t("checkin.progress", number=number + 1, total=3) in anna.screen
    (point,) = await reread(PULSE)
    given = [getattr(point, item.metric) for item in stage.app.content.pulse.items]
    assert given == [*(value * 10 for value in values), *[None] * (3 - len(values))]


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
    ("locale", "cases"),
    [
        ("ru", (("редко", (1, 2)), ("Иногда…", (2, 3)), ("довольно часто", (4, 5)))),
        ("en", (("sometimes", (2, 3)), ("Often!", (4, 5)))),
    ],
)
@pytest.mark.both_languages
async def test_words_that_fit_several_options_are_asked_about(
    stage: Stage, reread: Reread, locale: str, cases: tuple[tuple[str, tuple[int, int]], ...]
) -> None:
    t = words(stage, locale)
    anna = await newcomer(stage, locale=locale)
    scale = stage.app.content.questionnaire.response_scale
    for number, (typed, values) in enumerate(cases):
        stage.clock.advance(seconds=8)
        await anna.says(typed)
        assert await reread(select(Draft.position)) == [number], "nothing is guessed"
        assert anna.screen.startswith(t("typed.which"))
        assert anna.buttons == [*([t.words(scale[value])] for value in values), [t("typed.all_options")]]
        await anna.presses(t.words(scale[values[1]]))
    (draft,) = await reread(select(Draft))
    assert [draft.answers[key] for key in stage.app.content.questionnaire.order[: len(cases)]] == [
        values[1] for _, values in cases
    ]


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
