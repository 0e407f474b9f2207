"""Reporting groups: put together, changed and dissolved, always from the next period on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from keyboards.company import GroupButton, SetGroup
from models import AuditEntry, Grouping, ReportingGroup
from services.company import memberships
from services.company.departments import NAME_LENGTH
from tests.bot.hr_pages import goes
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows
from tests.bot.story import words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, department, hr

SINCE = date(2026, 3, 23)  # the period after the one in which the clock stands
GROUPS = select(ReportingGroup).order_by(ReportingGroup.id)
GROUPINGS = select(Grouping).order_by(Grouping.department_id, Grouping.since)
ACTIONS = select(AuditEntry.action).order_by(AuditEntry.id)
SMALL = ("Бухгалтерия", "Склад", "Юристы")


async def small_departments(stage: Stage) -> list[int]:
    return [await department(stage, name) for name in SMALL]


async def chooses(stage: Stage, player: Player, *names: str, language: str = "ru") -> None:
    """A new group up to its name."""
    await goes(stage, player, "groups", language)
    await player.presses(words(stage, language)("reporting.create"))
    for name in names:
        await player.presses(name)


async def joined(stage: Stage, day: date) -> dict[str, tuple[int, ...]]:
    """The named groups of a day with their departments."""
    async with stage.database.read() as session:
        return {
            group.name: group.departments for group in await memberships.groups_at(session, day) if group.key[0] == "g"
        }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_group_is_put_together_from_the_next_period_on(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    accounts, _, lawyers = await small_departments(stage)
    olga = await hr(stage, language=language)
    await chooses(stage, olga, *SMALL, language=language)
    assert t("reporting.since", date=t.date(SINCE)) in olga.screen
    await olga.presses("● Склад")
    assert t("reporting.chosen", departments="Бухгалтерия, Юристы") in olga.screen
    await olga.says("Тихие отделы")
    assert t("reporting.next", date=t.date(SINCE), departments="Бухгалтерия, Юристы") in olga.screen
    assert await joined(stage, stage.clock().date()) == {}
    assert await joined(stage, SINCE) == {"Тихие отделы": (accounts, lawyers)}
    assert {row.since for row in await reread(GROUPINGS)} == {SINCE}
    await olga.says("Тихие отделы")
    assert olga.screen == t("error.unknown_text"), "typed once, made once"

    await goes(stage, olga, "groups", language)
    assert [t.n("reporting.line", 2, name="Тихие отделы")] in olga.buttons
    await olga.presses("Тихие отделы")
    await olga.presses(t("department.rename_en"))
    await olga.says("Quiet ones")
    await olga.presses(t("department.rename"))
    await olga.says("Малые")
    (group,) = await reread(GROUPS)
    assert (group.name, group.name_en) == ("Малые", "Quiet ones")
    await olga.presses(t("department.rename_en"))
    await presses_twice(stage, olga, t("department.drop_name_en"))
    assert [row.name_en for row in await reread(GROUPS)] == [None]
    assert await reread(ACTIONS) == ["created_group", *["renamed_group"] * 3]

    stage.clock.advance(days=21)
    await goes(stage, olga, "groups", language)
    await olga.presses("Малые")
    assert t("reporting.now", departments="Бухгалтерия, Юристы") in olga.screen
    await goes(stage, olga, "departments", language)
    await olga.presses("Юристы")
    assert t("department.reports_in", group="Малые") in olga.screen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_departments_come_in_and_go_out(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    accounts, stock, lawyers = await small_departments(stage)
    olga = await hr(stage, language=language)
    await chooses(stage, olga, "Бухгалтерия", "Юристы", language=language)
    await olga.says("Малые")
    (group,) = await reread(GROUPS)
    await olga.presses(t("reporting.more"))
    assert "Юристы" not in str(olga.buttons), "is in already"
    await presses_twice(stage, olga, "Склад")
    assert olga.toast == t("reporting.already_in"), "said of the second press"
    assert await joined(stage, SINCE) == {"Малые": (accounts, stock, lawyers)}

    await olga.presses(t("reporting.fewer"))
    await presses_twice(stage, olga, "Склад")
    assert olga.toast == t("reporting.not_in")
    assert await joined(stage, SINCE) == {"Малые": (accounts, lawyers)}
    await olga.presses(data=SetGroup(action="take", group=group.id, department=accounts).pack())
    assert olga.toast == t("reporting.too_small")
    await olga.presses(data=SetGroup(action="add", group=group.id, department=accounts).pack())
    assert olga.toast == t("reporting.already_in")

    await goes(stage, olga, "groups", language)
    await olga.presses("Малые")
    await olga.presses(t("reporting.dissolve"))
    assert t("reporting.dissolve_question", date=t.date(SINCE)) in olga.screen
    await presses_twice(stage, olga, t("reporting.dissolve"))
    assert await joined(stage, SINCE) == {}
    assert await reread(ACTIONS) == ["created_group", "changed_group", "changed_group", "dissolved_group"]
    assert set(await reread(select(AuditEntry.target))) == {f"g{group.id}"}


async def test_a_running_group_is_dissolved_with_the_next_period(stage: Stage) -> None:
    await small_departments(stage)
    olga = await hr(stage)
    await chooses(stage, olga, "Бухгалтерия", "Юристы")
    await olga.says("Малые")
    stage.clock.advance(days=21)
    later = date(2026, 4, 20)
    await goes(stage, olga, "groups")
    await olga.presses("Малые")
    await olga.presses("Распустить группу")
    await olga.presses("Распустить группу")
    assert "С 20\u00a0апреля группы нет" in olga.screen
    assert set(await joined(stage, SINCE)) == {"Малые"}, "until then it holds"
    assert await joined(stage, later) == {}
    await goes(stage, olga, "groups")
    assert ["Малые · 0\u00a0отделов"] in olga.buttons
    stage.clock.advance(days=28)
    await goes(stage, olga, "groups")
    assert "Малые" not in str(olga.buttons)


async def test_a_dissolved_groups_name_may_be_used_again_and_keeps_its_id(stage: Stage, reread: Reread) -> None:
    await small_departments(stage)
    olga = await hr(stage)
    await chooses(stage, olga, "Бухгалтерия", "Юристы")
    await olga.says("Малые")
    await olga.presses("Распустить группу")
    await olga.presses("Распустить группу")
    await chooses(stage, olga, "Склад", "Юристы")
    await olga.says("МАЛЫЕ")
    assert [row.name for row in await reread(GROUPS)] == ["МАЛЫЕ"]
    assert len((await joined(stage, SINCE))["МАЛЫЕ"]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_name_that_will_not_do(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    await small_departments(stage)
    for name in ("Один", "Два"):
        await department(stage, name)
    olga = await hr(stage, language=language)
    await chooses(stage, olga, "Один", "Два", language=language)
    await olga.says("Есть уже")
    await chooses(stage, olga, "Бухгалтерия", "Юристы", language=language)
    for typed, key in (
        ("юристы", "department.name_taken"),
        ("ЕСТЬ УЖЕ", "department.name_taken"),
        ("?!", "profile.no_letters"),
        ("я" * (NAME_LENGTH + 1), "profile.too_long"),
        ("<i>" + "я" * 4000, "profile.too_long"),
    ):
        await olga.says(typed)
        assert olga.screen == t(key, max=NAME_LENGTH), typed
    await olga.sends(sticker=True)
    assert olga.screen == t("error.text_expected")
    assert len(await reread(GROUPS)) == 1
    await olga.says("Малые")
    assert [row.name for row in await reread(GROUPS)] == ["Есть уже", "Малые"]


async def test_a_group_needs_two_different_departments(stage: Stage, reread: Reread) -> None:
    accounts, *_ = await small_departments(stage)
    olga = await hr(stage)
    await chooses(stage, olga)
    await olga.says("Ничего")
    assert olga.screen == words(stage)("reporting.too_small")
    pick = SetGroup(action="pick", group=0, department=accounts).pack()
    for _ in range(2):
        await olga.presses(data=pick)
    await olga.says("С самим собой")
    assert olga.screen == words(stage)("reporting.too_small")
    assert await reread(GROUPS) == []
    stage.telegram.take_refusals()  # the screen was the same


async def test_a_department_is_in_one_group_only(stage: Stage, reread: Reread) -> None:
    accounts, stock, lawyers = await small_departments(stage)
    olga, boris = await hr(stage), await hr(stage, 2002, "Борис")
    await chooses(stage, boris, "Бухгалтерия", "Склад")
    await chooses(stage, olga, "Бухгалтерия", "Юристы")
    await olga.says("Малые")
    await boris.says("Другие")
    assert boris.screen == words(stage)("reporting.in_another")
    assert len(await reread(GROUPS)) == 1
    await goes(stage, boris, "groups")
    await boris.presses("Создать группу")
    assert "Бухгалтерия" not in str(boris.buttons)
    await boris.presses(data=SetGroup(action="pick", group=0, department=stock).pack())
    await boris.presses(data=SetGroup(action="pick", group=0, department=999).pack())
    await boris.says("Другие")
    assert boris.screen == words(stage)("department.gone")
    assert await joined(stage, SINCE) == {"Малые": (accounts, lawyers)}
    stage.telegram.take_refusals()  # an unknown department changes nothing on the screen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_group_that_is_not_there(stage: Stage, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    before = await all_rows(stage)
    for action in ("card", "name", "more", "fewer", "dissolve", "dissolved"):
        await olga.presses(data=GroupButton(action=action, id=7).pack())
        assert olga.toast == t("reporting.gone"), action
    for action in ("add", "take", "drop_name_en"):
        await olga.presses(data=SetGroup(action=action, group=7, department=stock).pack())
        assert olga.toast == t("reporting.gone"), action
    assert await all_rows(stage) == before


async def test_departments_to_choose_from_are_paged_and_marks_are_kept(stage: Stage) -> None:
    for number in range(10, 20):
        await department(stage, f"Отдел {number}")
    olga = await hr(stage)
    await chooses(stage, olga, "Отдел 10")
    await olga.presses("›")
    await olga.presses("Отдел 19")
    assert "Отмечены: Отдел 10, Отдел 19" in olga.screen
    await olga.presses("‹")
    assert "● Отдел 10" in str(olga.buttons)
