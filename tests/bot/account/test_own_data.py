"""The own data: who sees what, the export, and erasing, after which no row and no log line leads to the person."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, String, Table, delete, insert, select, update

from db.database import Database
from keyboards.account import Go, Own
from models import Assessment, Base, Delivery, Draft, Metric, Recommendation, User
from services.account import export, personal_rows, users
from services.account.export import EXPORTS_A_DAY
from services.account.member import find_member
from services.account.personal_rows import Identity
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import WEEK, monday_of
from tests import fill
from tests.bot.past import check_in, pulses
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, documents, tables_with
from tests.clock import START, ManualClock
from tests.conftest import ConfigureLogs, Reread
from tests.databases import Databases
from tests.fakes.stage import Player, Stage
from tests.gate.world import checkin_row
from tests.people import member, member_of

IMPERSONAL = {"company_days", "departments", "facts", "groupings", "publications", "reporting_groups", "summaries"}
"""Tables without rows of a person. A new table is looked for in the export and erased by /delete, or is named here."""
PARTLY = {"invites"}  # only a link that moves somebody's lost account is theirs

TEXTS = {
    "ru": {"word": "УДАЛИТЬ", "erased": "Готово, ваши данные стёрты", "example": "ПРИМЕР, цифры выдуманы"},
    "en": {"word": "Delete", "erased": "Done, your data is erased", "example": "EXAMPLE, the figures are invented"},
}
BOTH = pytest.mark.parametrize("language", ["ru", "en"])


# --- who sees what ----------------------------------------------------------------------------------------------------


@BOTH
async def test_the_policy_and_where_it_leads(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/privacy")
    policy = anna.screen
    assert policy.count("•") == 7, "item by item"
    for button in [label for row in anna.buttons[:2] for label in row]:
        await anna.presses(button)
        assert anna.screen != policy
        await anna.presses({"ru": "Кто что видит", "en": "Who sees what"}[language])
        assert anna.screen == policy


async def test_strangers_read_the_policy_and_have_nothing_to_export(stage: Stage) -> None:
    stranger = stage.person(1009, "Кто-то")
    await stranger.says("/privacy")
    assert stranger.buttons == [["Что видит HR"], ["Прочитать согласие"]]
    for command in ("/export", "/delete"):
        await stranger.says(command)
        assert stranger.screen.startswith("Это «Выдох»")
    for action in ("withdraw", "withdrawn", "come_back", "export", "delete", "keep"):
        await stranger.presses(data=Own(action=action).pack())
    assert (await all_rows(stage))["users"] == []


@BOTH
@pytest.mark.parametrize(
    ("now", "first"),
    [(START, 9), (datetime(2026, 3, 8, 20, 59, tzinfo=UTC), 9), (datetime(2026, 3, 8, 21, tzinfo=UTC), 16)],
)
async def test_the_example_names_the_date_of_the_first_summary(
    stage: Stage, language: str, now: datetime, first: int
) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    stage.clock.advance_to(now)
    await anna.presses(data=Go(place="hr_sees").pack())
    assert {"ru": f"{first}\u00a0марта", "en": f"{first}\u00a0March"}[language] in anna.screen
    assert TEXTS[language]["example"] in anna.screen


async def test_the_summary_may_come_on_another_day(database: Database, clock: ManualClock) -> None:
    stage = Stage(database, clock, hr_summary_day="thu")
    anna = await member(stage, 1001, "Анна")
    await anna.presses(data=Go(place="hr_sees").pack())
    assert "12\u00a0марта" in anna.screen


# --- export -----------------------------------------------------------------------------------------------------------


def fill_everything(connection: Connection) -> None:
    fill.fill(connection, fill.reflect(connection))


@pytest.fixture
async def filled(database: Database, databases: Databases, database_url: str) -> AsyncIterator[Identity]:
    """Two rows in every table, whatever tables there are; the first person's marks are found nowhere by chance."""
    async with database.begin() as session:
        await session.run_sync(lambda sync: fill_everything(sync.connection()))
        person = await session.scalar(select(User).order_by(User.id).limit(1))
        assert person is not None
        old_telegram_id, old_key = person.telegram_id, person.audit_key
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.name == "telegram_id":
                    await session.execute(
                        update(table).where(column == old_telegram_id).values({column: 7_654_321_001})
                    )
                elif column.name.endswith("audit_key"):
                    await session.execute(update(table).where(column == old_key).values({column: "mark-of-the-log"}))
        await session.execute(
            update(User)
            .where(User.id == person.id)
            .values(
                name="Mark-of-the-name",
                email="mark@example.com",
                position="Mark-of-the-position",
                timezone="Europe/Moscow",
                locale="ru",
                muted_kinds=[],
                working_days="01234",
            )
        )
        identity = Identity(person.id, 7_654_321_001, "mark-of-the-log")
    yield identity


MARKS = (7_654_321_001, "Mark-of-the-name", "mark@example.com", "Mark-of-the-position")


def points_at(rows: dict[str, list[dict[str, Any]]], person: Identity) -> set[tuple[str, str, Any]]:
    """Each value of a foreign key to the person, found without the walk under test: table, column, primary key."""
    found = set()
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if any(key.column.table.name == "users" for key in c.foreign_keys)]
        keys = [c.name for c in table.primary_key]
        for row in rows[table.name]:
            for column in columns:
                if row[column.name] == person.user_id:
                    found.add((table.name, column.name, tuple(row[key] for key in keys)))
    return found


@pytest.mark.both_databases
async def test_the_export_has_every_row_that_leads_to_the_person(stage: Stage, filled: Identity) -> None:
    rows = await all_rows(stage)
    assert all(rows.values()), "every table is filled"
    async with stage.database.read() as session:
        actor = await find_member(session, filled.telegram_id)
        assert actor is not None
        collected = await export.collect(UnitOfWork(session, actor, stage.clock()))
    assert set(collected.tables) == set(rows) - IMPERSONAL
    for mark in (*MARKS, filled.audit_key):
        assert tables_with(rows, mark) == tables_with(collected.tables, mark)
    mentioned = {(mention.table, mention.column, mention.row) for mention in collected.mentions}
    for table, column, key in points_at(rows, filled):
        own = {
            tuple(row[name.name] for name in Base.metadata.tables[table].primary_key)
            for row in collected.tables.get(table, [])
        }
        assert key in own or (table, column, key) in mentioned, (table, column)
    others = await stage_users(stage, filled)
    assert others
    assert not any(row["id"] in others for row in collected.tables["users"]), "nobody else's"


async def stage_users(stage: Stage, person: Identity) -> set[int]:
    return {row["id"] for row in (await all_rows(stage))["users"]} - {person.user_id}


async def test_both_files_say_the_same(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна <b>&")
    await check_in(stage, anna, stage.clock(), q3=None)
    await pulses(stage, anna, [(5, 6, 7)])
    await anna.says("/export")
    (page_name, page), (json_name, raw) = documents(stage, anna)
    assert (page_name, json_name) == ("exhale-2026-03-04.html", "exhale-2026-03-04.json")
    whole, text = json.loads(raw), page.decode()
    (person,) = whole["tables"]["users"]
    assert person["telegram_id"] == 1001
    assert whole["tables"]["assessments"][0]["answers"] == (await reread(select(Assessment.answers)))[0]
    questionnaire = stage.app.content.questionnaire
    for item in questionnaire.items:
        assert item.ru in text
    for value in whole["tables"]["assessments"][0]["answers"].values():
        assert f"<td>{questionnaire.response_scale[value].ru}</td>" in text
    assert text.count("пропущено") == 1
    assert "Вымотанность: 5" in text
    assert "Анна &lt;b&gt;&amp;" in text
    assert "<b>" not in text
    for name in (*whole["tables"]["users"][0],):
        assert person[name] is None or name in text, "every record as it is stored"
    assert not any(message.get("has_protected_content") for message in anna.messages if "document" in message)


@BOTH
async def test_somebody_with_nothing_gets_two_files_as_well(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language, department=None)
    async with stage.database.begin() as session:
        await session.execute(delete(Draft))
    await anna.says("/privacy")
    await anna.presses({"ru": "Забрать данные", "en": "Download my data"}[language])
    (_, page), (_, raw) = documents(stage, anna)
    assert json.loads(raw)["tables"]["assessments"] == []
    assert {"ru": "Профиль", "en": "Profile"}[language] in page.decode()
    assert {"ru": "Самопроверки", "en": "Check-ins"}[language] not in page.decode()
    assert anna.screen in {"Два файла отправлены.", "Two files are on their way."}
    assert {"ru": "Меню", "en": "Menu"}[language] in str(anna.buttons), "and a way on"


async def test_five_a_day_and_tomorrow_again(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    for _ in range(EXPORTS_A_DAY):
        await anna.says("/export")
    assert len(documents(stage, anna, 100)) == 2 * EXPORTS_A_DAY
    await anna.says("/export")
    assert anna.screen.startswith("Файлы приходят не чаще")
    await anna.presses(data=Own(action="export").pack())
    assert anna.toast is not None
    assert anna.toast.startswith("Файлы приходят не чаще")
    assert len(documents(stage, anna, 100)) == 2 * EXPORTS_A_DAY
    stage.clock.advance(hours=12, minutes=1)  # after midnight in Moscow
    await anna.says("/export")
    assert len(documents(stage, anna, 100)) == 2 * EXPORTS_A_DAY + 2
    assert await reread(select(User.export_count)) == [1]


@pytest.mark.both_databases
async def test_pressed_on_two_devices_at_once_it_counts_each(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/privacy")
    for _ in range(EXPORTS_A_DAY + 2):
        anna.queue_press("Забрать данные")
    await stage.at_once()
    assert await reread(select(User.export_count)) == [EXPORTS_A_DAY]
    assert len(documents(stage, anna, 100)) == 2 * EXPORTS_A_DAY


async def five_years(stage: Stage, player: Player) -> None:
    """Everything that a person gathers in five years: 65 check-ins, 260 pulses, 260 steps, 520 messages."""
    actor = await member_of(stage, player)
    answers = stage.app.content.questionnaire.examples[0].answers
    last = monday_of(START.date())
    metrics, steps, messages, checkins = [], [], [], []
    for back in range(260):
        monday = last - back * WEEK
        moment = START - back * WEEK
        common = {"user_id": actor.id, "created_at": moment}
        point = {"date": monday.isoformat(), "source": "pulse", "period": monday}
        metrics.append(common | point | {"burnout": 50.0, "stress": 50.0, "productivity": 50.0})
        steps.append(
            common
            | {
                "updated_at": moment,
                "category": "sleep",
                "title": "Шаг",
                "description": "Что-то небольшое",
                "priority": "low",
                "duration": "5",
                "completed": True,
                "content_id": "evening_off",
                "reason": "EE",
                "state": "done",
                "plan": "Вечером",
                "started_at": moment,
                "closed_at": moment,
            }
        )
        sent = {"updated_at": moment, "due_at": moment, "expires_at": moment, "state": "sent", "subject": {}}
        messages += [common | sent | {"kind": kind, "dedup_key": str(back)} for kind in ("pulse", "nudge")]
        if back % 4 == 0:
            checkins.append(checkin_row(actor.id, monday, dict(answers), "ok", moment))
    async with stage.database.begin() as session:
        for table, rows in ((Metric, metrics), (Recommendation, steps), (Delivery, messages), (Assessment, checkins)):
            await session.execute(insert(table), rows)


async def test_five_years_do_not_block_the_loop(stage: Stage) -> None:
    """What the loop's own thread computes between two beats is counted, so that a busy machine does not disturb."""
    anna = await member(stage, 1001, "Анна")
    await five_years(stage, anna)
    longest = 0.0
    is_over = False

    async def ticker() -> None:
        nonlocal longest
        while not is_over:
            began = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - began)

    beating = asyncio.ensure_future(ticker())
    await anna.says("/export")
    is_over = True
    await beating
    (_, page), (_, raw) = documents(stage, anna)
    assert len(json.loads(raw)["tables"]["metrics"]) == 260
    assert page.decode().count("<h3>assessments</h3>") == 65
    assert longest < 0.05, "seconds between two beats"


# --- erasing ----------------------------------------------------------------------------------------------------------


@BOTH
async def test_the_word_erases_and_a_new_link_is_needed(stage: Stage, language: str) -> None:
    words = TEXTS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/delete")
    await anna.says("нет, yes")
    assert (await all_rows(stage))["users"] != []
    await anna.says(f"  {words['word']} ")
    assert words["erased"] in anna.screen
    assert (await all_rows(stage))["users"] == []
    assert stage.world.commands.get("chat:1001|") is None
    await anna.says("/menu")
    assert {"ru": "Войти можно по ссылке", "en": "You need a link"}[language] in anna.screen
    again = await member(stage, 1001, "Анна", language=language)
    assert len((await all_rows(stage))["users"]) == 1
    await again.says("/menu")


async def test_from_the_button_and_rather_not(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/privacy")
    await presses_twice(stage, anna, "Стереть данные")
    await presses_twice(stage, anna, "Ничего не стирать")
    assert anna.screen.startswith("Ничего не стёрто.")
    await anna.says("удалить")
    assert len((await all_rows(stage))["users"]) == 1, "the word alone does nothing"


async def test_in_the_middle_of_a_check_in(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    question = anna.message["message_id"]
    await anna.presses("Ни разу")
    await anna.says("/delete")
    await anna.presses("Очень редко", message_id=question)  # the check-in goes on beside it
    await anna.says("удалить")
    rows = await all_rows(stage)
    assert not any(found for name, found in rows.items() if name not in IMPERSONAL | PARTLY)
    await anna.presses(message_id=question, data="a1:1:1:2:3")
    assert anna.toast is not None
    assert "Войти можно по ссылке" in anna.toast or "Войти можно по ссылке" in anna.screen
    assert not any(found for name, found in (await all_rows(stage)).items() if name not in IMPERSONAL | PARTLY)


@pytest.mark.both_databases
async def test_typed_on_two_devices_at_once(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/delete")
    for _ in range(3):
        stage.world.person_sends(1001, "удалить")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert (await all_rows(stage))["users"] == []


async def test_no_row_of_any_table_leads_to_the_person(stage: Stage, filled: Identity) -> None:
    before = await all_rows(stage)
    assert all(before.values()), "every table is filled"
    assert points_at(before, filled)
    async with stage.database.begin() as session:
        await users.erase(session, filled.user_id)
    after = await all_rows(stage)
    for mark in MARKS:
        assert tables_with(before, mark)
        assert tables_with(after, mark) == set(), mark
    assert "users" not in tables_with(after, filled.audit_key), "nothing tells whose key it was"
    assert tables_with(after, filled.audit_key) == tables_with(before, filled.audit_key) - {"users"}, "logs stay"
    assert points_at(after, filled) == set()
    for name in IMPERSONAL:
        assert len(after[name]) == len(before[name])
    assert len(after["users"]) == len(before["users"]) - 1
    async with stage.database.begin() as session:
        await users.erase(session, filled.user_id)  # gone is gone
    assert await all_rows(stage) == after


def test_what_is_signed_is_no_way_to_the_rows_of_others() -> None:
    """The walk over tables that are not there yet: a log with keys, a child of a child, a pointer."""
    metadata = MetaData()
    people = Table("users", metadata, Column("id", Integer, primary_key=True))
    answers = Table(
        "answers",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    )
    notes = Table(
        "notes",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE")),
    )
    audit = Table("audit", metadata, Column("id", Integer, primary_key=True), Column("actor_audit_key", String))
    teams = Table(
        "teams",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("lead_id", ForeignKey("users.id", ondelete="SET NULL")),
    )
    replies = Table(
        "replies",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("audit_id", ForeignKey("audit.id", ondelete="CASCADE")),
        Column("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    )
    person = Identity(1, 2, "key")
    owned = personal_rows.owned_rows(person, metadata)
    assert set(owned) == {people, answers, notes, replies}
    assert list(owned).index(answers) < list(owned).index(notes)
    assert "audit_id" not in str(owned[replies]), "what others replied to a signed row is theirs"
    assert set(personal_rows.signed_rows(person, metadata)) == {audit}
    assert [column for column, _ in personal_rows.mentions(person, metadata)] == [teams.c.lead_id]


@pytest.fixture
def log_folder(tmp_path: Path, configure_logs: ConfigureLogs) -> Path:
    """Logs as in production, at their most talkative, into files."""
    configure_logs("DEBUG", as_json=False, folder=tmp_path, sql_echo=True)
    return tmp_path


def read_all(folder: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())


async def test_no_log_line_leads_to_the_person(database: Database, clock: ManualClock, log_folder: Path) -> None:
    stage = Stage(database, clock)
    await member(stage, 1002, "Ольга", role="hr")
    anna = await member(stage, 987654321001, "Аннабелла")
    await check_in(stage, anna, stage.clock())
    await anna.says("/help_now")
    await anna.presses("Попросить HR")
    await anna.presses("Ольга")
    await anna.presses("Иначе")
    await anna.says("звоните +7 900 123-45-67")
    await anna.presses("Отправить")
    stage.telegram.refuse("sendMessage", 400, "Bad Request: something")
    await stage.tick()
    stage.telegram.refuse("sendDocument", 500, "Internal Server Error", times=2)
    await anna.says("/export")
    await anna.says("/delete")
    await anna.says("удалить")
    assert (await all_rows(stage))["users"][0]["name"] == "Ольга"
    logged = read_all(log_folder)
    assert "message refused" in logged, "something is written at all"
    for trace in ("987654321001", "Аннабелла", "900 123", "звоните"):
        assert trace not in logged
