"""Every figure of a result, through the bot: the examples of the questionnaire, its boundaries, the careless and the
second try."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from content.questionnaire import Example
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
    finished,
    plain,
    result_of,
    words,
)
from tests.conftest import Reread
from tests.fakes.stage import Stage

NOTE = "Ответы были очень быстрыми или почти одинаковыми, поэтому результат приблизительный и в общую сводку не войдёт."
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


def assert_is_on_the_screen(screen: str, example: Example) -> None:
    """The total, and each scale with its figure, dots and word."""
    expect = example.expect
    assert expect.score is not None
    assert f"Всего {expect.score:g} из 120" in screen
    for code, scale in Q.scales.items():
        points = getattr(expect, code)
        full = round(points / scale.max * 6)
        mean = points / scale.items
        often = "чаще" if mean >= 3.5 else "около" if mean >= 2.5 else "реже"
        assert f"{scale.ru}  {'●' * full}{'○' * (6 - full)}  {points:g} из {scale.max}\n{often} раза в неделю" in screen
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
    assert t("level.scale_high" if is_smoothed else f"level.{level}", score=str(total)) in result_of(person)


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
    assert "Хотите пройти ещё раз, не торопясь?" in shown
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
    assert "Хотите пройти ещё раз" not in anna.screen
    assert not any(REDO in row[0] for row in anna.buttons)
    await anna.presses(data=redo)
    assert plain(anna.screen).startswith("Самопроверка за этот период уже есть.")
    assert await reread(select(Draft)) == []
    tips = await reread(select(Recommendation))
    assert {tip.assessment_id for tip in tips} == {first.id}
    assert len(tips) == 3, "the offers of the first try have given way to those of a low result"


@ON_SQLITE
async def test_a_careless_result_is_no_point_of_comparison(stage: Stage) -> None:
    anna = await finished(stage, SEED, pace=0.5)
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await completes(stage, anna, SEED)
    assert "Это первая точка." in anna.screen


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
    assert "К специалисту лучше пойти" in anna.screen
    await anna.presses("← Назад")
    assert "Всего 78 из 120" in plain(anna.screen)

    await anna.presses("Скрыть")
    assert anna.screen == "Самопроверка сохранена. Открыть: Меню → Мой результат."
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
    from tests.bot.story import newcomer

    anna = await newcomer(stage)
    await anna.says("/menu")
    await anna.presses("Мой результат")
    assert anna.screen == "Результата пока нет. Он появится после первой самопроверки."


def test_the_examples_are_all_there() -> None:
    assert len(CONTENT.questionnaire.examples) == 6
