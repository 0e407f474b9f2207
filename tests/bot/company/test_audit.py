"""The audit log: complete, in words, for administrators, and never changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from keyboards.company import AuditList, HrPage
from models import AuditEntry, Department, User
from services.account import users
from services.account.unit_of_work import UnitOfWork
from services.company import audit, audit_log
from services.kit.errors import NotAllowed
from tests.bot.past import said
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import hr, member, member_of
from tests.unit.test_catalogs import KEYS, ROOT, words_of

ENTRIES = select(AuditEntry).order_by(AuditEntry.id)
OURS = ("services", "handlers", "middlewares", "scheduler.py", "manage.py", "bot.py", "app", "views")


def sources() -> Iterator[Path]:
    for name in OURS:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def calls(word: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the files in which this word stands, with where it is."""
    for path in sources():
        if word not in (code := path.read_text(encoding="utf-8")):
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


async def record(stage: Stage, player: Player, action: str, target: str) -> None:
    async with stage.database.begin() as session:
        await audit.record(UnitOfWork(session, await member_of(stage, player), stage.clock()), action, target)


def actions() -> Iterator[tuple[str, str | re.Pattern[str]]]:
    """Everything that is recorded; where a function is given the action, what its callers give."""
    for path in sources():
        if "audit.record" not in (code := path.read_text(encoding="utf-8")):
            continue
        tree = ast.parse(code)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if ast.unparse(call.func) != "audit.record":
                    continue
                where, given = f"{path.relative_to(ROOT)}:{call.lineno}", [call.args[1]]
                if isinstance(call.args[1], ast.Name):
                    given = arguments(tree, function, call.args[1].id)
                found = [action for argument in given for action in words_of(argument)]
                assert len(found) >= len(given) > 0, f"{where}: what is recorded has to be a literal"
                yield from ((where, action) for action in found)


def arguments(tree: ast.Module, function: ast.AsyncFunctionDef, name: str) -> list[ast.expr]:
    """What the callers of a function in its module give for one of its parameters."""
    place = [parameter.arg for parameter in function.args.args].index(name)
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == function.name]
    return [call.args[place] for call in called]


def test_every_action_has_words_in_both_languages() -> None:
    recorded = list(actions())
    assert {"promised", "began_round"} <= {action for _, action in recorded}
    for where, action in recorded:
        pattern = re.escape(action) if isinstance(action, str) else action.pattern
        assert any(re.fullmatch(rf"audit\.{pattern}", key) for key in KEYS), f"{where}: {pattern} has no words"


def test_nothing_changes_or_removes_an_entry() -> None:
    makers = [
        where
        for where, call in calls("AuditEntry")
        if ast.unparse(call.func).rsplit(".", 1)[-1] in {"update", "delete", "insert", "AuditEntry"}
        and "AuditEntry" in ast.unparse(call)
    ]
    assert [where.partition(":")[0] for where in makers] == ["services/company/audit.py"]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_who_did_what_and_when(stage: Stage, language: str) -> None:
    line = {
        "ru": "4 марта 2026\n12:00 · Ольга: отправлены приглашения · Склад · период с 23 февраля 2026",
        "en": "4 March 2026\n12:00 · Ольга: sent invitations · Warehouse · period from 23 February 2026",
    }[language]
    inna = await hr(stage, name="Инна", language=language, role="admin")
    olga = await member(stage, 1002, "Ольга", role="hr", department="Склад")
    async with stage.database.begin() as session:
        department = (await session.scalars(select(Department).where(Department.name == "Склад"))).one()
        department.name_en = "Warehouse"
    await record(stage, olga, "began_round", f"d{department.id} period 2026-02-23")
    await inna.says("/audit")
    assert line in said(inna)
    await inna.presses(data=HrPage(place="audit").pack())
    assert line in said(inna)
    stage.telegram.take_refusals()  # the same screen


async def test_the_time_is_the_readers(stage: Stage) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    await inna.says("/settings")
    async with stage.database.begin() as session:
        user = (await session.scalars(select(User).where(User.telegram_id == inna.id))).one()
        user.timezone = "Asia/Vladivostok"
    stage.clock.advance(hours=6)
    await record(stage, inna, "promised", "promise 1 company")
    await inna.says("/audit")
    assert "5 марта 2026\n01:00 · Инна: дано обещание · № 1 · Вся компания" in said(inna)


async def test_a_day_is_said_once_above_what_was_done_on_it(stage: Stage) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    for number, hours in enumerate((0, 1, 23)):
        stage.clock.advance(hours=hours)
        await record(stage, inna, "promised", f"promise {number} company")
    await inna.says("/audit")
    days = re.findall(r"^\d+ марта 2026$|(?<=№ )\d", said(inna), re.MULTILINE)
    assert days == ["5 марта 2026", "2", "4 марта 2026", "1", "0"]


async def test_newest_first_and_paged(stage: Stage) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    await inna.says("/audit")
    assert "Записей пока нет." in inna.screen
    for number in range(30):
        stage.clock.advance(minutes=1)
        await record(stage, inna, "promised", f"promise {100 + number} company")

    def shown() -> list[int]:
        return [int(found) for found in re.findall(r"№ (\d+)", said(inna))]

    await inna.says("/audit")
    seen = shown()
    await inna.presses("›")
    seen += shown()
    await inna.presses("›")
    seen += shown()
    assert seen == list(range(129, 99, -1))
    await inna.presses(data=AuditList(page=2**31 - 1).pack())
    assert shown() == seen[24:]
    stage.telegram.take_refusals()  # the same page


@pytest.mark.both_databases
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_changes_and_views_apart(stage: Stage, language: str) -> None:
    changes, views, everything = {
        "ru": ("Показать изменения", "Показать просмотры", "Показать всё"),
        "en": ("Show changes", "Show views", "Show everything"),
    }[language]
    inna = await hr(stage, name="Инна", language=language, role="admin")
    for number in range(13):
        await record(stage, inna, "promised", f"promise {100 + number} company")
        await record(stage, inna, ("viewed_group", "exported")[number % 2], f"week 2026-02-{10 + number}")

    def shown() -> tuple[bool, bool]:
        return bool(re.search(r"\b1[01]\d\b", said(inna))), bool(re.search("феврал|February", said(inna)))

    await inna.says("/audit")
    assert shown() == (True, True)
    await inna.presses(changes)
    assert shown() == (True, False)
    await inna.presses("›")
    assert shown() == (True, False)
    assert "100" in inna.screen, "the oldest of them"
    await inna.presses(views)
    assert shown() == (False, True)
    await inna.presses(everything)
    assert shown() == (True, True)


async def test_a_person_who_is_gone_is_a_former_member(stage: Stage, reread: Reread) -> None:
    inna, olga = await hr(stage, name="Инна", role="admin"), await member(stage, 1002, "Ольга", role="hr")
    anna = await member(stage, 1001, "Анна")
    key = (await member_of(stage, anna)).audit_key
    await record(stage, olga, "promised", key)
    await inna.says("/audit")
    assert "Ольга: дано обещание · Анна" in said(inna)
    before = [(row.actor_audit_key, row.action, row.target, row.at) for row in await reread(ENTRIES)]
    async with stage.database.begin() as session:
        for player in (olga, anna):
            await users.erase(session, (await member_of(stage, player)).id)
    await inna.says("/audit")
    former = "кто-то из прежних сотрудников"
    assert f"{former}: дано обещание · {former}" in said(inna)
    assert key not in inna.screen
    assert [(row.actor_audit_key, row.action, row.target, row.at) for row in await reread(ENTRIES)] == before


async def test_what_this_version_does_not_know_is_shown_as_it_is(stage: Stage) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    await record(stage, inna, "did_something_later", "thing 5 d999 <b>")
    await inna.says("/audit")
    assert "другое действие (did_something_later) · thing 5 d999 <b>" in said(inna)


async def test_only_administrators_read_it(stage: Stage) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    await record(stage, inna, "promised", "promise 77 company")
    for number, role in enumerate(("employee", "hr")):
        other = await member(stage, 1001 + number, "Анна", role=role)
        await other.says("/audit")
        assert "77" not in other.screen, role
        for data in (HrPage(place="audit").pack(), AuditList(page=0).pack()):
            await other.presses(data=data)
            assert "77" not in other.screen, role
        actor = await member_of(stage, other)
        async with stage.database.read() as session:
            with pytest.raises(NotAllowed):
                await audit_log.read(UnitOfWork(session, actor, stage.clock()), "all", 0)
    stage.telegram.take_refusals()  # the home screen again


async def test_entries_are_dated_by_the_clock(stage: Stage, reread: Reread) -> None:
    inna = await hr(stage, name="Инна", role="admin")
    stage.clock.advance(hours=1)
    await record(stage, inna, "promised", "promise 1 company")
    assert [row.at for row in await reread(ENTRIES)] == [START + timedelta(hours=1)]
