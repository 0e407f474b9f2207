"""`manage.py roster`: what a nightly export would change, and doing it by the rules of the bot."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Invite, OldUser, RosterProposal, User
from services.lifecycle.invites import token_hash
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import crowd, member
from tests.production.test_manage import CONTACTS, Manage, manage
from tests.roster_files import GROUPS

__all__ = ["manage"]
HELP = {"HELP_CONTACTS": CONTACTS.model_dump_json()}
INVITES = select(Invite).where(Invite.uses_left > 0)
LIST = "ФИО;Отдел\nИнна;Кадры\nБелов Борис;Склад\nГромов Глеб;Офис\nНовая Нина;Склад\n"


@pytest.fixture
async def company(stage: Stage) -> None:
    """An administrator, and three people of the warehouse."""
    await member(stage, 1000, "Инна", role="admin", department="Кадры")
    await crowd(stage, ["Белов Борис", "Громов Глеб", "Дроздова Дина"])


@pytest.mark.usefixtures("company")
async def test_it_is_said_then_done_then_nothing_is_left(tmp_path: Path, manage: Manage, reread: Reread) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="cp1251")
    said = await manage("roster", "list.csv", **HELP)
    assert said.exit_code == 3, said.output
    for line in (
        "already in: 3",
        "new, to be invited: 1 (Новая Нина)",
        "in another department, to be proposed to HR: 1 (Громов Глеб → Офис)",
        "not in the list, to be proposed to HR: 1 (Дроздова Дина)",
        "departments to be created: 1 (Офис)",
    ):
        assert line in said.output.splitlines()
    assert await reread(INVITES) == []
    assert await reread(select(RosterProposal)) == []

    done = await manage("roster", "list.csv", "--apply", "--links", "links.csv", **HELP)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == ["invited: 1, links in links.csv", "proposals that wait for HR: 2"]
    links = (tmp_path / "links.csv").read_text(encoding="utf-8-sig")
    (_, (name, department, link)) = csv.reader(io.StringIO(links), delimiter=";")
    assert (name, department) == ("Новая Нина", "Склад")
    token = link.split("start=")[-1].removeprefix("/start ")
    assert [row.token_hash for row in await reread(INVITES)] == [token_hash(token)]
    assert (tmp_path / "links.csv").stat().st_mode & 0o077 == 0
    assert await reread(select(OldUser)) == [], "nobody leaves by a list alone"
    assert len(await reread(select(RosterProposal))) == 2

    again = await manage("roster", "list.csv", "--apply", **HELP)
    assert again.output.splitlines() == ["proposals that wait for HR: 2"], "a second night"
    assert len(await reread(INVITES)) == 1


REFUSED: list[tuple[str, list[str], str]] = [
    (GROUPS, [], "are these people? Say --rows"),
    ("ФИО;Отдел\n1;Склад\n", [], "row 2: no name"),
    ("%PDF", [], "save it as XLSX or CSV"),
    ("Анна;Склад\n", [], "none of its first 20 rows"),
    (LIST, ["--apply"], "1 new: say where"),
    (LIST, ["--apply", "--links", "list.csv"], "cannot be written (File exists)"),
    (LIST, ["--apply", "--links", "no/such/folder"], "cannot be written (No such file"),
]


@pytest.mark.usefixtures("company")
async def test_what_is_refused_says_why_and_changes_nothing(tmp_path: Path, manage: Manage, reread: Reread) -> None:
    for content, options, says in REFUSED:
        (tmp_path / "list.csv").write_text(content, encoding="utf-8")
        refused = await manage("roster", "list.csv", *options, **HELP)
        assert refused.exit_code == 1, says
        assert says in refused.output
        assert await reread(INVITES) == [], says
        assert await reread(select(RosterProposal)) == [], says
        assert (tmp_path / "list.csv").read_text(encoding="utf-8") == content, says


@pytest.mark.usefixtures("company")
async def test_rows_that_may_be_departments_are_answered_by_an_option(tmp_path: Path, manage: Manage) -> None:
    (tmp_path / "list.csv").write_text(GROUPS, encoding="utf-8")
    said = await manage("roster", "list.csv", "--rows", "departments", **HELP)
    assert "first: Белов Борис (Доставка), Ветров Вадим (Доставка), Громов Глеб (Цех №2)" in said.output


@pytest.mark.usefixtures("database")
async def test_nobody_is_invited_before_the_rules_allow_it(tmp_path: Path, manage: Manage, reread: Reread) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    refused = await manage("roster", "list.csv", "--apply", "--links", "links.csv")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: HELP_CONTACTS")
    refused = await manage("roster", "list.csv", "--apply", "--links", "links.csv", "--without-help")
    assert "accepted yet what the consent promises" in refused.output
    assert await reread(INVITES) == []
    assert await reread(select(User)) == []
