"""HR's people: the list says who is invited, joined or left and nothing else; moving somebody; roles."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from keyboards.company import (
    HrPage,
    MoveChoice,
    MovePerson,
    OpenPeople,
    PeopleChoice,
    PersonButton,
    PersonDeed,
    SetRole,
)
from keyboards.lifecycle import AccountMoved
from models import AuditEntry, Conversation, Delivery, Department, Membership, OldUser, User
from services.account import users
from services.account.unit_of_work import UnitOfWork
from services.company import roles
from services.company.errors import LastAdmin
from services.company.people import SEARCH_LENGTH, People
from services.kit.errors import NotAllowed
from tests.bot.hr_pages import audited, opens_card, opens_people
from tests.bot.past import check_in, said
from tests.bot.presses import HARMLESS, presses_twice
from tests.bot.rows import all_rows
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import crowd, department, hr, id_of, invite, member, member_of, row_of

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
FILTERS = {"ru": ("Все", "Приглашения", "Ушли"), "en": ("All", "Invited", "Left")}
WORDS = {
    "ru": {
        "joined": "в боте",
        "invited": "есть приглашение",
        "left": "доступ закрыт",
        "find": "Найти по имени",
        "department": "По отделу",
        "nobody": "никого не нашлось",
        "move": "Сменить отдел",
        "role": "Изменить роль",
        "admin": "администратор",
        "there": "ничего не изменилось",
        "told": "С 23 марта",
        "neutral": "Выдох: сообщение для вас.",
    },
    "en": {
        "joined": "joined",
        "invited": "invited",
        "left": "left",
        "find": "Find by name",
        "department": "By department",
        "nobody": "No one matches",
        "move": "Change department",
        "role": "Change role",
        "admin": "administrator",
        "there": "nothing has changed",
        "told": "From 23 March",
        "neutral": "Exhale: a message for you.",
    },
}


def listed(player: Player) -> list[str]:
    """The names on the page, as the lines of the list have them."""
    names = (line.partition(" · ")[0] for line in player.screen.split("\n") if " · " in line)
    return [name.partition(" ")[2] for name in names]


def numbers(player: Player) -> list[str]:
    """The numbers below the page that open something."""
    return [label for row in player.buttons for label in row if label.isdigit()]


async def opens_line(player: Player, name: str) -> None:
    """What stands behind the line of this name on the page."""
    await player.presses(str(listed(player).index(name) + 1))


# --- the list ---------------------------------------------------------------------------------------------------------


@BOTH
async def test_the_list_says_name_department_and_one_of_three_states(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    await member(stage, 1001, "Анна")
    await invite(stage, name="Яна", department="Склад")
    async with stage.database.begin() as session:
        session.add(
            OldUser(
                name="Борис",
                department="Архив",
                join_date="2025-01-01",
                days_in_system=1,
                completed_recommendations=0,
                archived_at=stage.clock(),
            )
        )
    await opens_people(olga)
    for line in (
        f"Анна · Склад · {words['joined']}",
        f"Борис · Архив · {words['left']}",
        f"Ольга · Кадры · {words['joined']} · HR",
        f"Яна · Склад · {words['invited']}",
    ):
        assert line in olga.screen
    assert listed(olga) == ["Анна", "Борис", "Ольга", "Яна"]
    assert numbers(olga) == ["1", "3", "4"], "nothing is behind who left"
    assert "• Борис" in olga.screen
    await opens_line(olga, "Яна")
    assert "Яна" in olga.screen, "the invite"
    await opens_people(olga)
    everybody, invited, left = FILTERS[language]
    for label, names in ((invited, ["Яна"]), (left, ["Борис"]), (everybody, ["Анна", "Борис", "Ольга", "Яна"])):
        await presses_twice(stage, olga, label)
        assert listed(olga) == names
    await olga.presses(words["department"])
    await olga.presses("Склад")
    assert listed(olga) == ["Анна", "Яна"]


async def test_no_other_state_shows(stage: Stage) -> None:
    """Paused, unreachable, without consent, answered or not: the same line for all."""
    olga = await hr(stage)
    names = ["Анна", "Борис", "Вера", "Глеб", "Дина"]
    people = [await member(stage, 1001 + number, name) for number, name in enumerate(names)]
    await opens_people(olga)
    before = olga.screen
    await check_in(stage, people[0], stage.clock())
    values: list[dict[str, Any]] = [
        {"paused_until": stage.clock().date() + timedelta(days=9)},
        {"unreachable_at": stage.clock()},
    ]
    values += [{"consent_withdrawn_at": stage.clock()}, {"pulse_on": False, "consent_version": 0}]
    async with stage.database.begin() as session:
        for person, changed in zip(people[1:], values, strict=True):
            await session.execute(update(User).where(User.telegram_id == person.id).values(**changed))
    await opens_people(olga)
    assert olga.screen == before


async def test_what_is_no_open_invite_is_not_listed(stage: Stage) -> None:
    olga = await hr(stage)
    await invite(stage, name="Просрочено", hours=1)
    await invite(stage, name="Использовано", uses=0)
    await invite(stage, name="Открыто", hours=3)
    stage.clock.advance(hours=2)
    await olga.presses(data=OpenPeople(kind="invited").pack())
    assert listed(olga) == ["Открыто"]


@pytest.mark.both_databases
async def test_pages_and_what_is_beyond_them(stage: Stage) -> None:
    olga = await hr(stage)
    names = [f"Имя {number:02}" for number in range(45)]
    await crowd(stage, names)
    await opens_people(olga)
    seen = listed(olga)
    assert len(seen) == 20
    assert "Страница 1 из 3" in said(olga)
    for _ in range(2):
        await olga.presses("›")
        seen += listed(olga)
    assert seen == [*names, "Ольга"]
    await olga.presses(data=OpenPeople(kind="all", page=2**31 - 1).pack())
    assert "Страница 3 из 3" in said(olga)
    await olga.presses(data=OpenPeople(kind="department", department=2**31 - 1, page=5).pack())
    assert "пока никого нет" in olga.screen


async def test_back_from_a_card_is_the_page_it_was_on(stage: Stage) -> None:
    olga = await hr(stage)
    await crowd(stage, [f"Имя {number:02}" for number in range(30)])
    await olga.presses(data=OpenPeople(kind="all", page=1).pack())
    page = olga.screen
    await opens_line(olga, "Имя 29")
    assert olga.screen.startswith("Имя 29")
    await olga.presses("← Назад")
    assert olga.screen == page


@pytest.mark.both_databases
@BOTH
async def test_a_part_of_a_name_is_found_in_any_case(stage: Stage, reread: Reread, language: str) -> None:
    olga = await hr(stage, language=language)
    await crowd(stage, ["Пётр Ёлкин", "ПЕТРОВА Анна", "Élodie Martin", "100% _имя_", "a/b"])
    await opens_people(olga)
    await olga.presses(WORDS[language]["find"])
    for typed, names in (
        ("петр", ["Пётр Ёлкин", "ПЕТРОВА Анна"]),
        ("ЁЛКИН ПЁТР", ["Пётр Ёлкин"]),
        ("елкин", ["Пётр Ёлкин"]),
        ("martin", ["Élodie Martin"]),
        ("%", ["100% _имя_"]),
        ("_", ["100% _имя_"]),
        ("a/", ["a/b"]),
        ("\u202eанна\u200f", ["ПЕТРОВА Анна"]),
    ):
        await olga.says(typed)
        assert listed(olga) == names, typed
    await olga.says("'; drop table users; --")
    assert WORDS[language]["nobody"] in olga.screen
    assert await reread(select(func.count()).select_from(User)) == [6]


async def test_a_name_typed_right_after_opening_the_list_is_found(stage: Stage) -> None:
    olga = await hr(stage)
    await crowd(stage, ["Анна", "Борис"])
    await opens_people(olga)
    assert "Напишите имя" in olga.screen
    await olga.says("анн")
    assert listed(olga) == ["Анна"]


@BOTH
async def test_namesakes_are_told_apart_and_managers_are_marked(stage: Stage, language: str) -> None:
    words = {
        "ru": ("в боте с 4 марта 2026, 12:00", "в боте с 4 марта 2026, 13:00", "приглашение до 11 марта 2026, 13:00"),
        "en": ("joined on 4 March 2026, 12:00", "joined on 4 March 2026, 13:00", "invited until 11 March 2026, 13:00"),
    }[language]
    olga = await hr(stage, language=language)
    await crowd(stage, ["Иванов Иван", "Борис"])
    stage.clock.advance(hours=1)
    await crowd(stage, ["иванов иван"], first_id=6000)
    await invite(stage, name="Иванов Иван", department="Склад", hours=168)
    async with stage.database.begin() as session:
        boris = select(User.id).where(User.name == "Борис").scalar_subquery()
        await session.execute(update(Department).where(Department.name == "Склад").values(manager_id=boris))
    await opens_people(olga)
    lines = [line for line in said(olga).split("\n") if "ван" in line and " · " in line]
    assert len({line.lower().partition(" · ")[2] for line in lines}) == 3, "no line twice"
    for state in words:
        assert any(line.endswith(f"Склад · {state}") for line in lines), state
    manager = {"ru": "в боте · руководитель", "en": "joined · manager"}[language]
    assert f"Борис · Склад · {manager}" in said(olga)
    await olga.says("Борис")
    assert manager in said(olga)
    await opens_line(olga, "Борис")
    assert {"ru": "Руководитель отдела: Склад", "en": "Manager of: Склад"}[language] in said(olga)


async def test_many_are_found_and_paged(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    names = [f"Анна {number:02}" for number in range(22)]
    await crowd(stage, [*names, "Борис"])
    await olga.presses(data=PeopleChoice(action="find").pack())
    await olga.says("аннА")
    assert listed(olga) == names[:20]
    await olga.presses(data=OpenPeople(kind="found", page=1).pack())
    assert listed(olga) == names[20:]
    await opens_line(olga, "Анна 21")
    await olga.presses("← Назад")
    assert listed(olga) == names[20:]
    await opens_people(olga)
    assert await reread(select(Conversation.data)) == [{}], "the panel's list forgets what was typed"
    await olga.presses(data=OpenPeople(kind="found", page=1).pack())
    assert "Всего" in olga.screen


async def test_what_cannot_be_looked_for_is_asked_again(stage: Stage) -> None:
    olga = await hr(stage)
    await member(stage, 1001, "Анна")
    await olga.presses(data=PeopleChoice(action="find").pack())
    for typed, answer in (
        ("<b>" + "я" * 4000, f"не больше {SEARCH_LENGTH} знаков"),
        ("\u200b\u202e", "ни одного знака"),
    ):
        await olga.says(typed)
        assert answer in said(olga)
    await olga.sends(sticker=True)
    assert "Здесь нужны слова" in olga.screen
    await olga.says("анн")
    assert listed(olga) == ["Анна"]


async def test_long_and_strange_names_fit_on_a_page(stage: Stage) -> None:
    olga = await hr(stage)
    names = ["👩‍🔧" * 60, "שלום " * 40, "я" * 200, "محمد " * 40, "<b>Я</b> & [я](tg://user?id=1)", "", "名" * 200, "x"]
    names += [f"{'👩' * 50} {number}" for number in range(12)]
    await crowd(stage, names, department="О" * 60)
    await olga.presses(data=OpenPeople(kind="department", department=await department(stage, "О" * 60)).pack())
    assert len(listed(olga)) == 20
    assert "Имя не указано" in olga.screen
    await opens_line(olga, "<b>Я</b> & [я](tg://user?id=1)")
    assert olga.screen.startswith("<b>Я</b> & [я]")
    assert all(entity["type"] == "bold" for entity in olga.message["entities"])


# --- a card -----------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_card_shows_what_hr_may_know(stage: Stage, language: str) -> None:
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", ago=timedelta(0))
    async with stage.database.begin() as session:
        await session.execute(
            update(User).where(User.telegram_id == 1001).values(position="Кладовщик", email="anna@example.com")
        )
    await check_in(stage, anna, stage.clock())
    await opens_people(olga)
    await presses_twice(stage, olga, "1")
    assert {"ru": "4 марта 2026", "en": "4 March 2026"}[language] in said(olga)
    assert "Склад" in olga.screen
    for secret in ("Кладовщик", "anna@example.com", "1001", "78"):
        assert secret not in olga.screen
    assert WORDS[language]["role"] not in [label for row in olga.buttons for label in row], "only admins change roles"


async def test_somebody_who_is_gone(stage: Stage) -> None:
    olga = await hr(stage)
    where = await department(stage, "Офис")
    erased, left = await member(stage, 1001, "Анна"), await member(stage, 1002, "Вера")
    gone = {"erased": await id_of(stage, erased), "left": await id_of(stage, left), "unknown": 2**31 - 1}
    await opens_card(stage, olga, erased)
    async with stage.database.begin() as session:
        await users.erase(session, gone["erased"])
        await session.execute(update(User).where(User.id == gone["left"]).values(offboarded_at=stage.clock()))
    for why, person in gone.items():
        for data in (
            PersonButton(action="card", person=person),
            PersonButton(action="offboard", person=person),
            PersonButton(action="relink", person=person),
            MoveChoice(person=person),
            MovePerson(person=person, department=where),
            PersonDeed(action="offboard", person=person),
            PersonDeed(action="relink", person=person),
        ):
            await olga.presses(data=data.pack())
            assert olga.toast is not None
            assert "больше нет среди подключённых" in olga.toast, (why, data)
    assert await audited(stage) == []
    stage.telegram.take_refusals()  # the same screen each time


# --- moving -----------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_move_counts_from_the_next_period_and_the_person_is_told(
    stage: Stage, reread: Reread, language: str
) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    office = await department(stage, "Офис")
    person = await id_of(stage, anna)
    await opens_card(stage, olga, anna)
    await olga.presses(words["move"])
    await presses_twice(stage, olga, "Офис")
    assert words["there"] in olga.screen, "the second press"
    memberships = await reread(select(Membership).where(Membership.user_id == person).order_by(Membership.since))
    assert [(str(row.since), row.department_id == office) for row in memberships] == [
        ("2026-03-09", False),
        ("2026-03-23", True),
    ]
    assert (await row_of(stage, anna)).department_id == office  # type: ignore[union-attr]
    assert await audited(stage) == ["moved_person"], "pressed twice, done once"
    await stage.tick()
    assert said(anna).startswith(words["neutral"])
    assert words["told"] in said(anna)
    assert "Офис" in anna.screen
    heard = len(anna.messages)
    await stage.tick()
    assert len(anna.messages) == heard
    target = (await reread(select(AuditEntry.target)))[0]
    assert target == (await row_of(stage, anna)).audit_key  # type: ignore[union-attr]


async def test_only_the_last_of_two_moves_is_told(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    person = await id_of(stage, anna)
    for name in ("Офис", "Цех"):
        stage.clock.advance(seconds=1)
        await olga.presses(data=MovePerson(person=person, department=await department(stage, name)).pack())
    heard = len(anna.messages)
    while await stage.tick():
        pass
    assert len(anna.messages) == heard + 1
    assert "Цех" in anna.screen


async def test_a_move_to_nowhere_changes_nothing(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await olga.presses(data=MovePerson(person=await id_of(stage, anna), department=2**31 - 1).pack())
    assert olga.toast
    assert await audited(stage) == []
    assert await reread(select(Delivery).where(Delivery.kind == "moved")) == []


# --- roles ------------------------------------------------------------------------------------------------------------


@BOTH
async def test_an_admin_gives_a_role_with_its_commands(stage: Stage, language: str) -> None:
    words = WORDS[language]
    admin = await hr(stage, language=language, role="admin")
    anna = await member(stage, 1001, "Анна", language=language)
    await opens_card(stage, admin, anna)
    await admin.presses(words["role"])
    await presses_twice(stage, admin, words["admin"])
    assert words["admin"] in admin.screen
    assert (await row_of(stage, anna)).role == "admin"  # type: ignore[union-attr]
    assert await audited(stage) == ["changed_role"]
    assert "audit" in str(stage.world.commands[f"chat:{anna.id}|"])
    await admin.presses(data=SetRole(person=await id_of(stage, anna), role="employee").pack())
    assert "audit" not in str(stage.world.commands[f"chat:{anna.id}|"])


async def test_the_last_admin_stays_one(stage: Stage) -> None:
    admin = await hr(stage, role="admin")
    person = await id_of(stage, admin)
    for data in (
        SetRole(person=person, role="employee"),
        SetRole(person=person, role="hr"),
        PersonDeed(action="offboard", person=person),
    ):
        await admin.presses(data=data.pack())
        assert "последний администратор" in (admin.toast or "")
    assert (await row_of(stage, admin)).role == "admin"  # type: ignore[union-attr]
    assert await audited(stage) == []
    boris = await member(stage, 1002, "Борис", role="admin")
    await admin.presses(data=SetRole(person=person, role="hr").pack())
    assert (await row_of(stage, admin)).role == "hr"  # type: ignore[union-attr]
    assert (await row_of(stage, boris)).role == "admin"  # type: ignore[union-attr]


@pytest.mark.both_databases
async def test_two_admins_who_demote_each_other_leave_one(stage: Stage) -> None:
    first, second = await hr(stage, role="admin"), await member(stage, 1002, "Борис", role="admin")
    first.queue_press(data=SetRole(person=await id_of(stage, second), role="employee").pack())
    second.queue_press(data=SetRole(person=await id_of(stage, first), role="employee").pack())
    await stage.at_once()
    found = [(await row_of(stage, player)).role for player in (first, second)]  # type: ignore[union-attr]
    assert sorted(found) == ["admin", "employee"]


@pytest.mark.both_databases
async def test_the_same_within_the_service(stage: Stage) -> None:
    """Both were administrators when they pressed."""
    players = await hr(stage, role="admin"), await member(stage, 1002, "Борис", role="admin")
    first, second = [await member_of(stage, player) for player in players]

    async def demote(actor: object, person: object) -> None:
        async with stage.database.begin() as session:
            uow = UnitOfWork(session, actor, stage.clock())  # type: ignore[arg-type]
            await roles.change(uow, person.id, "hr", stage.app.services.calendar)  # type: ignore[attr-defined]

    results = await asyncio.gather(demote(first, second), demote(second, first), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [NotAllowed]
    winner = first if results[0] is None else second
    with pytest.raises(LastAdmin):
        await demote(winner, winner)


# --- who may ----------------------------------------------------------------------------------------------------------


async def every_button(stage: Stage, person: Player) -> list[str]:
    id_ = await id_of(stage, person)
    buttons = [
        HrPage(place="people"),
        *(OpenPeople(kind=name) for name in ("all", "department", "invited", "left", "found")),
        *(PeopleChoice(action=name) for name in ("departments", "find")),
        *(PersonButton(action=name, person=id_) for name in ("card", "role", "offboard", "relink")),
        MoveChoice(person=id_),
        MovePerson(person=id_, department=await department(stage, "Офис")),
        SetRole(person=id_, role="admin"),
        *(PersonDeed(action=name, person=id_) for name in ("offboard", "relink")),
        *(AccountMoved(action=name, to=id_) for name in ("yes", "no")),
    ]
    return [button.pack() for button in buttons]


@pytest.mark.parametrize("role", ["demoted", "hr", "stranger"])
async def test_every_button_for_those_who_may_not(stage: Stage, role: str) -> None:
    anna = await member(stage, 1001, "Анна", role="admin" if role == "hr" else "employee")
    await department(stage, "Офис")
    olga = (
        stage.person(1000, "Ольга") if role == "stranger" else await hr(stage, role="hr" if role == "hr" else "admin")
    )
    if role == "stranger":
        await olga.says("/start")
    buttons = await every_button(stage, anna)
    if role == "demoted":
        await opens_people(olga)
        async with stage.database.begin() as session:
            await session.execute(update(User).where(User.telegram_id == olga.id).values(role="employee"))
    if role == "hr":  # HR lists, reads and moves; the rest is for admins where an admin is concerned
        buttons = [data for data in buttons if data[:2] in ("x6", "x7", "x8") or ":offboard:" in data]
    before = await all_rows(stage)
    for data in buttons:
        await olga.presses(data=data)
        assert "Анна" not in olga.screen, data
    assert all(any(words in refusal for words in HARMLESS) for refusal in stage.telegram.take_refusals())
    assert await all_rows(stage) == before


async def test_the_service_refuses_by_itself(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис", role="hr")
    employee, was_hr = await member_of(stage, anna), await member_of(stage, boris)
    office = await department(stage, "Офис")
    people: People = stage.app.services.people
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == 1002).values(role="employee"))
    for actor in (employee, was_hr):  # the second was in HR when the press came in
        with pytest.raises(NotAllowed):
            async with stage.database.begin() as session:
                await people.move(UnitOfWork(session, actor, stage.clock()), employee.id, office)
    with pytest.raises(NotAllowed):
        async with stage.database.read() as session:
            await people.card(UnitOfWork(session, employee, stage.clock()), was_hr.id)


async def test_every_button_fits_into_telegram() -> None:
    most = 2**31 - 1
    for button in (
        OpenPeople(kind="department", department=most, page=most),
        PersonButton(action="offboard", person=most, kind="department", department=most, page=most),
        MovePerson(person=most, department=most),
        MoveChoice(person=most, page=most),
        SetRole(person=most, role="employee"),
        PersonDeed(action="offboard", person=most),
    ):
        assert len(button.pack().encode()) <= 64
