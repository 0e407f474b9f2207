"""The weekly pulse: three taps, editable until the week closes, never harmed by a tap too many."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from keyboards.wellbeing import PulseAnswer, PulseButton, PulseRecommendation
from models import Assessment, Metric, Promise, Recommendation, User
from services.account.unit_of_work import UnitOfWork
from services.wellbeing import points
from services.wellbeing.checkin import CheckIns
from tests.bot.past import PACE, THIS_WEEK, check_in, pulses, said
from tests.bot.story import words
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member, member_of

PULSE_ROWS = select(Metric).where(Metric.source == "pulse").order_by(Metric.date)
POINTS = select(Metric).where(Metric.source == "assessment").order_by(Metric.date)
MONDAY_IN_MOSCOW = datetime(2026, 3, 8, 21, 0, tzinfo=UTC)  # the moment at which the week of START closes
PULSE_HOUR = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)  # Thursday, 15:00 in Moscow
CALM = (3, 3, 7)


def figures(row: Metric) -> tuple[float | None, float | None, float | None]:
    return row.burnout, row.stress, row.productivity


async def answers(player: Player, *values: int) -> None:
    for value in values:
        await player.presses(str(value))


async def presses_answer(player: Player, metric: Any, value: int, week: str = THIS_WEEK.isoformat()) -> None:
    await player.presses(data=PulseAnswer(week=week, metric=metric, value=value).pack())


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("language", "who_sees", "label", "week"),
    [
        ("ru", "Ваши ответы бот показывает только вам", "Напряжённость работы: 10", "Неделя 2 марта – 8 марта"),
        ("en", "The bot shows your answers only to you", "Pressure: 10", "Week of 2 March – 8 March"),
    ],
)
async def test_three_taps_make_one_row(
    stage: Stage, reread: Reread, language: str, who_sees: str, label: str, week: str
) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/pulse")
    question = anna.message["message_id"]
    for value in (5, 10, 0):
        assert who_sees in said(anna)
        assert anna.buttons[:2] == [list("012345"), ["6", "7", "8", "9", "10"]]
        await anna.presses(str(value))
    assert anna.message["message_id"] == question, "edited in place"
    assert anna.message["has_protected_content"]
    assert said(anna).startswith(week)
    assert label in said(anna)
    [row] = await reread(PULSE_ROWS)
    [user] = await reread(select(User))
    assert figures(row) == (50, 100, 0)
    assert (row.date, row.period, row.department_id) == ("2026-03-02", date(2026, 2, 23), user.department_id)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("language", "first_line"), [("ru", "Выдох: как прошла неделя?"), ("en", "Exhale: how was your week?")]
)
async def test_the_message_is_the_question_and_three_taps_finish_it(
    stage: Stage, reread: Reread, language: str, first_line: str
) -> None:
    """From the message that comes by itself to the finished pulse: nothing is opened, and one message is edited."""
    anna = await member(stage, 1001, "Анна", language=language)
    stage.clock.advance_to(PULSE_HOUR)
    known = len(anna.messages)
    assert await stage.tick() == 1
    assert said(anna).splitlines()[0] == first_line
    assert anna.buttons[:2] == [list("012345"), ["6", "7", "8", "9", "10"]]

    taps = 0
    while await reread(PULSE_ROWS) == [] or None in figures((await reread(PULSE_ROWS))[0]):
        await anna.presses("7", message_id=anna.messages[-1]["message_id"])
        taps += 1
    assert taps == 3
    assert len(anna.messages) == known + 1
    assert [figures(row) for row in await reread(PULSE_ROWS)] == [(70, 70, 70)]
    assert said(anna).startswith(words(stage, language)("pulse.week", start="", end="").split()[0])


async def test_the_reminder_is_the_question_too(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    stage.clock.advance_to(PULSE_HOUR)
    await stage.tick()
    stage.clock.advance(days=1)
    assert await stage.tick() == 1
    assert said(anna).startswith("Выдох: вопросы о неделе ждут до воскресенья.")
    await answers(anna, 1, 2, 3)
    assert "Сделано важное: 3" in said(anna)


async def test_it_stays_open_and_marks_what_was_chosen(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    await answers(anna, 5, 6)
    await anna.presses("← Назад")
    assert "● 6" in anna.buttons[1]
    await anna.presses("7")
    assert said(anna).count("Насколько получилось") == 1, "on to the first question without an answer"
    await anna.presses("8")
    await anna.presses("Вымотанность: 5")
    assert "● 5" in anna.buttons[0]
    await anna.presses("2")
    assert "Вымотанность: 2" in said(anna)
    [row] = await reread(PULSE_ROWS)
    assert figures(row) == (20, 70, 80)


async def test_a_part_of_the_answers_is_fine(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    await anna.presses("Пропустить")
    await anna.presses("6")
    await anna.presses("Пропустить")
    assert "Вымотанность: без ответа" in said(anna)
    assert "Напряжённость работы: 6" in said(anna)
    [row] = await reread(PULSE_ROWS)
    assert figures(row) == (None, 60, None)
    stage.restart()
    await anna.says("/pulse")
    assert "вымотала" in said(anna), "the first question without an answer"


async def test_nothing_answered_is_nothing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    for _ in range(3):
        await anna.presses("Пропустить")
    assert "На этой неделе ответов пока нет" in said(anna)
    assert await reread(PULSE_ROWS) == []


async def test_the_department_is_that_of_the_first_answer(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна", department="Склад")
    await anna.says("/pulse")
    await anna.presses("5")
    [before] = await reread(PULSE_ROWS)
    await member(stage, 1002, "Борис", department="Продажи")
    async with stage.database.begin() as session:
        other = select(User.department_id).where(User.telegram_id == 1002).scalar_subquery()
        await session.execute(update(User).where(User.telegram_id == 1001).values(department_id=other))
    await anna.presses("6")
    [after] = await reread(PULSE_ROWS)
    assert after.department_id == before.department_id
    assert figures(after) == (50, 60, None)


@pytest.mark.both_databases
async def test_twenty_taps_at_once_leave_one_row_with_one_of_them(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    for value in range(10):
        anna.queue_press(str(value))
        anna.queue_press(data=PulseAnswer(week="2026-03-02", metric="stress", value=value).pack())
    results = await stage.at_once()
    assert not [result for result in results if isinstance(result, BaseException)]
    stage.telegram.take_refusals()  # some edits change nothing
    [row] = await reread(PULSE_ROWS)
    assert row.burnout in range(0, 100, 10)
    assert row.stress in range(0, 100, 10)
    assert row.productivity is None


async def test_last_weeks_message_opens_this_week(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    stage.clock.advance_to(MONDAY_IN_MOSCOW - timedelta(seconds=1))
    await anna.presses("5")
    stage.clock.advance_to(MONDAY_IN_MOSCOW)
    await anna.presses("6")
    assert anna.toast == "Та неделя уже закрыта. Вот вопросы этой."
    assert "вымотала" in said(anna)
    [old] = await reread(PULSE_ROWS)
    assert figures(old) == (50, None, None)
    await answers(anna, 1, 2, 3)
    [old, new] = await reread(PULSE_ROWS)
    assert (old.date, figures(old)) == ("2026-03-02", (50, None, None))
    assert (new.date, figures(new)) == ("2026-03-09", (10, 20, 30))


@pytest.mark.parametrize("week", ["2026-02-23", "2026-03-09", "9999-99-99", "", "2026-03-02 "])
async def test_only_this_week_can_be_answered(stage: Stage, reread: Reread, week: str) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    await presses_answer(anna, "stress", 5, week)
    stage.telegram.take_refusals()  # the question that is shown again is the same
    assert await reread(PULSE_ROWS) == []


@pytest.mark.parametrize("value", [11, 2**31 - 1])
async def test_only_what_stands_on_a_button_can_be_answered(stage: Stage, reread: Reread, value: int) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    await presses_answer(anna, "stress", value)
    assert await reread(PULSE_ROWS) == []


async def test_the_own_average_comes_with_the_third_week(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(4, 4, 4), None, None])
    await anna.says("/pulse")
    await answers(anna, 5, 5, 5)
    assert "в среднем" not in said(anna)
    assert "Пропустить неделю можно" in said(anna)
    await pulses(stage, anna, [(7, 8, 2)], last=THIS_WEEK - timedelta(weeks=1))
    await anna.says("/pulse")
    assert "Вымотанность: 5; в среднем 5,3" in said(anna)
    assert "Напряжённость работы: 5; в среднем 5,7" in said(anna)


async def test_a_change_beyond_chance_is_named_in_its_direction(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(2, 6, 7)] * 4 + [(5, 3, 7)] * 4)
    await anna.says("/pulse")
    assert "Вымотанность: за последние четыре недели заметно выше" in said(anna)
    assert "Напряжённость работы: за последние четыре недели заметно ниже" in said(anna)
    assert "Сделано важное: за последние" not in said(anna)


@pytest.mark.parametrize(
    ("weeks", "is_offered"),
    [
        ([(3, 8, 7), (3, 9, 7)], True),
        ([(3, 9, 7), (3, 7, 7)], False),
        ([(3, 9, 7), None, (3, 9, 7)], False),
        ([(3, 9, 7)], False),
        ([(3, 3, 8)] * 4 + [(3, 3, 5)] * 4, True),  # what mattered got harder to do
    ],
)
async def test_a_step_is_offered_by_the_rules_of_the_file(stage: Stage, weeks: list[Any], is_offered: bool) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START)
    await pulses(stage, anna, weeks)
    await anna.says("/pulse")
    assert ("Показать один небольшой шаг?" in said(anna)) is is_offered
    assert sum("Один небольшой шаг" in row for row in anna.buttons) <= 1


async def test_the_offered_step_is_for_tiredness_and_is_stored_once(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START)
    async with stage.database.begin() as session:
        await session.execute(update(Recommendation).values(state="declined", closed_at=START - timedelta(days=99)))
    await pulses(stage, anna, [(3, 9, 7), (3, 9, 7)])
    open_ones = select(Recommendation).where(Recommendation.state == "offered")
    for _ in range(2):
        await anna.says("/pulse")
        await anna.presses("Один небольшой шаг")
    [recommendation] = await reread(open_ones)
    known = stage.app.content.recommendations.get(recommendation.content_id)
    assert known is not None
    assert "EE" in known.dimensions
    assert known.title.ru in said(anna)


async def test_a_hard_week_has_a_step_before_the_first_check_in(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/pulse")
    await answers(anna, 9, 9, 2)
    hard = anna.message["message_id"]
    for _ in range(2):
        await anna.presses(data=PulseRecommendation(scale="EE").pack())
        assert "Короткие паузы, пока есть силы" in said(anna)
        assert "для недель, когда много усталости" in said(anna)
    stage.telegram.take_refusals()  # the second press changes nothing
    assert anna.message["message_id"] == hard
    [recommendation] = await reread(select(Recommendation))
    assert (recommendation.content_id, recommendation.assessment_id, recommendation.reason) == (
        "micro_breaks",
        None,
        "EE",
    )
    await anna.presses("Не подходит")
    await anna.presses(data=PulseRecommendation(scale="EE").pack())
    assert "Мои шаги" in said(anna), "it rests, and the list is shown"


LINES = [
    ((9, 9, 2), "Тяжёлая неделя", "A hard week", ["С кем поговорить", "Один небольшой шаг"]),
    ((9, 5, 8), "забрала много сил", "took a lot out of you", ["С кем поговорить", "Один небольшой шаг"]),
    ((5, 9, 8), "Очень напряжённая", "heavy pressure", ["Один небольшой шаг", "С кем поговорить"]),
    ((4, 4, 1), "почти не дошли руки", "hardly got to", ["Один небольшой шаг"]),
    ((1, 1, 9), "Спокойная неделя", "A calm week", ["График"]),
    ((7, 5, 8), "Отдых тоже в счёт", "Rest counts too", ["Один небольшой шаг", "График"]),
    ((5, 5, 5), "Разная неделя", "A mixed week", ["График"]),
    ((5, None, None), "этого достаточно", "that's enough", ["График"]),
]


@pytest.mark.parametrize(("week", "ru", "en", "buttons"), LINES)
async def test_a_week_is_answered_by_one_human_line(stage: Stage, week: Any, ru: str, en: str, buttons: Any) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис", language="en")
    for player, line in ((anna, ru), (boris, en)):
        await pulses(stage, player, [week])
        await player.presses(data=PulseButton(action="summary").pack())
        assert line in said(player).split("\n\n")[1], "under the title, before the figures"
    assert anna.buttons[0] == buttons
    assert sum("График" in row for row in anna.buttons) == 1


async def test_no_answer_has_no_line(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.presses(data=PulseButton(action="summary").pack())
    assert "На этой неделе ответов пока нет" in said(anna)
    assert anna.buttons[-1][0] == "График"


@pytest.mark.parametrize(
    ("language", "state", "line"),
    [
        ("ru", "planned", "HR обещает: Второй стол на складе"),
        ("ru", "done", "HR пишет, что сделано: Второй стол на складе"),
        ("en", "planned", "HR promises: A second table in the warehouse"),
        ("en", "done", "HR says it's done: A second table in the warehouse"),
    ],
)
async def test_a_hard_week_after_a_promise_says_so(stage: Stage, language: str, state: str, line: str) -> None:
    anna = await member(stage, 1001, "Анна", department="Склад", language=language)
    boris = await member(stage, 1002, "Борис", department="Продажи", language=language)
    async with stage.database.begin() as session:
        warehouse = await session.scalar(select(User.department_id).where(User.telegram_id == 1001))
        before = stage.clock() - timedelta(weeks=3)
        texts = {"text": "Второй стол на складе", "text_en": "A second table in the warehouse"}
        session.add(
            Promise(
                department_id=warehouse,
                state=state,
                author_audit_key="x",
                created_at=before,
                updated_at=before,
                **texts,
            )
        )
    for player in (anna, boris):
        await player.says("/pulse")
        await answers(player, 9, 9, 2)
        assert (line in said(player)) is (player is anna), "only the group it is for"
    for metric, value in (("burnout", 1), ("stress", 1), ("productivity", 9)):
        await presses_answer(anna, metric, value)
    assert "HR" not in said(anna).split("\n\n")[2], "not after a week that is not hard"


async def test_a_check_in_is_offered_when_it_may_be_answered(stage: Stage) -> None:
    rising = [(2, 3, 7)] * 4 + [(5, 3, 7)] * 4
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, rising)
    await anna.says("/pulse")
    await anna.presses("Перейти к самопроверке")
    assert "1 из 20" in said(anna)

    boris = await member(stage, 1002, "Борис")
    await pulses(stage, boris, rising)
    await check_in(stage, boris, START)
    await boris.says("/pulse")
    assert not any("самопроверк" in button for row in boris.buttons for button in row)

    vera = await member(stage, 1003, "Вера")
    await pulses(stage, vera, rising)
    async with stage.database.begin() as session:
        period = date(2026, 2, 23)
        await session.execute(update(User).where(User.telegram_id == 1003).values(postponed_period=period))
    await vera.says("/pulse")
    assert not any("самопроверк" in button for row in vera.buttons for button in row)


async def test_weekly_or_off(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    is_on = select(User.pulse_on)
    for _ in range(2):
        await anna.presses(data=PulseButton(action="off").pack())
        assert await reread(is_on) == [False]
    stage.telegram.take_refusals()  # the second press changes nothing
    assert "/pulse" in said(anna)
    await anna.presses("Снова раз в неделю")
    assert await reread(is_on) == [True]
    await anna.presses("Ответить на 3\u00a0вопроса")
    assert "вымотала" in said(anna)


async def test_a_check_in_adds_a_point_of_its_own(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [CALM])
    await check_in(stage, anna, START)
    [point] = await reread(POINTS)
    [pulse] = await reread(PULSE_ROWS)
    [assessment] = await reread(select(Assessment))
    assert point.burnout == pytest.approx(65.0)
    assert figures(point)[1:] == (None, None)
    assert figures(pulse) == (30, 30, 70), "the pulse is not touched"
    assert (point.date, point.period) == ("2026-03-02", assessment.period)
    assert point.department_id == assessment.department_id


async def test_a_redo_replaces_the_point_even_in_another_week(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    first = await check_in(stage, anna, START, pace=timedelta(milliseconds=10))  # so fast that it may be redone
    later = START + timedelta(weeks=1)
    stage.clock.advance_to(later)
    checkins: CheckIns = stage.app.services.checkins
    async with stage.database.begin() as session:
        await checkins.redo(UnitOfWork(session, await member_of(stage, anna), later), first)
    await check_in(stage, anna, later, example=2)
    [point] = await reread(POINTS)
    assert (point.date, point.period) == ("2026-03-09", date(2026, 2, 23))
    assert point.burnout == pytest.approx(53 / 1.2)


async def test_the_point_is_stored_with_the_check_in_or_not_at_all(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await member(stage, 1001, "Анна")

    async def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(stage.app.services.recommendations, "offer", fails)
    with pytest.raises(RuntimeError):
        await check_in(stage, anna, START, pace=PACE)
    assert await reread(select(Assessment)) == []
    assert await reread(POINTS) == []


async def test_a_week_reads_only_its_own_person_and_source(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис")
    await check_in(stage, boris, START)
    await pulses(stage, anna, [CALM])
    async with stage.database.read() as session:
        boris_id = await session.scalar(select(User.id).where(User.telegram_id == 1002))
        assert boris_id is not None
        assert await points.read(session, boris_id, points.PULSE, date(2020, 1, 6), THIS_WEEK) == {}
