"""The SQLite file: after a clean stop it holds everything, and nothing stays in it of what was erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from db.database import Database
from playground import Playground
from services.account import users
from tests.e2e.conftest import StartBot
from tests.fakes.stage import Stage
from tests.people import member
from tests.production.full import no_room
from tests.production.running import database_file

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
NAME = "Аглая-Неповторимая"


def files_of(path: Path) -> list[Path]:
    """The database and what lies beside it, but for its locks."""
    return [file for file in sorted(path.parent.glob(path.name + "*")) if file.suffix != ".lock"]


async def test_after_a_clean_stop_one_file_holds_everything(
    stage: Stage, playground: Playground, make_bot: StartBot, database_url: str, tmp_path: Path
) -> None:
    await member(stage, 1001, NAME)
    await stage.database.dispose()
    path = database_file(database_url)
    bot = make_bot(BOT_TOKEN=playground.token, BOT_API_URL=playground.api_url, DATABASE_URL=database_url)
    await bot.start()
    await bot.says("ready")
    assert await bot.stop() == 0

    assert files_of(path) == [path]
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [(NAME,)]
        assert connection.execute("SELECT value FROM facts WHERE name = 'bot_id'").fetchone()


async def test_readers_that_are_open_do_not_keep_the_log(database: Database, database_url: str) -> None:
    async with database.begin() as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('x', 'y')"))
    async with database.read() as session:
        await session.execute(text("SELECT 1 FROM facts"))
    assert [file.suffix for file in files_of(database_file(database_url))] == [".db", ".db-shm", ".db-wal"]
    await database.dispose()
    assert [file.suffix for file in files_of(database_file(database_url))] == [".db"]


@pytest.fixture(params=["on", "off"])
def built(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """SQLite as some are built: with what is deleted overwritten by default, or left."""
    connect = sqlite3.connect

    def opened(*given: object, **options: object) -> sqlite3.Connection:
        connection = connect(*given, **options)  # type: ignore[call-overload]
        connection.execute(f"PRAGMA secure_delete={request.param}")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr("aiosqlite.core.sqlite3.connect", opened)
    yield request.param


async def test_nothing_stays_in_the_files_of_what_was_erased(
    built: str, database_url: str, clock: object, stage: Stage
) -> None:
    path = database_file(database_url)
    for number in range(12):
        await member(stage, 1001 + number, f"{NAME} {number}")
    await stage.tick()
    assert found(path), "the tick puts it into the file"
    anna = stage.person(1001, NAME)
    await anna.says("/delete")
    await anna.says("удалить")
    for number in range(2, 13):
        async with stage.database.begin() as session:
            await users.erase(session, number)
    await stage.tick()
    assert found(path) == []


def found(path: Path) -> list[str]:
    """The files in which the name can be read, as `grep` would."""
    return [file.name for file in files_of(path) if NAME.encode() in file.read_bytes()]


async def test_a_reader_puts_emptying_the_log_off(database: Database, database_url: str) -> None:
    log = database_file(database_url).with_name(database_file(database_url).name + "-wal")
    async with database.begin() as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('x', 'y')"))
    async with database.read() as reader:
        await reader.execute(text("SELECT 1 FROM facts"))
        async with database.begin() as session:
            await session.execute(text("DELETE FROM facts"))
        await database.empty_log()
        assert log.stat().st_size > 0
    await database.empty_log()
    assert log.stat().st_size == 0


async def test_a_full_disk_puts_it_off_as_well(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("INSERT INTO facts (name, value) VALUES ('x', 'y')"))
    with no_room():
        await database.empty_log()
    await database.empty_log()
