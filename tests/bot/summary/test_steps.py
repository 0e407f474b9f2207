"""From a suggested step to a promise in one tap; that it's being done already; that it may come back later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from keyboards.summary import StepButton
from models import AuditEntry, Department, Promise, StepAnswer, StoredSummary, User
from services.kit.calendar import WEEK
from services.summary.steps.answering import DOING_FOR
from tests.bot.presses import presses_twice
from tests.bot.story import ON_SQLITE
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START
from tests.people import Staff, hr_reader, member, member_of, monday_nine, staffed

pytestmark = ON_SQLITE

PROMISES = select(Promise).order_by(Promise.id)
ANSWERS = select(StepAnswer).order_by(StepAnswer.id)
ACTIONS = select(AuditEntry.action).order_by(AuditEntry.id)
STRAIN = "lasting_strain"
TOLD = "Назовём одну задачу, которую перестаём делать или откладываем."
TOLD_EN = "We'll name one task that we drop or postpone."
WEEKS = 5  # that have closed; the next period begins with the ninth


async def with_step(stage: Stage, language: str = "ru") -> tuple[Staff, Player]:
    """HR has had an ordinary summary with one step: the pressure has been high in the warehouse for five weeks."""
    staff = await staffed(stage, 20, 20)
    olga = await hr_reader(stage, language=language)
    for week in range(WEEKS):
        await answer(staff, week)
    await monday(stage, WEEKS)
    return staff, olga


async def answer(staff: Staff, week: int) -> None:
    """A week's pulse as always."""
    await staff.pulse(START + week * WEEK, staff.teams[0], stress=4)
    await staff.pulse(START + week * WEEK, staff.teams[1], stress=9)


async def monday(stage: Stage, weeks: int) -> None:
    stage.clock.advance_to(monday_nine(weeks))
    await stage.tick()


def button(action: Any, week: int = WEEKS - 1, **more: Any) -> str:
    return StepButton(action=action, week=(START + week * WEEK).toordinal(), n=0, **more).pack()


async def steps_of(reread: Reread, week: int) -> list[str]:
    (found,) = await reread(select(StoredSummary).where(StoredSummary.week == START + week * WEEK))
    return [step["action"] for step in found.steps]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_step_becomes_a_promise_in_one_tap_and_one_to_confirm_and_a_text_to_copy(
    stage: Stage, reread: Reread, language: str
) -> None:
    _, olga = await with_step(stage, language)
    await olga.presses({"ru": "Пообещать это", "en": "Promise this"}[language])
    preview = olga.screen
    assert olga.messages[-2]["text"].startswith("📊"), "Monday's message stays above"
    assert TOLD in preview
    assert TOLD_EN in preview
    assert {"ru": "Кто делает: Ольга", "en": "Who does it: Ольга"}[language] in preview
    assert {"ru": "Склад", "en": "Warehouse"}[language] in preview
    await presses_twice(stage, olga, {"ru": "Сохранить и рассказать", "en": "Save and tell people"}[language])
    (made,) = await reread(PROMISES)
    assert (made.text, made.department_id, made.action, made.state) == (TOLD, 2, STRAIN, "planned")
    assert made.due == monday_nine(WEEKS).date() + timedelta(days=14)
    (owner,) = await reread(select(User).where(User.id == made.owner_id))
    assert owner.telegram_id == olga.id
    assert {"ru": "Кто делает: Ольга", "en": "Who does it: Ольга"}[language] in olga.screen
    await olga.presses(data=button("promise"))
    assert {"ru": "Это уже обещано.", "en": "This has been promised already."}[language] in olga.screen
    assert len(await reread(PROMISES)) == 1
    await olga.presses({"ru": "Текст для сотрудников", "en": "Text for employees"}[language])
    told = {"ru": TOLD, "en": TOLD_EN}[language]
    assert told in olga.screen
    (copied,) = [
        shown["copy_text"]["text"]
        for row in olga.message["reply_markup"]["inline_keyboard"]
        for shown in row
        if "copy_text" in shown
    ]
    assert copied == told
    assert "protect_content" not in olga.message, "it may be forwarded"


async def test_the_date_the_words_and_who_does_it_can_be_changed_first(stage: Stage, reread: Reread) -> None:
    _, olga = await with_step(stage)
    igor = await member(stage, 5002, "Игорь", department="Архив")
    async with stage.database.begin() as session:
        id_ = await session.scalar(select(User.id).where(User.telegram_id == igor.id))
        await session.execute(update(Department).where(Department.name == "Склад").values(manager_id=id_))
    await olga.presses("Пообещать это")
    await olga.presses("Изменить дату")
    await olga.says("1.1.2026")
    assert "впереди" in olga.screen
    await olga.says("1 сентября")
    await olga.presses("Кто делает")
    await olga.presses("Игорь")
    await olga.presses("Написать иначе")
    await olga.says("Снимем инвентаризацию")
    await olga.presses("Без второго текста")
    assert "Кто делает: Игорь" in olga.screen
    await olga.presses("Сохранить и рассказать")
    (made,) = await reread(PROMISES)
    assert (made.text, made.text_en, made.due, made.owner_id) == ("Снимем инвентаризацию", None, date(2026, 9, 1), id_)


async def test_whoever_was_named_may_be_gone_before_it_is_saved(stage: Stage, reread: Reread) -> None:
    _, olga = await with_step(stage)
    ivan = await hr_reader(stage, 5002)
    await olga.presses("Пообещать это")
    await olga.presses("Кто делает")
    names = [row[0] for row in olga.buttons]
    assert names.count("Ольга") == 2, "both of HR; nobody manages the warehouse"
    other = await member_of(stage, ivan)
    await olga.presses(data=f"pr3:owner:{other.id}")
    async with stage.database.begin() as session:
        await session.execute(delete(User).where(User.id == other.id))
    await olga.presses(data=f"pr3:owner:{other.id}")
    assert olga.toast is not None
    assert "больше нет" in olga.toast
    await olga.presses("Сохранить и рассказать")
    (made,) = await reread(PROMISES)
    assert made.owner_id is None


async def test_two_of_hr_at_once_make_one_promise_which_is_kept_once(stage: Stage, reread: Reread) -> None:
    _, olga = await with_step(stage)
    ivan = await hr_reader(stage, 5002)
    for person in (olga, ivan):
        await person.presses(data=button("promise"))
    await ivan.presses("Написать иначе")
    await ivan.says("Своими словами")
    await ivan.presses("Без второго текста")
    for person in (olga, ivan):
        await person.presses("Сохранить и рассказать")
    assert "Сохранено." in olga.screen
    assert "Это уже обещано." in ivan.screen
    assert "Своими словами" not in ivan.screen
    assert len(await reread(PROMISES)) == 1
    assert (await reread(ACTIONS)).count("promised") == 1
    (made,) = await reread(PROMISES)
    await olga.presses("Сделано")
    await presses_twice(stage, olga, "Отметить и спросить людей")
    assert (await reread(ACTIONS)).count("kept_promise") == 1
    async with stage.database.begin() as session:
        await session.execute(delete(Promise))
    await olga.presses(data=f"pr2:kept:{made.id}")
    assert olga.toast == "Этого обещания больше нет."


async def test_what_is_promised_or_being_done_is_not_suggested_again(stage: Stage, reread: Reread) -> None:
    staff, olga = await with_step(stage)
    assert await steps_of(reread, WEEKS - 1) == [STRAIN]
    await presses_twice(stage, olga, "Уже делаем")
    assert "это уже делают" in olga.screen
    (said,) = await reread(ANSWERS)
    assert (said.action, said.target, said.state) == (STRAIN, "d2", "doing")
    assert said.until == monday_nine(WEEKS).date() + DOING_FOR
    await answer(staff, WEEKS)
    await monday(stage, WEEKS + 1)
    assert await steps_of(reread, WEEKS) == []


@pytest.mark.parametrize("down", [0, 1], ids=["on the day", "the bot was down"])
async def test_what_is_put_off_returns_on_its_day_and_not_before(stage: Stage, reread: Reread, down: int) -> None:
    staff, olga = await with_step(stage)
    await olga.presses("Не сейчас")
    back = monday_nine(WEEKS + 2).date()
    assert olga.buttons[0][0] == f"{back.day}\u00a0июня"
    await presses_twice(stage, olga, f"{back.day}\u00a0июня")
    assert f"Отложено до {back.day}\u00a0июня" in olga.screen
    for week in range(WEEKS, WEEKS + 2 + down):
        await answer(staff, week)
    await monday(stage, WEEKS + 1)
    assert await steps_of(reread, WEEKS) == []
    await monday(stage, WEEKS + 2 + down)
    assert await steps_of(reread, WEEKS + 1 + down) == [STRAIN]
    assert await reread(ANSWERS) == [], "it has come back, and stays until it's answered again"


async def test_old_and_made_up_buttons_and_those_of_a_group_that_has_gone(stage: Stage, reread: Reread) -> None:
    _, olga = await with_step(stage)
    for data, told in (
        (button("card", week=90), "ничего не опубликовано"),
        (StepButton(action="doing", week=(START + (WEEKS - 1) * WEEK).toordinal(), n=7).pack(), "в сводке больше нет"),
        (button("until", day=1), "день уже прошёл"),
        (button("until", day=date.max.toordinal()), "день уже прошёл"),
        (button("whom", key="d9"), "больше не отчитывается"),
    ):
        toasts = len(stage.world.toasts(olga.id))
        await olga.presses(data=data)
        assert len(stage.world.toasts(olga.id)) == toasts + 1
        assert olga.toast is not None
        assert told in olga.toast
    async with stage.database.begin() as session:
        await session.execute(delete(Department).where(Department.name == "Склад"))
    for action in ("card", "promise", "doing", "later", "text"):
        toasts = len(stage.world.toasts(olga.id))
        await olga.presses(data=button(action))
        assert len(stage.world.toasts(olga.id)) == toasts + 1
        assert olga.toast is not None
        assert "больше нет" in olga.toast, action
    assert await reread(ANSWERS) == await reread(PROMISES) == []


async def test_of_several_groups_one_is_chosen(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 20, 20)
    olga = await hr_reader(stage)
    for week in range(WEEKS):
        await staff.pulse(START + week * WEEK, staff.everybody, stress=9)
    await monday(stage, WEEKS)
    (found,) = await reread(select(StoredSummary).where(StoredSummary.week == START + (WEEKS - 1) * WEEK))
    async with stage.database.begin() as session:
        steps = [{**found.steps[0], "for_everyone": False, "groups": GROUPS}]
        await session.execute(update(StoredSummary).where(StoredSummary.week == found.week).values(steps=steps))
    await olga.presses(data=button("promise"))
    assert [row[0] for row in olga.buttons] == ["Доставка", "Склад", "← Назад"]
    await olga.presses("Склад")
    await olga.presses("Сохранить и рассказать")
    (made,) = await reread(PROMISES)
    assert made.department_id == 2
    await olga.presses(data=button("doing"))
    assert [said.target for said in await reread(ANSWERS)] == ["d1", "d2"]


GROUPS = [
    {"key": "d1", "name": "Доставка", "name_en": "Delivery", "departments": [1]},
    {"key": "d2", "name": "Склад", "name_en": "Warehouse", "departments": [2]},
]
