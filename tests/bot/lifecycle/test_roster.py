"""A list of people uploaded as a file: shown, then made into invites, all of them or none, once."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from keyboards.lifecycle import RosterButton
from models import AuditEntry, Conversation, Department, Invite
from playground import Upload
from services.lifecycle.invites import token_hash
from services.lifecycle.roster.files import MEGABYTES, MOST_BYTES, label_of
from services.lifecycle.roster.workbooks import MOST_ROWS
from tests.bot.hr_pages import goes
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, documents, tables_with
from tests.bot.story import ON_SQLITE, words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, department, hr
from tests.roster_files import compound, far_apart
from tests.unit.test_roster import expanding

INVITES = select(Invite).where(Invite.uses_left > 0).order_by(Invite.id)
LIST = "имя;отдел\nАнна Петрова;склад\n=Борис;Продажи\nВера;\nГлеб;ПРОДАЖИ\n"


async def uploads(
    stage: Stage, player: Player, content: str | bytes, *, name: str = "люди.csv", language: str = "ru"
) -> None:
    """The file, from the invites screen."""
    await goes(stage, player, "invites", language)
    await player.presses(words(stage, language)("roster.upload"))
    await sends(player, content, name)


async def sends(player: Player, content: str | bytes, name: str = "люди.csv") -> None:
    await player.sends(document=Upload(name, content.encode() if isinstance(content, str) else content))


@pytest.mark.both_databases
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_list_becomes_invites(stage: Stage, reread: Reread, language: str) -> None:
    t, encoding = words(stage, language), {"ru": "cp1251", "en": "utf-8-sig"}[language]
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    await uploads(stage, olga, LIST.encode(encoding), language=language)
    assert t.n("roster.people", 4) in olga.screen
    assert t("roster.department_line", department="Продажи", count=2) in olga.screen
    assert t("roster.new_departments", departments="Продажи") in olga.screen
    assert await reread(INVITES) == []
    assert tables_with(await all_rows(stage), "Анна Петрова") == set(), "nothing of the file is stored"

    await presses_twice(stage, olga, t.n("roster.confirm", 4))
    assert olga.toast == t("roster.gone"), "said of the second press"
    sales = (await reread(select(Department.id).where(Department.name == "Продажи")))[0]
    made = await reread(INVITES)
    expected = [("Анна Петрова", stock), ("=Борис", sales), ("Вера", None), ("Глеб", sales)]
    assert [(row.name, row.department_id) for row in made] == expected
    assert {(row.role, row.uses_left) for row in made} == {("employee", 1)}
    assert await reread(select(Conversation)) == []
    assert await reread(select(AuditEntry.action).order_by(AuditEntry.id)) == ["created_department", "created_invites"]

    ((name, content),) = documents(stage, olga, 1)
    assert name == "exhale-invites-2026-03-04.csv"
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == [t("roster.column_name"), t("roster.column_department"), t("roster.column_link")]
    assert [line[0] for line in lines] == ["Анна Петрова", "'=Борис", "Вера", "Глеб"]
    links = [line[2] for line in lines]
    assert [token_hash(link.partition("start=")[2]) for link in links] == [row.token_hash for row in made]
    assert links[0] not in str(await all_rows(stage))
    assert t("roster.own_link") in olga.messages[-1]["text"]
    assert not olga.messages[-1].get("has_protected_content")

    anna = stage.person(1001, "anya", language=language)
    await anna.starts(links[0].partition("start=")[2])
    await anna.presses(t("consent.agree"))
    await anna.says("/profile")
    assert t("profile.name_line", name="Анна Петрова") in anna.screen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_lines_that_cannot_be_taken_keep_everything_from_being_made(
    stage: Stage, reread: Reread, language: str
) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    bad = "имя;отдел\nАнна;Склад\n" + "".join(f"{number};Склад\n" for number in range(12))
    await uploads(stage, olga, bad, language=language)
    assert t.n("roster.errors", 12) in olga.screen
    assert t("roster.error_no_name", line=3) in olga.screen
    assert t("roster.error_no_name", line=12) in olga.screen
    assert t("roster.error_no_name", line=13) not in olga.screen, "the first ten"
    assert olga.buttons == [[t("button.cancel")]]
    await olga.presses(data=confirm_data(stage))
    assert olga.toast == t("roster.with_errors")
    assert await reread(INVITES) == []
    assert await reread(select(Department.name)) == ["Кадры"]
    await sends(olga, LIST)
    await olga.presses(t.n("roster.confirm", 4))
    assert len(await reread(INVITES)) == 4, "another file in its place"


@ON_SQLITE
async def test_a_file_that_nobody_asked_for_leads_to_the_upload(stage: Stage) -> None:
    t = words(stage)
    olga = await hr(stage)
    await sends(olga, LIST)
    assert olga.screen == t("roster.unasked")
    await olga.presses(t("roster.upload"))
    await sends(olga, LIST)
    assert t.n("roster.people", 4) in olga.screen


def confirm_data(stage: Stage) -> str:
    """What a button under the newest file would send."""
    newest = [file for file in stage.world.files.values() if file.kind == "document"][-1]
    return RosterButton(action="confirm", file=label_of(newest.file_id)).pack()


WILL_NOT_DO: list[tuple[str | bytes, str, str]] = [
    (b"PK\x03\x04workbook", "люди.xlsx", "roster.not_table"),
    (b"PK\x03\x04workbook", "люди.csv", "roster.not_table"),
    (b"\x00\x01\x02", "люди.csv", "roster.not_table"),
    (compound("Workbook"), "люди.xlsx", "roster.old_workbook"),
    (compound("EncryptedPackage"), "люди.xlsx", "roster.locked"),
    (far_apart(), "люди.xlsx", "roster.too_dense"),
    (expanding(), "люди.xlsx", "roster.too_dense"),
    (b"x" * (MOST_BYTES + 1), "люди.csv", "roster.too_big"),
    ("имя;отдел\n" + "Анна;Склад\n" * (MOST_ROWS + 1), "люди.csv", "roster.too_big"),
    ("Анна;Склад\n", "люди.csv", "roster.no_header"),
    ("имя;отдел\n", "люди.csv", "roster.empty"),
    ("", "люди.csv", "roster.empty"),
    ("отдел;имя\n" + "".join(f"Имя {n};Склад\n" for n in range(101)), "люди.csv", "roster.too_many_departments"),
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_file_that_will_not_do(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await goes(stage, olga, "invites", language)
    await olga.presses(t("roster.upload"))
    for content, name, key in WILL_NOT_DO:
        await sends(olga, content, name)
        assert olga.screen == t(key, megabytes=MEGABYTES, rows=MOST_ROWS, max=100), (content[:20], name)
        assert await reread(INVITES) == []
    await sends(olga, LIST)
    assert t.n("roster.people", 4) in olga.screen, "the step is still open"


async def test_something_else_than_a_file(stage: Stage) -> None:
    olga = await hr(stage)
    await goes(stage, olga, "invites")
    await olga.presses("Загрузить список")
    await olga.sends(sticker=True)
    assert olga.screen == words(stage)("roster.file_expected")
    await olga.says("Анна;Склад")
    assert olga.screen == words(stage)("roster.file_expected")


@pytest.mark.both_databases
@pytest.mark.parametrize("rows", [1100, pytest.param(MOST_ROWS, marks=pytest.mark.soak)])
async def test_thousands_of_rows(stage: Stage, reread: Reread, rows: int) -> None:
    olga = await hr(stage)
    await uploads(stage, olga, "name,department\n" + "".join(f"Имя {n},Отдел {n % 20}\n" for n in range(rows)))
    await olga.presses(words(stage).n("roster.confirm", rows))
    assert len(await reread(select(Invite.id).where(Invite.uses_left > 0))) == rows
    ((_, content),) = documents(stage, olga, 1)
    assert content.count(b"start=") == rows


async def test_the_button_of_a_list_that_was_replaced_makes_nothing(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await uploads(stage, olga, LIST)
    old = olga.message["message_id"]
    await sends(olga, "имя;отдел\nДругая;Кадры\n")
    await olga.presses(words(stage).n("roster.confirm", 4), message_id=old)
    assert olga.toast == words(stage)("roster.gone")
    assert await reread(INVITES) == []
    await olga.presses(words(stage).n("roster.confirm", 1))
    assert [row.name for row in await reread(INVITES)] == ["Другая"]


@pytest.mark.both_databases
async def test_confirmed_five_times_at_once(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await uploads(stage, olga, LIST)
    for _ in range(5):
        olga.queue_press(words(stage).n("roster.confirm", 4))
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert len(await reread(INVITES)) == 4


async def test_a_department_named_like_a_group_makes_nothing(stage: Stage, reread: Reread) -> None:
    for name in ("Один", "Два"):
        await department(stage, name)
    olga = await hr(stage)
    await goes(stage, olga, "groups")
    await olga.presses("Создать группу")
    for name in ("Один", "Два"):
        await olga.presses(name)
    await olga.says("Продажи")
    await uploads(stage, olga, LIST)
    await olga.presses(words(stage).n("roster.confirm", 4))
    assert olga.toast == words(stage)("department.name_taken")
    assert await reread(INVITES) == []
    assert "склад" not in await reread(select(Department.name)), "nor a part of it"


async def test_telegram_does_not_hand_the_file_out(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await uploads(stage, olga, LIST)
    stage.telegram.refuse("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    await olga.presses(words(stage).n("roster.confirm", 4))
    assert olga.toast == words(stage)("roster.file_gone")
    await olga.presses(words(stage).n("roster.confirm", 4))
    assert len(await reread(INVITES)) == 4, "pressed again"
