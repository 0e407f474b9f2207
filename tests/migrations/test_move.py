"""Moving from one database into another: everything is there afterwards, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, make_url, select, text, update

from db.database import Database
from db.locks import create_lock
from manage import cli
from migrations import move, runner
from models import Department, Fact, User
from services.demo.company import DemoCompany
from tests.clock import ManualClock
from tests.databases import Databases, PostgresDatabases, SQLiteDatabases
from tests.demo import a_young_company
from tests.fakes.stage import Stage
from tests.people import member
from tests.production.full import no_room
from tests.production.running import database_file

TOKEN = "7000000001:test-token"


@pytest.fixture
def other(
    database_url: str, sqlite_databases: SQLiteDatabases, postgresql_databases: PostgresDatabases
) -> Iterator[str]:
    """An empty database of the other kind."""
    there: Databases = postgresql_databases if database_url.startswith("sqlite") else sqlite_databases
    url = there.empty()
    yield url
    there.drop(url)


async def manage(source: str, target: str) -> Result:
    """`python manage.py move --to …`."""
    env = {"BOT_TOKEN": TOKEN, "DATABASE_URL": source}
    return await asyncio.to_thread(CliRunner(env=env).invoke, cli, ["move", "--to", target])


async def company(stage: Stage) -> None:
    """The invented company, with a period behind it, and somebody real who asks for a file of their own."""
    async with stage.database.begin() as session:
        demo = DemoCompany(a_young_company(), stage.app.services.calendar, "Europe/Moscow")
        await demo.seed(session, stage.clock())
    await stage.tick()
    await member(stage, 77_001, "Ирина", role="hr")
    async with stage.database.begin() as session:
        second = await session.scalar(select(func.max(User.id)))
        await session.execute(update(User).where(User.id == 1).values(moved_to_id=second))
    await _add_department(stage.database, stage.clock)
    async with stage.database.begin() as session:
        await session.execute(text("DELETE FROM departments WHERE name = 'ц'"))  # its number stays taken


async def _add_department(database: Database, clock: ManualClock) -> int:
    async with database.begin() as session:
        values = {"name": "ц", "created_at": clock(), "updated_at": clock()}
        number: int = await session.scalar(insert(Department).values(**values).returning(Department.id)) or 0
        return number


async def files(stage: Stage, person_id: int) -> list[Any]:
    """What somebody takes away, and what HR reads: every screen and every file, word for word."""
    player = stage.person(person_id, "Ирина")
    seen: list[Any] = []
    for command in ("/export", "/hr", "/summary", "/what_hr_sees", "/history", "/dashboard", "/settings"):
        await player.says(command)
        seen.append((player.screen, player.buttons, player.message.get("reply_markup")))
    seen += [file.content for file in stage.world.files.values()]
    return seen


async def test_everything_works_on_after_a_move_there_and_back(
    stage: Stage, databases: Databases, database_url: str, other: str, clock: ManualClock
) -> None:
    """From one kind into the other, and from there into a new one of the first kind."""
    await company(stage)
    await stage.database.dispose()
    is_file = database_url.startswith("sqlite")
    before = database_file(database_url).read_bytes() if is_file else b""
    back = databases.empty()
    for source, target in ((database_url, other), (other, back)):
        moved = await manage(source, target)
        assert moved.exit_code == 0, moved.output
        assert moved.output.splitlines()[-1].startswith("Everything is there and the same. Set DATABASE_URL")
        assert await runner.revision_of(target) == runner.head()
    assert not is_file or database_file(database_url).read_bytes() == before

    seen = await files(stage, 77_001)
    number = await _add_department(stage.database, clock)
    for url in (other, back):
        there = Database(url)
        moved_to = Stage(there, clock)
        assert await files(moved_to, 77_001) == seen
        vera = await member(moved_to, 88_001, "Вера")
        await vera.presses(vera.buttons[0][0])
        assert await _add_department(there, clock) == number
        async with there.begin() as session:
            assert await session.scalar(select(User.moved_to_id).where(User.id == 1))
        await moved_to.tick()
        moved_to.telegram.take_refusals()  # the invented HR people have no chat
        await there.dispose()
    stage.telegram.take_refusals()
    databases.drop(back)

    again = await manage(database_url, other)
    assert again.exit_code == 1
    assert "there is something in that database" in again.output


@pytest.mark.both_databases
async def test_a_move_that_was_interrupted_goes_on(
    stage: Stage, database_url: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await member(stage, 1001 + number, "Анна")
    await stage.tick()
    await stage.database.dispose()
    monkeypatch.setattr(move, "AT_ONCE", 2)
    source, target = make_url(database_url), make_url(other)
    batches = 0

    def interrupt(_: int) -> None:
        nonlocal batches
        batches += 1
        if batches == 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await move.move(source, target, interrupt)
    with pytest.raises(runner.OutdatedSchema, match="has not ended: run the same"):
        await runner.check(other)

    rows = 0

    def hear(copied: int) -> None:
        nonlocal rows
        rows += copied

    counts = await move.move(source, target, hear)
    assert counts == {**counts, "users": counts["users"]}
    assert rows == sum(counts.values()) == await move.count(source)
    await runner.check(other)


async def test_what_cannot_be_moved_is_said_in_one_line(stage: Stage, database_url: str, other: str) -> None:
    await member(stage, 1001, "Анна")
    await stage.database.dispose()

    async def refused(source: str, target: str) -> str:
        result = await manage(source, target)
        assert result.exit_code == 1
        assert result.output.strip().count("\n") <= 1  # a bar that stands at its beginning, and the line
        return result.output

    assert "must begin with postgresql://" in await refused(database_url, "mysql://u:p@h/d")
    lock = create_lock(make_url(database_url), "polling")
    await lock.acquire()
    assert "stop it first" in await refused(database_url, other)
    await lock.release()

    await runner.upgrade(other)
    there = Database(other)
    async with there.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "which this older version does not know" in await refused(database_url, other)
    async with there.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": runner.head()})
        session.add(Fact(name="bot_id", value="1"))
    await there.dispose()
    assert (await manage(database_url, other)).exit_code == 0


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_full_disk_stops_a_move_which_goes_on_later(stage: Stage, database_url: str, other: str) -> None:
    for number in range(5):
        await member(stage, 1001 + number, "Анна")
    await stage.database.dispose()
    await runner.upgrade(other)
    with no_room(60_000):
        stopped = await manage(database_url, other)
    assert stopped.exit_code == 1
    assert "the source is as it was. Run the same command again to go on." in stopped.output
    assert (await manage(database_url, other)).exit_code == 0


async def test_a_difference_is_found(
    stage: Stage, database_url: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await member(stage, 1001, "Анна")
    await stage.database.dispose()
    numbers = move._continue_numbers

    async def spoil(old: Any, new: Any) -> None:
        await numbers(old, new)
        await new.execute(text("UPDATE users SET name = 'Анма'"))

    monkeypatch.setattr(move, "_continue_numbers", spoil)
    with pytest.raises(move.MoveError, match="users is not the same in both databases"):
        await move.move(make_url(database_url), make_url(other))
