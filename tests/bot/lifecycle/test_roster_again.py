"""The same list once more: only who is new is invited, and what else changed is proposed and decided by HR."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import pytest
from sqlalchemy import delete, func, select, update

from keyboards.lifecycle import ChangeButton
from models import AuditEntry, Department, Invite, Membership, OldUser, RosterProposal, User
from playground.world.entities import Chat
from tests.bot.hr_pages import audited, goes
from tests.bot.lifecycle.test_roster import INVITES, LIST, sends, uploads
from tests.bot.past import said
from tests.bot.presses import presses_twice
from tests.bot.rows import documents
from tests.bot.story import data_of, words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, crowd, department, hr, id_of, invite, member, row_of
from tests.roster_files import GROUPS, workbook

PROPOSALS = select(RosterProposal).order_by(RosterProposal.id)
NAMES = ["Белов Борис", "Ветрова Вера", "Громов Глеб", "Дроздова Дина"]


def have_chats(stage: Stage, ids: Iterable[int]) -> None:
    """Let Telegram know the chats of people who were put into the tables."""
    stage.world.chats.update({id_: Chat(id_) for id_ in ids})


async def staff(stage: Stage) -> tuple[Player, list[int]]:
    """Somebody of HR, and the ids of four people of the warehouse."""
    olga = await hr(stage)
    await crowd(stage, NAMES)
    have_chats(stage, range(5000, 5000 + len(NAMES)))
    async with stage.database.read() as session:
        ids = list(await session.scalars(select(User.id).where(User.telegram_id >= 5000).order_by(User.telegram_id)))
    return olga, ids


def listed(*people: tuple[str, str]) -> str:
    """A list with these people, and with HR itself."""
    rows = [("Ольга", "Кадры"), *people]
    return "ФИО;Отдел\n" + "".join(f"{name};{department}\n" for name, department in rows)


async def proposals_of(stage: Stage, olga: Player, *people: tuple[str, str]) -> None:
    """Upload a list and look at what it proposes."""
    await uploads(stage, olga, listed(*people))
    await olga.presses(words(stage)("roster.keep_proposals"))
    await olga.presses("Изменения из списка")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_same_list_again_invites_nobody_and_a_longer_one_the_new_ones(
    stage: Stage, reread: Reread, language: str
) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await uploads(stage, olga, LIST, language=language)
    await olga.presses(t.n("roster.confirm", 4))
    await uploads(stage, olga, LIST, language=language)
    assert t("roster.group_invited", count=4) in olga.screen
    assert t("roster.nothing_new") in olga.screen
    assert olga.buttons == [[t("button.back")]]
    await sends(olga, LIST + "Новая Нина;Склад\n")
    assert t("roster.group_new", count=1) in olga.screen
    await olga.presses(t.n("roster.confirm", 1))
    made = await reread(INVITES)
    assert [row.name for row in made] == ["Анна Петрова", "=Борис", "Вера", "Глеб", "Новая Нина"]
    ((_, content),) = documents(stage, olga, 1)
    assert content.decode().count("start=") == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_preview_names_the_first_people_and_tells_the_groups_apart(stage: Stage, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await crowd(stage, ["Белов Борис", "Иванов Иван"], "Склад")
    await crowd(stage, ["Иванов Иван"], "Офис", first_id=6000)
    await invite(stage, name="Ветрова Вера", department="Склад")
    await leaves(stage, "Громов Глеб")
    file = workbook(
        [
            ["Фамилия", "Имя", "Отчество", "Подразделение"],
            ["Белов", "Борис", "Олегович", "Склад"],
            ["Ветрова", "Вера", "", "Склад"],
            ["Громов", "Глеб", "", "Склад"],
            ["Новая", "Нина", "", "Цех"],
            ["Иванов", "Иван", "", "Цех"],
        ]
    )
    await uploads(stage, olga, file, name="люди.xlsx", language=language)
    assert "Белов Борис Олегович (Склад), Ветрова Вера (Склад), Громов Глеб (Склад)" in olga.screen
    for group, names in (
        ("new", ""),
        ("invited", ""),
        ("joined", ""),
        ("left", "Громов Глеб"),
        ("unclear", "Иванов Иван"),
    ):
        assert t(f"roster.group_{group}", count=1, names=names) in olga.screen
    assert t("roster.new_departments", departments="Цех") in olga.screen
    assert olga.buttons[:2] == [[t.n("roster.confirm", 1)], [t.n("roster.confirm_left", 2)]]


async def leaves(stage: Stage, name: str, department: str = "Склад") -> None:
    """Somebody who left before."""
    async with stage.database.begin() as session:
        session.add(
            OldUser(
                name=name,
                department=department,
                join_date="2025-01-01",
                days_in_system=1,
                completed_recommendations=0,
                archived_at=stage.clock(),
            )
        )


async def test_who_left_is_invited_again_only_by_a_button_of_its_own(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await leaves(stage, "Громов Глеб")
    await uploads(stage, olga, listed(("Громов Глеб", "Склад"), ("Новая Нина", "Склад")))
    await olga.presses(words(stage).n("roster.confirm", 1))
    assert [row.name for row in await reread(INVITES)] == ["Новая Нина"]
    await uploads(stage, olga, listed(("Громов Глеб", "Склад"), ("Новая Нина", "Склад")))
    await olga.presses(words(stage).n("roster.confirm_left", 1))
    assert [row.name for row in await reread(INVITES)] == ["Новая Нина", "Громов Глеб"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_rows_that_may_be_departments_are_asked_about(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await uploads(stage, olga, GROUPS, language=language)
    assert t("roster.doubt_line", line=2, text="Доставка") in olga.screen
    assert t("roster.doubt_line", line=7, text="Итого: 3") in olga.screen
    skip = data_of(olga, t("roster.answer_skip"))
    await olga.presses(t("roster.answer_people"))
    assert t.n("roster.people", 6) in olga.screen
    await sends(olga, GROUPS)
    await presses_twice(stage, olga, t("roster.answer_departments"))
    assert t.n("roster.people", 3) in olga.screen
    assert t("roster.units", count=2) in olga.screen
    assert t("roster.skipped", rows="7") in olga.screen
    await olga.presses(t.n("roster.confirm", 3))
    where = select(Invite.name, Department.name).join(Department).where(Invite.uses_left > 0).order_by(Invite.id)
    async with stage.database.read() as session:
        found = [tuple(row) for row in await session.execute(where)]
    assert found == [("Белов Борис", "Доставка"), ("Ветров Вадим", "Доставка"), ("Громов Глеб", "Цех №2")]
    await olga.presses(data=skip)
    assert olga.toast == t("roster.gone"), "the list is used"
    assert len(await reread(INVITES)) == 3


async def test_a_list_with_an_open_question_invites_nobody(stage: Stage, reread: Reread) -> None:
    from tests.bot.lifecycle.test_roster import confirm_data

    olga = await hr(stage)
    await uploads(stage, olga, GROUPS)
    await olga.presses(data=confirm_data(stage))
    assert olga.toast == words(stage)("roster.unclear_rows")
    assert await reread(INVITES) == []


@pytest.mark.both_databases
async def test_two_people_of_hr_with_the_same_list_at_once(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga, inna = await hr(stage), await hr(stage, 2002, "Инна")
    for player in (olga, inna):
        await uploads(stage, player, LIST)
    for player in (olga, inna):
        player.queue_press(t.n("roster.confirm", 4))
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert [row.name for row in await reread(INVITES)] == ["Анна Петрова", "=Борис", "Вера", "Глеб"]
    assert await reread(select(func.count()).select_from(Department).where(Department.name == "Продажи")) == [1]
    heard = sorted(
        any(t("roster.done_nobody") in message.get("text", "") for message in player.messages)
        for player in (olga, inna)
    )
    assert heard == [False, True], "the second is told that there was nobody left to invite"


@pytest.mark.parametrize("people", [1000, pytest.param(5000, marks=pytest.mark.soak)])
async def test_thousands_of_people_are_compared_in_time(stage: Stage, reread: Reread, people: int) -> None:
    half, moved = people // 2, 100
    olga = await hr(stage, role="admin")
    names = [f"Фамилия{number} Имя{number % 40} Отчество{number % 17}" for number in range(people)]
    await crowd(stage, names[:half])
    lines = [
        ["ФИО", "Отдел"],
        *([name, "Склад" if number < half - moved else "Офис"] for number, name in enumerate(names)),
    ]
    slow: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            slow.append(time.perf_counter() - before)

    watching = asyncio.ensure_future(watch())
    began, worked = time.perf_counter(), time.process_time()
    await uploads(stage, olga, workbook(lines), name="люди.xlsx")
    took, worked = time.perf_counter() - began, time.process_time() - worked
    watching.cancel()
    assert words(stage)("roster.group_joined", count=half) in olga.screen
    assert words(stage)("roster.group_new", count=half) in olga.screen
    assert worked < 10
    assert max(slow) < took / 2, "the others wait meanwhile"
    await olga.presses(words(stage).n("roster.confirm", half))
    assert len(await reread(INVITES)) == half
    assert len(await reread(PROPOSALS)) == moved, "those who stand under another department"


# --- proposals --------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_one_new_one_gone_one_moved(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga, (_, _, gleb, dina) = await staff(stage)
    await uploads(
        stage, olga, listed((NAMES[0], "Склад"), (NAMES[1], "Склад"), (NAMES[2], "Офис"), ("Новая Нина", "Склад"))
    )
    assert t("roster.group_new", count=1) in olga.screen
    assert t("roster.moves", count=1, names=NAMES[2]) in olga.screen
    assert t("roster.missing", count=1, names=NAMES[3]) in olga.screen
    assert await reread(PROPOSALS) == [], "nothing before it is confirmed"
    await olga.presses(t.n("roster.confirm", 1))
    assert [row.name for row in await reread(INVITES)] == ["Новая Нина"]
    office = await department(stage, "Офис")
    assert [(row.user_id, row.department_id) for row in await reread(PROPOSALS)] == [(gleb, office), (dina, None)]
    before = await reread(select(User.department_id, User.offboarded_at).where(User.id.in_([gleb, dina])))
    assert office not in before

    await olga.presses(t.n("people.proposed", 2), message_id=olga.messages[-3]["message_id"])
    assert f"1. {NAMES[2]}: Склад → Офис" in olga.screen
    assert f"2. {NAMES[3]}" in olga.screen
    await olga.presses("1")
    assert t("people.move_rule") in olga.screen
    await olga.presses(t("proposals.accept_moved"))
    assert t("proposals.done") in olga.screen
    moved = await reread(select(Membership).where(Membership.user_id == gleb).order_by(Membership.since))
    assert [(str(row.since), row.department_id) for row in moved][-1] == ("2026-03-23", office), "as moves by hand are"
    await olga.presses("1")
    assert t("people.offboard_for_good") in olga.screen
    await olga.presses(t("proposals.accept_left"))
    assert (await reread(select(User.offboarded_at).where(User.id == dina)))[0] is not None
    assert await reread(select(OldUser.name)) == [NAMES[3]]
    assert t("proposals.nothing") in olga.screen
    assert await reread(PROPOSALS) == []
    assert (await audited(stage))[-2:] == ["moved_person", "offboarded_person"]


async def test_all_at_once_by_name_and_never_more_than_was_shown(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga, ids = await staff(stage)
    await crowd(stage, [f"Лишний {chr(1040 + number)}" for number in range(5)], first_id=6000)
    have_chats(stage, range(6000, 6005))
    await proposals_of(stage, olga, (NAMES[0], "Офис"), (NAMES[1], "Офис"), *((name, "Склад") for name in NAMES[2:]))
    await olga.presses(t("proposals.all_moved"))
    assert t.n("proposals.ask_moved", 2) in olga.screen
    await presses_twice(stage, olga, t.n("proposals.confirm_moved", 2))
    office = await department(stage, "Офис")
    assert await reread(select(User.id).where(User.department_id == office)) == ids[:2]
    await olga.presses(data=ChangeButton(action="ask_left").pack())
    assert "• Лишний А" in olga.screen
    confirm = olga.message
    async with stage.database.begin() as session:
        session.add(RosterProposal(user_id=ids[2], department_id=None, created_at=stage.clock()))
    await olga.presses(t.n("proposals.confirm_left", 5), message_id=confirm["message_id"])
    assert len(await reread(select(User.id).where(User.offboarded_at.is_not(None)))) == 5
    assert [row.user_id for row in await reread(PROPOSALS)] == [ids[2]], "that one nobody has seen"


async def test_what_was_left_as_it_is_is_not_proposed_again(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga, ids = await staff(stage)
    people = [(name, "Склад") for name in NAMES[:3]]
    await proposals_of(stage, olga, *people)
    await olga.presses("1")
    await olga.presses(t("proposals.decline"))
    assert t("proposals.declined") in olga.screen
    assert (await reread(select(User.offboarded_at).where(User.id == ids[3]))) == [None]
    assert (await audited(stage))[-1] == "declined_proposal"
    await uploads(stage, olga, listed(*people))
    await olga.presses(t("roster.keep_proposals"))
    await goes(stage, olga, "people")
    assert "Изменения" not in str(olga.buttons)
    await uploads(stage, olga, listed(*people, (NAMES[3], "Офис")))
    await olga.presses(t("roster.keep_proposals"))
    await goes(stage, olga, "people")
    assert t.n("people.proposed", 1) in str(olga.buttons), "another thing is"


async def test_a_newer_list_replaces_what_the_last_one_proposed(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga, ids = await staff(stage)
    await proposals_of(stage, olga, *((name, "Склад") for name in NAMES[:2]))
    old = olga.message["message_id"]
    await uploads(stage, olga, listed(*((name, "Склад") for name in NAMES[:3]), (NAMES[3], "Офис")))
    await olga.presses(t("roster.keep_proposals"))
    assert [(row.user_id, row.department_id is None) for row in await reread(PROPOSALS)] == [(ids[3], False)]
    await olga.presses("1", message_id=old)
    assert olga.toast == t("proposals.gone")


async def test_what_is_no_longer_true_is_not_shown(stage: Stage) -> None:
    olga, ids = await staff(stage)
    await proposals_of(stage, olga, (NAMES[0], "Офис"), (NAMES[1], "Склад"), (NAMES[2], "Склад"))
    office = await department(stage, "Офис")
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.id == ids[0]).values(department_id=office))
        await session.execute(update(User).where(User.id == ids[3]).values(offboarded_at=stage.clock()))
    await olga.presses(data=ChangeButton(action="list").pack())
    assert words(stage)("proposals.nothing") in olga.screen
    async with stage.database.begin() as session:
        await session.execute(delete(User).where(User.id == ids[1]))


@pytest.mark.both_databases
async def test_two_people_of_hr_decide_at_once(stage: Stage, reread: Reread) -> None:
    olga, ids = await staff(stage)
    inna = await hr(stage, 2002, "Инна")
    await proposals_of(stage, olga, ("Инна", "Кадры"), *((name, "Склад") for name in NAMES[:3]))
    (proposal,) = await reread(PROPOSALS)
    for player in (olga, inna):
        player.queue_press(data=ChangeButton(action="accept", id=proposal.id).pack())
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert (await audited(stage)).count("offboarded_person") == 1
    assert {olga.toast, inna.toast} >= {words(stage)("proposals.gone")}
    assert (await reread(select(User.offboarded_at).where(User.id == ids[3])))[0] is not None


async def test_a_list_of_one_department_says_nothing_about_the_others(stage: Stage, reread: Reread) -> None:
    olga, ids = await staff(stage)
    await crowd(stage, [f"Продавец {number}" for number in range(9)], "Продажи", first_id=6000)
    await uploads(stage, olga, "ФИО;Отдел\n" + "".join(f"{name};Склад\n" for name in NAMES[:3]))
    await olga.presses(words(stage)("roster.keep_proposals"))
    assert [row.user_id for row in await reread(PROPOSALS)] == [ids[3]]


async def test_hr_decides_about_employees_and_admins_about_hr(stage: Stage, reread: Reread) -> None:
    olga, _ = await staff(stage)
    inna = await hr(stage, 2002, "Инна", role="admin")
    vera = await member(stage, 2003, "Вера из кадров", role="hr", department="Кадры")
    await uploads(stage, olga, listed(*((name, "Склад") for name in NAMES)))
    await olga.presses(words(stage)("roster.keep_proposals"))
    proposed = [row.user_id for row in await reread(PROPOSALS)]
    assert proposed == [await id_of(stage, vera)], "an administrator need not be on a list"
    (proposal,) = await reread(PROPOSALS)
    for action in ("card", "accept", "decline"):
        await olga.presses(data=ChangeButton(action=action, id=proposal.id).pack())
        assert olga.toast == words(stage)("proposals.gone")
    await inna.presses(data=ChangeButton(action="accept", id=proposal.id).pack())
    assert (await row_of(stage, vera)).offboarded_at is not None  # type: ignore[union-attr]


async def test_the_panel_says_that_something_waits(stage: Stage) -> None:
    olga, _ = await staff(stage)
    await proposals_of(stage, olga, *((name, "Склад") for name in NAMES[:3]))
    await olga.says("/hr")
    await olga.presses(words(stage).n("people.proposed", 1))
    assert NAMES[3] in olga.screen
    assert words(stage)("people.who_sees") in olga.screen


async def test_twenty_on_a_page_and_by_one_press(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    olga = await hr(stage)
    names = [f"Лишний {number:02}" for number in range(25)]
    await crowd(stage, [*names, *(f"Нужный {number:02}" for number in range(25))])
    have_chats(stage, range(5000, 5050))
    await proposals_of(stage, olga, *((f"Нужный {number:02}", "Склад") for number in range(25)))
    assert "20. Лишний 19" in olga.screen
    assert "Страница 1 из 2" in said(olga)
    await olga.presses(t("proposals.all_left"))
    [confirm], *_ = olga.message["reply_markup"]["inline_keyboard"]
    assert confirm["style"] == "danger"
    await olga.presses(t.n("proposals.confirm_left", 20))
    assert t.n("proposals.done_all", 20) in olga.screen
    await olga.presses(data=confirm["callback_data"])
    assert olga.toast == t("proposals.gone"), "nothing was done by the second press"
    assert len(await reread(PROPOSALS)) == 5
    assert await reread(select(func.count(AuditEntry.id)).where(AuditEntry.action == "offboarded_person")) == [20]
