"""The check-in beside its straight path: putting it aside, going back, skipping, postponing, coming too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from content import Content
from models import Assessment, Draft, Recommendation, User
from tests.bot.story import CALM, CONTENT, ON_SQLITE, SEED, Q, answers, completes, data_of, forgive_unmodified, plain
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import finished, newcomer

FIRST_HALF = 10


@ON_SQLITE
async def test_later_and_going_on(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=6)

    await anna.presses("Позже")
    assert plain(anna.screen) == "Сохранено: 6 из 20. Продолжить можно до 22 марта."
    assert anna.buttons == [["Продолжить", "Меню"]]
    await anna.presses("Меню")
    assert anna.buttons[0] == ["Продолжить: 6 из 20"], "the first button is the one thing that waits"
    stage.clock.advance(days=9)
    await anna.presses("Продолжить: 6 из 20")
    assert "7 из 20" in plain(anna.screen)
    await answers(stage, anna, SEED)

    assert await reread(select(Assessment.score)) == [78]
    assert await reread(select(Draft)) == []


@ON_SQLITE
async def test_later_at_the_first_question_counts_nothing(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.presses("Позже")
    assert plain(anna.screen) == "Хорошо, вопросы подождут. Начать можно до 22 марта."
    assert anna.buttons == [["Начать", "Меню"]]
    await anna.presses("Меню")
    waits = [["Пройти самопроверку"], ["Ответить на 3\u00a0вопроса"]]
    assert anna.buttons[:2] == waits, "the week's questions wait as well"


@pytest.mark.both_databases
async def test_back_marks_the_chosen_option_and_a_new_answer_replaces_it(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=2)
    assert anna.buttons[-1] == ["← Назад", "Пропустить", "Позже"]

    await anna.presses("← Назад")
    assert "2 из 20" in plain(anna.screen)
    marked = [row[0] for row in anna.buttons if row[0].startswith("● ")]
    assert marked == ["● Большинство дней"], "item 14 of the seed row is 5"
    assert [row[0].removeprefix("● ") for row in anna.buttons[:7]] == [o.ru for o in Q.response_scale]
    await anna.presses("← Назад")
    assert anna.buttons[-1] == ["Пропустить", "Позже"], "no way back, and no way to drop what was answered"
    await anna.presses("Ни разу")
    await anna.presses("Ни разу")

    (draft,) = await reread(select(Draft))
    assert (draft.position, draft.answers) == (2, {"0": 0, "14": 0})


@ON_SQLITE
async def test_skipping_leaves_an_answer_open(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await anna.presses("Пропустить")
    assert "2 из 20" in plain(anna.screen)
    await anna.presses("← Назад")
    assert not any(row[0].startswith("● ") for row in anna.buttons)
    await completes(stage, anna, {key: value for key, value in SEED.items() if key != "0"})

    (row,) = await reread(select(Assessment))
    assert "0" not in row.answers
    assert len(row.answers) == 19


@pytest.mark.both_databases
async def test_too_many_skipped_gives_no_result_and_loses_nothing(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    exhaustion = {item.key for item in Q.items if item.scale == "EE"}
    left_out = sorted(exhaustion, key=Q.order.index)[:3]
    await completes(stage, anna, {key: value for key, value in SEED.items() if key not in left_out})

    assert plain(anna.screen) == (
        "Пропущено слишком много, чтобы посчитать результат. "
        "Ответы сохранены: вернуться к пропущенным можно до 22 марта."
    )
    assert await reread(select(Assessment)) == []
    await anna.says("/menu")
    await anna.presses("Ответить на пропущенные")
    assert f"{Q.order.index(left_out[0]) + 1} из 20" in plain(anna.screen)
    await answers(stage, anna, SEED)
    assert await reread(select(Assessment.score)) == [78]


@ON_SQLITE
async def test_skipping_everything_is_no_result(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await completes(stage, anna, {})
    assert plain(anna.screen).startswith("Пропущено слишком много")
    assert await reread(select(Assessment)) == []
    assert await reread(select(Recommendation)) == []


async def test_hardly_worked_postpones_and_can_be_taken_back(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    stale = data_of(anna, "Почти не было рабочих дней")
    await anna.presses("Почти не было рабочих дней")

    assert plain(anna.screen) == (
        "Похоже, за последние 4 недели у вас было мало рабочих дней. Давайте вернёмся к вопросам 7 апреля."
    )
    assert anna.buttons == [["Хорошо", "Всё же ответить"]]
    assert await reread(select(Draft)) == []
    postponed = anna.message["message_id"]
    await anna.says("/menu")
    assert "Самопроверка: отложена до 7 апреля." in plain(anna.screen)
    await anna.presses("Всё же ответить", message_id=postponed)
    assert "1 из 20" in plain(anna.screen)
    assert await reread(select(User.postponed_period)) == [None]

    await anna.presses("Очень редко")
    await anna.presses(data=stale)
    assert "2 из 20" in plain(anna.screen), "the old button neither postpones nor drops what was begun anew"
    assert anna.toast == "На это ответ уже есть. Вот вопрос, на котором вы сейчас."
    forgive_unmodified(stage)


async def test_hardly_worked_drops_no_answer_that_was_given(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    few = data_of(anna, "Почти не было рабочих дней")
    await anna.presses("Очень редко")
    await anna.presses("← Назад")
    await anna.presses(data=few)
    (draft,) = await reread(select(Draft))
    assert draft.answers == {"0": 1}
    assert await reread(select(User.postponed_period)) == [None]
    assert "1 из 20" in plain(anna.screen)
    forgive_unmodified(stage)


@ON_SQLITE
async def test_a_button_of_last_month_does_not_postpone_this_one(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    old = data_of(anna, "Почти не было рабочих дней")
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await anna.presses(data=old)

    assert await reread(select(User.postponed_period)) == [None]
    assert "1 из 20" in plain(anna.screen)
    forgive_unmodified(stage)


@ON_SQLITE
async def test_already_done_shows_the_last_result_and_the_date_of_the_next(stage: Stage) -> None:
    anna = await finished(stage)
    stage.clock.advance(days=3)

    await anna.says("/checkin")
    assert plain(anna.screen) == "Самопроверка за этот период уже пройдена. Следующую предложу 7 апреля."
    await anna.presses("Мой результат")
    assert plain(anna.screen).startswith("Самопроверка от 4 марта\n\nЧаще всего за месяц")
    assert "Всего 78 из 120" in plain(anna.screen)


async def test_a_second_period_compares_with_the_first(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await completes(stage, anna, CALM)

    assert "По сравнению с результатом от 4 марта: на 78 ниже. Это уже заметно: похоже, стало легче." in plain(
        anna.screen
    )
    assert len(anna.messages) == 2, "nothing stands below a result"
    await anna.presses("Подробнее")
    assert "Усталость. По сравнению с результатом от 4 марта: на 35 ниже." in plain(anna.screen)
    assert [row.score for row in await reread(select(Assessment).order_by(Assessment.period))] == [78, 0]


@ON_SQLITE
async def test_the_next_one_opens_fourteen_days_later_at_the_earliest(stage: Stage, reread: Reread) -> None:
    stage.clock.advance_to(datetime(2026, 3, 21, 9, tzinfo=UTC))  # the last Saturday of a period
    anna = await finished(stage)
    stage.clock.advance(days=4)

    await anna.says("/checkin")
    assert plain(anna.screen) == "Следующую самопроверку предложу 7 апреля."
    assert anna.buttons == [["Мой результат", "Меню"]]
    await anna.says("/menu")
    assert "Следующую самопроверку предложу 7 апреля." in plain(anna.screen)
    assert "есть за этот период" not in anna.screen
    stage.clock.advance(days=10)
    await anna.says("/checkin")
    assert "1 из 20" in plain(anna.screen)


async def test_a_stale_tap_changes_nothing_and_redraws_the_question(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    first = data_of(anna, "Ни разу")
    back = "m1:back:" + first.split(":", 1)[1].rsplit(":", 1)[0]
    await answers(stage, anna, SEED, until=3)
    before = (await reread(select(Draft.answers)))[0]

    for data in (first, back, back.replace("back", "skip")):
        await anna.presses(data=data)
        assert anna.toast == "На это ответ уже есть. Вот вопрос, на котором вы сейчас."
        assert "4 из 20" in plain(anna.screen)
    assert await reread(select(Draft.answers)) == [before]
    forgive_unmodified(stage)


@ON_SQLITE
async def test_a_second_tap_on_the_last_answer_changes_nothing(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=19)
    last = data_of(anna, "Примерно один день из четырёх")
    question = anna.message["message_id"]
    for _ in range(2):
        await anna.presses(data=last, message_id=question)
        assert anna.screen.startswith("Что тяготило больше всего в эти недели?")
    assert anna.message["message_id"] == question
    assert anna.toast == "Эта самопроверка завершена, ответы уже не изменить."

    await anna.presses("Пропустить, к результату")
    await anna.presses(data=last, message_id=question)
    assert "Всего 78 из 120" in plain(anna.screen)
    assert anna.toast == "Эта самопроверка завершена, ответы уже не изменить."
    assert len(await reread(select(Assessment))) == 1
    forgive_unmodified(stage)


@ON_SQLITE
async def test_a_tap_on_a_message_of_last_month_answers_with_a_new_message(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=2)
    old = data_of(anna, "Ни разу")
    count = len(anna.messages)

    await anna.presses("Ни разу", inaccessible=True)
    assert len(anna.messages) == count + 1
    assert "4 из 20" in plain(anna.screen)
    stage.clock.advance(days=30)
    await anna.presses(data=old, inaccessible=True)

    assert anna.toast == "Эти вопросы уже закрылись. Вот то, что открыто сейчас."
    assert anna.buttons[0] == ["Начать"]
    assert (await reread(select(Draft.answers)))[0] == {"0": 4, "14": 5, "1": 0}, "what was answered is still there"
    await anna.presses("Начать")
    assert "1 из 20" in plain(anna.screen)
    (draft,) = await reread(select(Draft))
    assert (draft.position, draft.answers) == (0, {})


@ON_SQLITE
async def test_a_draft_whose_questions_are_gone_begins_anew_and_says_so(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=5)
    async with stage.database.begin() as session:
        await session.execute(update(Draft).values(questionnaire_version=77))
    pressed = data_of(anna, "Ни разу").split(":")
    pressed[2] = "77"

    await anna.presses(data=":".join(pressed))
    assert plain(anna.screen).startswith("Время самопроверки?\n\nВопросы с тех пор обновились")
    await anna.says("/checkin")
    assert plain(anna.screen).startswith("Вопросы с тех пор обновились, поэтому начнём с первого.")
    assert "1 из 20" in plain(anna.screen)
    await completes(stage, anna, SEED)
    assert await reread(select(Assessment.score)) == [78]


async def test_a_draft_keeps_to_the_questions_it_began_with(stage: Stage, reread: Reread) -> None:
    """A deploy in the middle: the old questions are still there, the new ones have other items."""
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=FIRST_HALF)
    _deploy(stage, _with_other_items(CONTENT))
    await anna.says("/checkin")
    assert "11 из 20" in plain(anna.screen)
    await answers(stage, anna, SEED)

    (row,) = await reread(select(Assessment))
    assert (row.score, row.questionnaire_version) == (78, Q.version)
    assert len(await reread(select(Recommendation))) == 4
    other = await newcomer(stage, "Борис")
    await other.presses("Ни разу")
    assert await reread(select(Draft.questionnaire_version)) == [Q.version + 1]


def _deploy(stage: Stage, content: Content) -> None:
    """A new process with other content on the same database."""
    from app import wiring

    stage.app = wiring.create_app(stage.settings, content, stage.database, stage.app.bot, stage.clock)


def _with_other_items(content: Content) -> Content:
    """The content after a change of the questionnaire: its next version has other keys; rules about items hold."""
    named = {"1"}  # of insomnia_help
    items = [item if item.key in named else item.model_copy(update={"key": f"9{item.key}"}) for item in Q.items]
    order = [key if key in named else f"9{key}" for key in Q.order]
    pair = [f"9{key}" for key in Q.quality.contradiction.pair]
    contradiction = Q.quality.contradiction.model_copy(update={"pair": pair})
    quality = Q.quality.model_copy(update={"contradiction": contradiction})
    newer = Q.model_copy(update={"version": Q.version + 1, "items": items, "order": order, "quality": quality})
    return replace(content, questionnaires={Q.version: Q, newer.version: newer})
