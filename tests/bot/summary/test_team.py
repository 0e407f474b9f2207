"""The head of a department: the group's published figures, or no reason and still something to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from keyboards.summary import TeamButton, TeamPage
from models import Delivery, Department, Grouping, Promise, ReportingGroup, User
from services.company import memberships
from services.kit.calendar import FIRST_MONDAY, WEEK
from tests.bot.past import said
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import START
from tests.people import Staff, hr_reader, member, monday_nine, quiet, staffed

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
WORDS = {
    "ru": {
        "hidden": "Цифр по группе нет: ответов мало",
        "company": "По компании: напряжённость работы 6,0",
        "questions": "Пять вопросов",
        "ask": "Попросить HR связаться",
        "weekly": "Присылать цифры раз в неделю",
        "stop": "Не присылать цифры",
        "refused": "Это вам недоступно",
        "promised": "вторая пауза",
    },
    "en": {
        "hidden": "No figures for the group: too few answers",
        "company": "Company: pressure 6.0",
        "questions": "Five questions",
        "ask": "Ask HR to contact me",
        "weekly": "Send me the figures weekly",
        "stop": "Stop sending the figures",
        "refused": "This is not",
        "promised": "a second break",
    },
}


async def managing(stage: Stage, *departments: int, language: str = "ru", person_id: int = 6001) -> Player:
    """The head of these departments, who belongs to the warehouse."""
    timur = await member(stage, person_id, "Тимур", department="Склад", language=language)
    await quiet(stage, timur)
    async with stage.database.begin() as session:
        manager = await session.scalar(select(User.id).where(User.telegram_id == timur.id))
        await session.execute(update(Department).where(Department.id.in_(departments)).values(manager_id=manager))
        await memberships.set_reading(session, [manager or 0], FIRST_MONDAY)
    return timur


async def closed(stage: Stage, staff: Staff, weeks: int = 1) -> None:
    for week in range(weeks):
        await staff.pulse(START + week * WEEK, staff.everybody, stress=6)
    stage.clock.advance_to(monday_nine(weeks))
    await stage.tick()


async def promise(stage: Stage, department: int | None) -> None:
    now = stage.clock()
    row = {"text": "вторая пауза", "text_en": "a second break", "state": "done", "author_audit_key": "a"}
    async with stage.database.begin() as session:
        values = {**row, "department_id": department, "created_at": now, "updated_at": now}
        await session.execute(insert(Promise), [values])


@BOTH
async def test_a_group_with_figures(stage: Stage, language: str) -> None:
    staff = await staffed(stage, 12, 20, 3)
    timur = await managing(stage, 2, language=language)
    await staff.checkin(START, staff.everybody, STEADY)
    await closed(stage, staff, 4)
    await promise(stage, 2)
    await timur.says("/team")
    screen = said(timur)
    assert {"ru": "Склад", "en": "Warehouse"}[language] in screen
    assert {"ru": "Напряжённость работы  6,0", "en": "Pressure  6.0"}[language] in screen
    assert {"ru": "Усталость  3,0 (", "en": "Exhaustion  3.0 ("}[language] in screen
    assert WORDS[language]["promised"] in screen
    assert WORDS[language]["company"] in screen
    first = {"ru": "1. Усталость по самопроверке 3,0 из 6", "en": "1. Exhaustion in the check-in is 3.0 of 6"}
    assert first[language] in screen
    assert "\n2. " in screen
    opening = stage.app.content.talk.opening.in_(language)
    assert opening in screen
    [copies] = [
        button for row in timur.message["reply_markup"]["inline_keyboard"] for button in row if "copy_text" in button
    ]
    assert copies["copy_text"] == {"text": opening}
    folded = [one for one in timur.message["entities"] if one["type"] == "expandable_blockquote"]
    assert len(folded) == 1, "the check-in's figures"
    assert {"ru": "Доставка", "en": "Delivery"}[language] not in screen, "no other group"


@BOTH
async def test_a_group_without_figures_gets_no_reason_but_something_to_do(stage: Stage, language: str) -> None:
    words = WORDS[language]
    staff = await staffed(stage, 12, 20, 3)
    await hr_reader(stage)
    timur = await managing(stage, 3, language=language)
    await closed(stage, staff)
    await promise(stage, 3)
    await timur.says("/menu")
    await timur.presses(data=TeamPage().pack())
    screen = said(timur)
    assert words["hidden"] in screen
    assert words["company"] in screen
    assert words["promised"] in screen
    await timur.presses(words["questions"])
    talk = stage.app.content.hr_actions.five_questions
    assert all(question.in_(language) in timur.screen for question in talk.questions)
    await timur.presses(data=TeamPage().pack())
    await timur.presses(words["ask"])
    assert "Ольга" in str(timur.buttons)


async def test_departments_that_report_together_stand_once(stage: Stage) -> None:
    staff = await staffed(stage, 12, 20, 3)
    now = stage.clock()
    async with stage.database.begin() as session:
        row = {"id": 1, "name": "Опора", "created_at": now, "updated_at": now}
        await session.execute(insert(ReportingGroup), [row])
        groupings = [{"department_id": department, "group_id": 1, "since": START} for department in (1, 3)]
        await session.execute(insert(Grouping), groupings)
    timur = await managing(stage, 1, 2, 3)
    await closed(stage, staff)
    await timur.says("/team")
    assert timur.screen.count("Опора") == 1
    assert "Юристы" not in timur.screen
    assert "Склад" not in timur.screen, "each group has a page"
    await timur.presses("›")
    assert "Склад" in timur.screen


async def test_before_the_first_figures(stage: Stage) -> None:
    await staffed(stage, 12)
    timur = await managing(stage, 1)
    await timur.says("/team")
    assert "Цифр пока нет" in timur.screen
    assert "Пять вопросов" in str(timur.buttons)


async def test_many_departments_are_paged(stage: Stage) -> None:
    staff = await staffed(stage, 12)
    now = stage.clock()
    async with stage.database.begin() as session:
        rows = [
            {"id": number, "name": f"{number} {'я' * 240}", "created_at": now, "updated_at": now}
            for number in range(10, 20)
        ]
        await session.execute(insert(Department), rows)
    timur = await managing(stage, *range(10, 20))
    await closed(stage, staff)
    await timur.says("/team")
    assert "Страница 1 из 10" in said(timur)
    await timur.presses("›")
    assert "Страница 2 из 10" in said(timur)
    await timur.presses(data=TeamButton(action="page", page=10**9).pack())
    assert "Страница 10 из 10" in said(timur)


# --- every week -------------------------------------------------------------------------------------------------------


@BOTH
async def test_it_comes_every_week_when_it_is_wished(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    staff = await staffed(stage, 12, 20)
    timur = await managing(stage, 2, language=language)
    await closed(stage, staff)
    heard = len(timur.messages)
    assert await reread(select(Delivery).where(Delivery.kind == "team_summary")) == [], "off until it is switched on"
    await timur.says("/team")
    await timur.presses(words["weekly"])
    await timur.presses(words["stop"])
    await timur.presses(words["weekly"])
    heard = len(timur.messages)
    await staff.pulse(START + WEEK, staff.everybody, stress=6)
    for hour in (-2, 2, 6, 26):
        stage.clock.advance_to(monday_nine(2) + timedelta(hours=hour))
        await stage.tick()
    assert len(timur.messages) == heard + 1
    assert {"ru": "Напряжённость работы  6,0", "en": "Pressure  6.0"}[language] in said(timur)
    await timur.presses({"ru": "Лист для встречи", "en": "Sheet to print"}[language])
    assert timur.messages[-1]["document"]["file_name"] == f"exhale-talk-{language}.pdf"
    heard = len(timur.messages)
    await timur.presses(words["stop"])
    stage.clock.advance_to(monday_nine(3))
    await stage.tick()
    assert len(timur.messages) == heard


async def test_it_is_needless_for_whoever_does_not_manage_any_more(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20, 9)
    ousted, gone, unwilling = [await managing(stage, number, person_id=6000 + number) for number in (1, 2, 3)]
    for timur in (ousted, gone, unwilling):
        await timur.says("/team")
        await timur.presses("Присылать цифры раз в неделю")
    await staff.pulse(START, staff.everybody)
    stage.clock.advance_to(monday_nine(1) - timedelta(hours=3))
    await stage.tick()
    async with stage.database.begin() as session:
        await session.execute(update(Department).where(Department.id == 1).values(manager_id=None))
        for timur, change in ((gone, {"offboarded_at": stage.clock()}), (unwilling, {"team_summary_since": None})):
            await session.execute(update(User).where(User.telegram_id == timur.id).values(**change))
    heard = [len(timur.messages) for timur in (ousted, gone, unwilling)]
    stage.clock.advance_to(monday_nine(1))
    await stage.tick()
    assert [len(timur.messages) for timur in (ousted, gone, unwilling)] == heard
    rows = await reread(select(Delivery.state).where(Delivery.kind == "team_summary"))
    assert rows == ["skipped"] * 3


async def test_nobody_else_sees_a_team(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20)
    anna = await member(stage, 6002, "Анна")
    before = anna.screen
    actions: tuple[Any, ...] = ("page", "paper", "questions", "weekly", "on_demand")
    for action in actions:
        await anna.presses(data=TeamButton(action=action).pack())
        assert anna.screen == before
    await anna.presses(data=TeamPage().pack())
    assert anna.screen == before
    await anna.says("/team")
    assert "Склад" not in anna.screen
    assert set(await reread(select(User.team_summary_since))) == {None}
