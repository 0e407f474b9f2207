"""HR's panel and departments: created, named, and what is set of each; nobody else's business."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from keyboards.company import DepartmentButton, GroupButton, HrPage, SetDepartment, SetGroup
from keyboards.lifecycle import InviteButton, NewInvite, Poster, RosterButton
from models import AuditEntry, Conversation, Department, StoredPublication, User
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.company import departments
from services.company.departments import NAME_LENGTH
from services.company.errors import NameTaken
from tests.bot.hr_pages import goes
from tests.bot.past import THIS_WEEK, said
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows
from tests.bot.story import words
from tests.conftest import Reread
from tests.databases import until_somebody_waits
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, department, hr, member, member_of, newcomer

ACTIONS = select(AuditEntry.action).order_by(AuditEntry.id)
TARGETS = select(AuditEntry.target).order_by(AuditEntry.id)


async def row(reread: Reread, department_id: int) -> Department:
    (found,) = await reread(select(Department).where(Department.id == department_id))
    assert isinstance(found, Department)
    return found


async def opens(stage: Stage, player: Player, name: str, language: str = "ru") -> None:
    """The card of a department."""
    await goes(stage, player, "departments", language)
    await player.presses(name)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_panel_says_how_many_are_in_and_leads_everywhere(stage: Stage, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await member(stage, 1001, "Анна")
    gone = await member(stage, 1002, "Вера")
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == gone.id).values(offboarded_at=stage.clock()))
    await olga.says("/hr")
    assert t.n("hr.joined", 2) in olga.screen
    assert t("hr.who_sees") in olga.screen
    assert t("hr.audit") not in str(olga.buttons), "administrators only"
    await olga.presses(t("hr.departments"))
    await olga.presses(t("button.back"))
    assert t.n("hr.joined", 2) in olga.screen
    await olga.presses(t("button.menu"))
    await olga.presses(t("button.hr"))
    assert t.n("hr.joined", 2) in olga.screen


async def test_an_administrator_sees_the_log_too(stage: Stage) -> None:
    admin = await hr(stage, role="admin")
    await admin.says("/hr")
    assert ["Журнал действий"] in admin.buttons


async def test_the_panel_is_hrs_alone(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/menu")
    assert "HR" not in [label for line in anna.buttons for label in line]
    await anna.says("/hr")
    assert anna.screen == words(stage)("error.not_allowed")


def commands_of(stage: Stage, player: Player) -> list[str]:
    """The commands that were set last for this person's chat."""
    calls = [call for call in stage.telegram.called("setMyCommands") if str(player.id) in str(call.params.get("scope"))]
    return [command["command"] for command in _json(calls[-1].params["commands"])]


def _json(value: Any) -> Any:
    import json

    return json.loads(value) if isinstance(value, str) else value


async def test_the_commands_are_those_of_the_role(stage: Stage) -> None:
    olga, boris, anna = [await newcomer(stage, role=role, department="Кадры") for role in ("hr", "admin", "employee")]
    assert commands_of(stage, olga)[-1] == "hr"
    assert commands_of(stage, boris)[-2:] == ["hr", "audit"]
    assert not {"hr", "audit", "team"} & set(commands_of(stage, anna))
    await olga.says("/language")
    await olga.presses("English")
    assert commands_of(stage, olga)[-1] == "hr", "another language, the same role"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_department_is_created_and_named_in_both_languages(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await goes(stage, olga, "departments", language)
    await olga.presses(t("department.create"))
    await olga.says("  Отдел\n продаж\u202e ")
    assert t("settings.saved") in olga.screen
    (made,) = await reread(select(Department).where(Department.name == "Отдел продаж"))
    await olga.says("ещё раз")
    assert olga.screen == t("error.unknown_text"), "the step is over"

    await opens(stage, olga, "Отдел продаж", language)
    await olga.presses(t("department.rename_en"))
    await olga.says("Sales")
    assert t("department.name_en_line", name="Sales") in olga.screen
    await olga.presses(t("department.rename"))
    await olga.says("Продажи")
    found = await row(reread, made.id)
    assert (found.name, found.name_en) == ("Продажи", "Sales")
    await goes(stage, olga, "departments", language)
    assert [{"ru": "Продажи", "en": "Sales"}[language]] in olga.buttons
    await olga.presses({"ru": "Продажи", "en": "Sales"}[language])
    await olga.presses(t("department.rename_en"))
    await presses_twice(stage, olga, t("department.drop_name_en"))
    assert (await row(reread, made.id)).name_en is None
    assert await reread(ACTIONS) == ["created_department", *["renamed_department"] * 3]
    assert set(await reread(TARGETS)) == {f"d{made.id}"}


NAMES_THAT_WILL_NOT_DO = {
    "СКЛАД": "department.name_taken",
    " склад\u200b ": "department.name_taken",
    "warehouse": "department.name_taken",
    "12 — 3": "profile.no_letters",
    "я" * (NAME_LENGTH + 1): "profile.too_long",
    "<b>" + "я" * 4000: "profile.too_long",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_name_that_will_not_do(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    await department(stage, "Склад", name_en="Warehouse")
    sales = await department(stage, "Продажи")
    olga = await hr(stage, language=language)
    before = await reread(select(Department.name))
    await opens(stage, olga, "Продажи", language)
    await olga.presses(t("department.rename"))
    for typed, key in NAMES_THAT_WILL_NOT_DO.items():
        await olga.says(typed)
        assert olga.screen == t(key, max=NAME_LENGTH), typed
    await goes(stage, olga, "departments", language)
    await olga.presses(t("department.create"))
    for typed, key in NAMES_THAT_WILL_NOT_DO.items():
        await olga.says(typed)
        assert olga.screen == t(key, max=NAME_LENGTH), typed
    await olga.sends(sticker=True)
    assert olga.screen == t("error.text_expected")
    assert await reread(select(Department.name)) == before
    await olga.says("Второй склад")
    assert "Второй склад" in await reread(select(Department.name)), "the step was still open"
    assert (await row(reread, sales)).name == "Продажи"


async def test_renaming_to_the_own_name_in_other_letters_is_fine(stage: Stage, reread: Reread) -> None:
    stock = await department(stage, "склад", name_en="Склад")
    olga = await hr(stage)
    await opens(stage, olga, "склад")
    await olga.presses("Переименовать")
    await olga.says("Склад")
    assert (await row(reread, stock)).name == "Склад"


@pytest.mark.both_databases
async def test_two_people_type_the_same_name_at_once(stage: Stage, reread: Reread) -> None:
    olga, boris = await hr(stage), await hr(stage, 2002, "Борис")
    for player, name in ((olga, "Склад"), (boris, "СКЛАД")):
        await goes(stage, player, "departments")
        await player.presses("Создать отдел")
        stage.world.person_sends(player.id, name)
    outcomes = await stage.at_once()
    assert not [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(await reread(select(Department).where(Department.name.in_(("Склад", "СКЛАД"))))) == 1
    assert sorted("Так уже" in player.screen for player in (olga, boris)) == [False, True]


@pytest.mark.both_databases
async def test_whoever_types_a_name_that_is_being_given_waits_and_reads_that_it_is_taken(stage: Stage) -> None:
    people = [await member_of(stage, await hr(stage, number)) for number in (2001, 2002)]
    first, second = ((person, name) for person, name in zip(people, ("Склад", "СКЛАД"), strict=True))

    async def create(session: AsyncSession, who: Member, name: str) -> None:
        await departments.create(UnitOfWork(session, who, stage.clock()), name)

    async def create_too() -> None:
        async with stage.database.begin() as session:
            await create(session, *second)

    async with stage.database.begin() as session:
        await create(session, *first)
        other = asyncio.ensure_future(create_too())
        if not stage.database.is_sqlite:  # there the other one cannot even begin
            await until_somebody_waits(session)
    with pytest.raises(NameTaken):
        await other


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_kind_of_work_and_the_zone(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    kind = t.words(stage.app.content.recommendations.kinds_of_work["warehouse"])
    await opens(stage, olga, "Склад", language)
    await olga.presses(t("department.work"))
    await presses_twice(stage, olga, kind)
    assert (await row(reread, stock)).kind_of_work == "warehouse"
    await olga.presses(t("department.work"))
    assert f"● {kind}" in str(olga.buttons)
    await olga.presses(t("department.unset"))
    assert (await row(reread, stock)).kind_of_work is None

    await olga.presses(t("department.zone"))
    await presses_twice(stage, olga, t.place("Asia/Novosibirsk"))
    assert (await row(reread, stock)).timezone == "Asia/Novosibirsk"
    await olga.presses(t("department.zone"))
    await olga.presses(t("settings.other_zone"))
    await olga.says("нигде такого нет")
    assert olga.screen == t("settings.zone_unknown")
    await olga.says("Кемерово")
    assert (await row(reread, stock)).timezone == "Asia/Novokuznetsk"
    anna = await member(stage, 1001, "Анна", department="Склад")
    assert (await member_of(stage, anna)).timezone == "Asia/Novokuznetsk"
    await opens(stage, olga, "Склад", language)
    await olga.presses(t("department.zone"))
    await olga.presses(t("department.own_zone"))
    assert (await row(reread, stock)).timezone is None
    assert await reread(ACTIONS) == ["changed_department"] * 5


async def test_a_value_that_no_button_has(stage: Stage) -> None:
    stock = await department(stage, "Склад")
    olga = await hr(stage)
    before = await all_rows(stage)
    for field, value in (
        ("work", "moon"),
        ("zone", "Mars/Base"),
        ("manager", "999"),
        ("manager", "x"),
        ("manager", "9" * 20),
    ):
        await olga.presses(data=f"n2:{field}:{stock}:{value}")
        assert olga.toast == words(stage)("error.not_yours"), (field, value)
        assert await all_rows(stage) == before
    stage.telegram.take_refusals()  # the same screen each time


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_manager_is_chosen_found_and_taken_away(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    anna, ivan = (
        await member(stage, 1001, "Анна", language=language),
        await member(stage, 1002, "Иван", department=None),
    )
    olga = await hr(stage, language=language)
    await opens(stage, olga, "Склад", language)
    await olga.presses(t("department.manager"))
    assert "Иван" not in str(olga.buttons), "of another department"
    await presses_twice(stage, olga, "Анна")
    assert t("department.manager_line", name="Анна") in olga.screen
    assert (await row(reread, stock)).manager_id == (await member_of(stage, anna)).id
    assert commands_of(stage, anna)[-1] == "team"
    await anna.says("/menu")
    assert anna.buttons[-1] == [t("button.team")]

    await olga.presses(t("department.manager"))
    await olga.presses(t("department.find_manager"))
    await olga.says("Никого")
    assert t("department.found_nobody") in olga.screen
    await olga.says("ИВА")
    await olga.presses("Иван")
    assert (await row(reread, stock)).manager_id == (await member_of(stage, ivan)).id
    assert await reread(select(Conversation)) == []
    assert "team" not in commands_of(stage, anna)
    assert commands_of(stage, ivan)[-1] == "team"
    await olga.presses(t("department.manager"))
    await presses_twice(stage, olga, t("department.no_manager"))
    assert (await row(reread, stock)).manager_id is None
    assert "team" not in commands_of(stage, ivan)
    assert await reread(ACTIONS) == ["set_manager"] * 3


async def test_nobody_who_left_becomes_a_manager(stage: Stage, reread: Reread) -> None:
    stock = await department(stage, "Склад")
    anna, olga = await member(stage, 1001, "Анна"), await hr(stage)
    await opens(stage, olga, "Склад")
    await olga.presses("Руководитель")
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == anna.id).values(offboarded_at=stage.clock()))
    await olga.presses("Анна")
    assert olga.toast == words(stage)("error.not_yours")
    assert (await row(reread, stock)).manager_id is None


async def test_lists_are_paged(stage: Stage) -> None:
    for number in range(10, 31):
        await department(stage, f"Отдел {number}")
    olga = await hr(stage)
    await goes(stage, olga, "departments")
    seen = [line[0] for line in olga.buttons if line[0].startswith("Отдел ")]
    for _ in range(2):
        await olga.presses("›")
        seen += [line[0] for line in olga.buttons if line[0].startswith("Отдел ")]
    assert seen == [f"Отдел {number}" for number in range(10, 31)]
    assert "›" not in str(olga.buttons)
    await olga.presses(data=DepartmentButton(action="list", page=2**31 - 1).pack())
    assert "Отдел 30" in str(olga.buttons), "a page that is not there is the last one"
    stage.telegram.take_refusals()  # the screen is the same


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_empty_department_may_go(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    await opens(stage, olga, "Склад", language)
    await olga.presses(t("department.delete"))
    await presses_twice(stage, olga, t("department.delete"))
    assert await reread(select(Department).where(Department.id == stock)) == []
    assert await reread(ACTIONS) == ["deleted_department"]
    await olga.presses(data=DepartmentButton(action="card", id=stock).pack())
    assert olga.toast == t("department.gone")


async def test_a_department_that_something_hangs_on_stays(stage: Stage, reread: Reread) -> None:
    reasons = {"people": "Склад", "left": "Офис", "published": "Цех"}
    for name in reasons.values():
        await department(stage, name)
    olga = await hr(stage)
    await goes(stage, olga, "departments")
    for number, (why, name) in enumerate(reasons.items()):
        await opens(stage, olga, name)
        await olga.presses("Удалить отдел")
        if why != "published":
            anna = await member(stage, 1001 + number, "Анна", department=name)
        async with stage.database.begin() as session:
            if why == "left":
                moved = update(User).where(User.telegram_id == anna.id).values(department_id=None)
                await session.execute(moved)
            if why == "published":
                session.add(
                    StoredPublication(
                        kind="pulse_week",
                        slot=THIS_WEEK,
                        edition=2,
                        payload={},
                        published_at=stage.clock() + timedelta(days=1),
                    )
                )
        await olga.presses("Удалить отдел")
        assert olga.toast == words(stage)("department.in_use"), why
        assert name in await reread(select(Department.name)), why
        await opens(stage, olga, name)
        assert "Удалить отдел" not in str(olga.buttons), why


async def test_a_department_older_than_no_publication_may_go(stage: Stage) -> None:
    async with stage.database.begin() as session:
        session.add(
            StoredPublication(kind="pulse_week", slot=THIS_WEEK, edition=2, payload={}, published_at=stage.clock())
        )
    stage.clock.advance(days=1)
    await department(stage, "Склад")
    olga = await hr(stage)
    await opens(stage, olga, "Склад")
    assert ["Удалить отдел"] in olga.buttons


def presses_of(cls: type[CallbackData], **common: Any) -> list[CallbackData]:
    """One press for every action, field or step of a class of buttons."""
    name, field = next((name, field) for name, field in cls.model_fields.items() if name in {"action", "field", "step"})
    return [cls(**{name: value}, **common) for value in field.annotation.__args__]  # type: ignore[union-attr]


EVERY_BUTTON = [
    *(HrPage(place=place) for place in ("panel", "departments", "groups", "invites")),
    *presses_of(DepartmentButton, id=1),
    *presses_of(SetDepartment, id=1, value=""),
    *presses_of(GroupButton, id=1),
    *presses_of(SetGroup, group=1, department=1),
    *presses_of(InviteButton, id=1),
    *presses_of(NewInvite, kind="team", days=7),
    Poster(locale="ru", token="A" * 43),
    *presses_of(RosterButton),
]


@pytest.mark.parametrize("role", ["demoted", "offboarded"])
async def test_no_button_of_hr_works_for_anybody_else(stage: Stage, role: str) -> None:
    """Who never was in HR is in front of the same doors as whoever is there no more; the matrix has them too."""
    await department(stage, "Склад")
    anna = await member(stage, 1001, "Анна", role="hr")
    changes: dict[str, dict[str, Any]] = {
        "demoted": {"role": "employee"},
        "offboarded": {"offboarded_at": stage.clock()},
    }
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == anna.id).values(**changes[role]))
    before = await all_rows(stage)
    for button in EVERY_BUTTON:
        await anna.presses(data=button.pack())
        assert anna.toast == (None if role == "offboarded" else words(stage)("error.old_button")), button
        assert not said(anna).startswith("HR"), button
    assert await all_rows(stage) == before
    stage.telegram.take_refusals()  # the same screen each time


async def test_what_somebody_of_hr_was_typing_is_nothing_after_a_demotion(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await goes(stage, olga, "departments")
    await olga.presses("Создать отдел")
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == olga.id).values(role="employee"))
    await olga.says("Склад")
    assert olga.screen == words(stage)("error.unknown_text")
    assert await reread(select(Department.name)) == ["Кадры"]
