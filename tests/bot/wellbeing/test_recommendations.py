"""Steps: which are offered, their cards, the buttons that carry the state to set, and plans in one's own words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from keyboards.wellbeing import RecommendationButton
from models import Assessment, Delivery, Recommendation, User
from tests.bot.story import CALM, CONTENT, ON_SQLITE, SEED, answers, completes, data_of, plain
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import finished, newcomer

ORDER = select(Recommendation).order_by(Recommendation.id)


def steps(player: Player) -> int:
    """How many steps the list shows: they stand above the three filters."""
    return next(number for number, row in enumerate(player.buttons) if len(row) == 3)


@ON_SQLITE
async def test_what_is_stored_is_the_seeds_and_says_where_it_comes_from(stage: Stage, reread: Reread) -> None:
    await finished(stage, SEED, locale="en")
    (assessment,) = await reread(select(Assessment))
    rows = await reread(ORDER)
    assert [row.content_id for row in rows] == [
        "see_professional",
        "vacation_plan",
        "workload_talk",
        "mindfulness_course",
    ]
    for row in rows:
        item = CONTENT.recommendations.get(row.content_id)
        assert item is not None
        assert (row.title, row.description, row.duration) == (item.title.en, item.text.en, item.duration.en)
        assert (row.category, row.priority, row.completed) == (item.category, item.priority, False)
        assert row.assessment_id == assessment.id


@ON_SQLITE
@pytest.mark.parametrize("locale", ["ru", "en"])
async def test_the_list_by_open_done_and_all(stage: Stage, locale: str) -> None:
    is_ru = locale == "ru"
    anna = await finished(stage, locale=locale)
    await anna.says("/recommendations")
    assert steps(anna) == 4
    assert anna.buttons[4] == (["● Открытые", "Сделанные", "Все"] if is_ru else ["● To do", "Done", "All"])
    await anna.presses("Сделанные" if is_ru else "Done")
    assert plain(anna.screen).startswith("Мои шаги\n\nПока ничего" if is_ru else "My steps\n\nNo steps done yet")
    await anna.presses("Открытые" if is_ru else "To do")
    await anna.presses(anna.buttons[3][0])
    await anna.presses("Не подходит" if is_ru else "Not for me")
    await anna.presses("← Мои шаги" if is_ru else "← My steps")
    assert steps(anna) == 3
    await anna.presses("Все" if is_ru else "All")
    assert anna.buttons[3][0].startswith("– ")


@ON_SQLITE
async def test_no_steps_before_the_first_check_in(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.says("/recommendations")
    assert "Шагов пока нет: они придут с первой самопроверкой." in anna.screen
    assert ["Показать ещё один шаг"] not in anna.buttons
    await anna.presses("Все")
    assert "Шагов пока нет: они придут с первой самопроверкой." in anna.screen
    await anna.says("/recommendations")
    await anna.presses("Перейти к самопроверке")
    assert "1\u00a0из\u00a020" in anna.screen


@ON_SQLITE
async def test_the_way_to_a_check_in_does_not_say_that_one_begins_anew(stage: Stage) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=2)
    for command in ("/recommendations", "/dashboard"):
        await anna.says(command)
        await anna.presses("Перейти к самопроверке")
        assert "3\u00a0из\u00a020" in anna.screen


@ON_SQLITE
async def test_start_with_the_offered_plan(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    assert anna.toast == "Начато. Одного достаточно."
    assert anna.buttons[:2] == [["Взять этот план"], ["Написать свой план"]]
    await anna.presses("Взять этот план")
    assert anna.toast == "План сохранён."

    async with stage.database.begin() as session:
        await session.execute(update(User).values(pulse_on=False))  # else the pulse of the week comes first
    (row,) = await reread(ORDER.where(Recommendation.state == "started"))
    assert row.plan == "Сегодня после планёрки прошу руководителя о встрече."
    assert row.started_at == stage.clock()
    await anna.says("/menu")
    assert "Сейчас пробуете: «Разговор о нагрузке», день 1." in plain(anna.screen)
    assert anna.buttons[0] == ["Мой шаг: Разговор о нагрузке"]
    stage.clock.advance(hours=13)
    await anna.says("/menu")
    assert "день 2." in plain(anna.screen), "midnight has passed in Moscow"


@ON_SQLITE
async def test_a_plan_can_be_changed(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Взять этот план")
    await anna.presses("Изменить план")
    await anna.says("В среду после планёрки")
    assert "Ваш план: «В среду после планёрки»" in anna.screen
    assert await reread(select(Recommendation.plan).where(Recommendation.state == "started")) == [
        "В среду после планёрки"
    ]
    await anna.says("и ещё одно слово")
    assert "Этого я не понимаю" in anna.screen, "only the next line is the plan"


async def test_a_plan_that_does_not_fit_is_asked_for_again(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")

    await anna.says("х" * 301)
    assert plain(anna.screen) == "Длинновато: не больше 300 знаков."
    for what in ({"sticker": True}, {"voice": True}):
        await anna.sends(**what)
        assert anna.screen == "Здесь нужны слова, а не картинка или стикер. Или /cancel."
    await anna.says("🙂" * 300)
    assert await reread(select(Recommendation.plan).where(Recommendation.state == "started")) == ["🙂" * 300]


async def test_buttons_carry_the_state_to_set(stage: Stage, reread: Reread) -> None:
    """A press that comes twice, or too late, changes nothing."""
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    start, done, decline = (data_of(anna, label) for label in ("Начать", "Сделано", "Не подходит"))
    await anna.presses(data=done)
    (first,) = await reread(ORDER.where(Recommendation.state == "done"))
    stage.clock.advance(minutes=1)
    for late in (done, start, decline):
        await anna.presses(data=late)
    (row,) = await reread(ORDER.where(Recommendation.id == first.id))
    assert (row.state, row.completed, row.closed_at) == ("done", True, first.closed_at)
    await anna.presses("Вернуть")
    assert anna.toast == "Снова среди открытых."
    (row,) = await reread(ORDER.where(Recommendation.id == first.id))
    assert (row.state, row.completed, row.closed_at) == ("offered", False, None)
    stage.telegram.take_refusals()


async def test_what_is_being_tried_survives_the_next_check_in_and_what_was_declined_rests(
    stage: Stage, reread: Reread
) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.says("/recommendations")
    await anna.presses("Дата ближайшего отпуска")
    await anna.presses("Не подходит")
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await completes(stage, anna, SEED)

    rows = {row.content_id: row for row in await reread(ORDER)}
    assert rows["workload_talk"].state == "started"
    assert rows["vacation_plan"].state == "declined"
    assert sum(row.state in ("offered", "started") for row in rows.values()) <= 5
    assert len(rows) == len(await reread(ORDER)), "nothing is offered twice"


@ON_SQLITE
async def test_a_calm_result_offers_small_habits(stage: Stage) -> None:
    anna = await finished(stage, CALM)
    await anna.says("/recommendations")
    assert steps(anna) == 3
    await anna.presses(anna.buttons[0][0])
    assert "Небольшая привычка для спокойных недель." in anna.screen


@ON_SQLITE
@pytest.mark.parametrize(
    ("locale", "praise", "done", "count"),
    [
        ("ru", "это ваш первый шаг", "✓ Сделано.", "Уже сделано: 2."),
        ("en", "Your first step", "✓ Done.", "Done so far: 2."),
    ],
)
async def test_done_changes_the_card_and_the_list(
    stage: Stage, locale: str, praise: str, done: str, count: str
) -> None:
    is_ru = locale == "ru"
    anna = await finished(stage, locale=locale)
    await anna.says("/recommendations")
    was = steps(anna)
    for number in (1, 2):
        await anna.presses(anna.buttons[0][0])
        await anna.presses("Сделано" if is_ru else "Done")
        assert (praise in anna.screen) is (number == 1), "only the first one ever is praised"
        assert number == 1 or done in anna.screen
        await anna.presses("← Мои шаги" if is_ru else "← My steps")
        assert steps(anna) == was - number
    assert count in anna.screen
    await anna.presses("Сделанные" if is_ru else "Done")
    assert [row[0][:2] for row in anna.buttons[:2]] == ["✓ ", "✓ "]


@ON_SQLITE
@pytest.mark.parametrize(
    ("locale", "day", "since"), [("ru", "день 28.", "начато 4 марта."), ("en", "day 28.", "since 4 March.")]
)
async def test_after_the_review_its_start_is_told_and_no_day(stage: Stage, locale: str, day: str, since: str) -> None:
    anna = await finished(stage, locale=locale)
    async with stage.database.begin() as session:
        await session.execute(update(User).values(pulse_on=False))
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[0][0])
    await anna.presses("Начать" if locale == "ru" else "Start")
    stage.clock.advance(days=27)
    await anna.says("/menu")
    assert day in plain(anna.screen)
    for days in (1, 50):
        stage.clock.advance(days=days)
        await anna.says("/menu")
        assert since in plain(anna.screen)
        assert not re.search(r"(день|day) \d", plain(anna.screen))


NUDGES = select(Delivery).where(Delivery.kind == "nudge", Delivery.state == "pending").order_by(Delivery.due_at)


async def planned(stage: Stage, player: Player, plan: str) -> None:
    await player.says("/recommendations")
    await player.presses("▸ Разговор о нагрузке")
    await player.presses(
        "Написать свой план" if any("Написать свой план" in row for row in player.buttons) else "Изменить план"
    )
    await player.says(plan)


@ON_SQLITE
async def test_a_plan_with_a_day_is_reminded_on_that_day(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")
    await anna.says("В пятницу после планёрки")
    rows = await reread(NUDGES)
    assert [(row.due_at.date(), row.subject.get("of_plan")) for row in rows] == [
        (date(2026, 3, 6), True),
        (date(2026, 3, 11), None),
    ]
    assert rows[0].expires_at.date() == date(2026, 3, 6), "on that day or not at all"

    await planned(stage, anna, "Завтра утром")
    assert [row.due_at.date() for row in await reread(NUDGES)] == [date(2026, 3, 5), date(2026, 3, 11)]
    await planned(stage, anna, "В воскресенье")
    assert [row.due_at.date() for row in await reread(NUDGES)] == [date(2026, 3, 11)], "a day off stays one"
    await planned(stage, anna, "В следующую среду, to be sure")
    rows = await reread(NUDGES)
    assert [(row.due_at.date(), row.subject.get("of_plan")) for row in rows] == [(date(2026, 3, 11), True)], "one a day"
    await anna.presses("Сделано")
    assert await reread(NUDGES) == []


@ON_SQLITE
async def test_who_muted_a_step_is_not_reminded_of_its_plan(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Взять этот план")
    (started,) = await reread(select(Recommendation.id).where(Recommendation.state == "started"))
    await anna.presses(data=RecommendationButton(action="mute", id=started).pack())
    stage.telegram.take_refusals()  # the card stays as it is
    await planned(stage, anna, "В пятницу")
    assert await reread(NUDGES) == []
