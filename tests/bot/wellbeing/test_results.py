"""Every figure of a result, through the bot: the examples of the questionnaire, its boundaries, the careless and the
second try."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from content.questionnaire import Example
from keyboards.wellbeing import ShowResult
from models import Assessment, Draft, Recommendation, User
from tests.bot.story import (
    CARELESS,
    CONTENT,
    ON_SQLITE,
    PACE,
    SEED,
    Q,
    answers,
    completes,
    data_of,
    plain,
    result_of,
    words,
)
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import finished, newcomer

NOTE = "Похоже, отвечали быстро или почти одинаково."
REDO = "Пройти ещё раз"
REVERSED = {item.key for item in Q.items if item.reverse}
COLUMNS = {code: scale.column for code, scale in Q.scales.items()}


def alternating(low: int, total: int) -> dict[str, int]:
    """Answers whose item scores are `low` and one more by turns, with this total."""
    scores = {key: low + place % 2 for place, key in enumerate(Q.order)}
    for key in list(scores)[1::2][: sum(scores.values()) - total]:
        scores[key] -= 1
    assert sum(scores.values()) == total
    return {key: Q.top - score if key in REVERSED else score for key, score in scores.items()}


def figures(row: Assessment) -> dict[str, object]:
    """The seed's columns."""
    return {
        **{code: getattr(row, column) for code, column in COLUMNS.items()},
        "score": row.score,
        "burnout_level": row.burnout_level,
        "profile": row.profile,
        "quality": row.quality,
    }


@pytest.mark.both_databases
async def test_every_example_of_the_questionnaire_gives_its_figures(stage: Stage, reread: Reread) -> None:
    for example in Q.examples:
        person = await finished(stage, example.answers, example.name)
        (row,) = await reread(select(Assessment).join(User).where(User.telegram_id == person.id))
        assert figures(row) == example.expect.model_dump(), example.name
        assert row.answers == example.answers, example.name
        assert row.questionnaire_version == Q.version
        assert_is_on_the_screen(plain(result_of(person)), example)


def often(mean: float) -> str:
    """The word for a mean item score, by rules of its own."""
    if mean < 0.5:
        return "почти не бывало"
    if mean < 2.5:
        return "редко"
    if mean < 3.5:
        return "примерно в один день из четырёх"
    return "примерно каждый второй день" if mean < 5 else "почти каждый день"


def assert_is_on_the_screen(screen: str, example: Example) -> None:
    """The total, and each scale with its word and figure."""
    expect = example.expect
    assert expect.score is not None
    assert f"Всего {expect.score:g} из 120" in screen
    for code, scale in Q.scales.items():
        points = getattr(expect, code)
        assert f"{scale.ru}: {often(points / scale.items)} ({points:g} из {scale.max} баллов)" in screen
    assert (NOTE in screen) is (expect.quality == "suspect")


@ON_SQLITE
@pytest.mark.parametrize(
    ("low", "total", "level"), [(2, 49, "low"), (2, 50, "medium"), (3, 69, "medium"), (3, 70, "high")]
)
async def test_the_levels_begin_at_50_and_at_70(stage: Stage, low: int, total: int, level: str) -> None:
    person = await finished(stage, alternating(low, total))
    async with stage.database.read() as session:
        (row,) = await session.scalars(select(Assessment))
    assert (row.score, row.burnout_level, row.quality) == (total, level, "ok")
    t = words(stage)
    is_smoothed = level != "high" and any(
        getattr(row, COLUMNS[code]) / scale.items >= 3.5 for code, scale in Q.scales.items()
    )
    said = t("level.scale_high" if is_smoothed else f"level.{level}", score=str(total), word=often(total / 20))
    assert said in result_of(person)


@ON_SQLITE
@pytest.mark.parametrize(("pace", "quality"), [(0.5, "suspect"), (1.0, "suspect"), (1.5, "ok"), (PACE, "ok")])
async def test_the_pace_decides_whether_it_is_careless(stage: Stage, pace: float, quality: str) -> None:
    person = await finished(stage, SEED, pace=pace)
    async with stage.database.read() as session:
        assert list(await session.scalars(select(Assessment.quality))) == [quality]
    assert (NOTE in result_of(person)) is (quality == "suspect")


async def test_a_careless_check_in_is_answered_anew_exactly_once(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage, SEED, pace=0.5)
    (first,) = await reread(select(Assessment))
    shown = result_of(anna)
    assert NOTE in shown
    assert "Можно пройти ещё раз, не торопясь." in shown
    redo = data_of(anna, REDO)

    await anna.presses(REDO)
    assert "1 из 20" in plain(anna.screen)
    await answers(stage, anna, CARELESS, until=4)
    assert (await reread(select(Assessment.score)))[0] == first.score, "the first result stands until it is replaced"
    await completes(stage, anna, CARELESS)

    (second,) = await reread(select(Assessment))
    assert (second.id, second.period, second.score, second.quality) == (first.id, first.period, 18, "suspect")
    assert second.redone is True
    assert NOTE in anna.screen
    assert "Можно пройти ещё раз" not in anna.screen
    assert not any(REDO in row[0] for row in anna.buttons)
    await anna.presses(data=redo)
    assert plain(anna.screen).startswith("Самопроверка за этот период уже пройдена.")
    assert await reread(select(Draft)) == []
    recommendations = await reread(select(Recommendation))
    assert {row.assessment_id for row in recommendations} == {first.id}
    assert len(recommendations) == 3, "the offers of the first try have given way to those of a low result"


@ON_SQLITE
async def test_a_careless_result_is_no_point_of_comparison(stage: Stage) -> None:
    anna = await finished(stage, SEED, pace=0.5)
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await completes(stage, anna, SEED)
    assert "Сравнить можно будет в следующий раз." in anna.screen


@ON_SQLITE
async def test_the_second_try_is_offered_in_its_own_period_only(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage, SEED, pace=0.5)
    redo = data_of(anna, REDO)
    stage.clock.advance(days=28)
    await anna.says("/menu")
    await anna.presses("Мой результат")
    assert NOTE in anna.screen
    assert not any(REDO in row[0] for row in anna.buttons)
    await anna.presses(data=redo)
    assert plain(anna.screen).startswith("Время самопроверки?")
    assert await reread(select(func.count()).select_from(Draft)) == [0]


@ON_SQLITE
async def test_more_hide_and_what_hr_sees(stage: Stage) -> None:
    anna = await finished(stage)
    await anna.presses("Подробнее")
    assert "Вопросы составлены для этого бота и не являются медицинским тестом." in anna.screen
    assert "К специалисту стоит пойти" in anna.screen
    await anna.presses("← Назад")
    assert "Всего 78 из 120" in plain(anna.screen)

    await anna.presses("Скрыть")
    assert anna.screen == "Результат скрыт, но сохранён. Открыть снова: Меню → Мой результат."
    assert anna.buttons == [["Меню"]]
    await anna.presses("Меню", message_id=anna.message["message_id"])
    await anna.presses("Мой результат")
    assert "Всего 78 из 120" in plain(anna.screen)
    await anna.presses("С кем поговорить")
    assert "112" in anna.screen
    await anna.says("/privacy")
    assert "HR" in anna.screen


@ON_SQLITE
async def test_there_is_no_result_before_the_first_check_in(stage: Stage) -> None:

    anna = await newcomer(stage)
    await anna.says("/menu")
    home = [label for line in anna.buttons for label in line]
    assert "Мой результат" not in home
    assert "История" not in home, "nothing is offered that is not there"
    await anna.presses(data=ShowResult(action="show", assessment=0).pack())
    assert anna.screen == "Результата пока нет. Он появится после первой самопроверки."


def test_the_examples_are_all_there() -> None:
    assert len(CONTENT.questionnaire.examples) == 6


# --- what is said at every height -------------------------------------------------------------------------------------


def felt(ee: int, dp: int, ra: int) -> dict[str, int]:
    """Raw answers that give each item of a scale this item score."""
    by_scale = {"EE": ee, "DP": dp, "RA": ra}
    return {item.key: abs(6 * item.reverse - by_scale[item.scale]) for item in Q.items}


HELP = {"ru": "С таким стоит сходить к врачу или психологу", "en": "It's worth seeing a doctor or psychologist"}
LAST = {
    "hard": {"ru": "есть с кем поговорить.", "en": "there's someone to talk to."},
    "mixed": {"ru": "спешить с ним не нужно.", "en": "there's no hurry."},
    "calm": {"ru": "я рядом.", "en": "I'm here."},
}
OFTEN = {"ru": "почти каждый день", "en": "almost every day"}
SELDOM = {"ru": "почти не бывало", "en": "hardly ever"}


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize(
    ("pattern", "closing", "is_helped"),
    [
        ((6, 6, 6), "hard", True),
        ((6, 0, 0), "hard", True),
        ((0, 0, 6), "hard", True),
        ((0, 6, 6), "hard", True),
        ((0, 5, 0), "mixed", False),
        ((3, 3, 3), "mixed", False),
        ((1, 1, 1), "calm", False),
        ((0, 0, 0), "calm", False),
    ],
)
async def test_a_result_speaks_at_every_height(
    stage: Stage, reread: Reread, locale: str, pattern: tuple[int, int, int], closing: str, is_helped: bool
) -> None:
    """Who is told to see a professional is offered that step, and rest where people are exhausted."""
    person = await finished(stage, felt(*pattern), locale=locale)
    shown = plain(result_of(person))
    assert (HELP[locale] in shown) is is_helped
    assert shown.endswith(LAST[closing][locale]), "the last words are for the person"
    assert shown.count(OFTEN[locale] + " (") == sum(height >= 5 for height in pattern)
    assert shown.count(SELDOM[locale] + " (") == sum(height == 0 for height in pattern)
    starts = {"ru": "Чаще всего за месяц: ", "en": "Most often this month: "}[locale]
    assert (starts in shown) is (max(pattern) >= 3)
    offered = [row.content_id for row in await reread(select(Recommendation).order_by(Recommendation.id))]
    assert (offered[0] == "see_professional") is is_helped
    assert not is_helped or ("vacation_plan" in offered) is (pattern[0] == 6)


@pytest.mark.parametrize(
    ("locale", "named"),
    [
        ("ru", "За 3 месяца стало заметно тяжелее: было 20, сейчас 80."),
        ("en", "Over 3 months it has clearly got harder"),
    ],
)
async def test_a_creep_is_named_though_no_step_was_large(stage: Stage, locale: str, named: str) -> None:
    person = await finished(stage, felt(1, 1, 1), locale=locale)
    for total in (1, 2, 3, 4):
        stage.clock.advance(days=28)
        await person.says("/checkin")
        await completes(stage, person, felt(total, total, total))
    assert named in plain(result_of(person))
