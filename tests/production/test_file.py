"""The SQLite file: nothing stays in it, and beside it, of what was erased. Of a clean stop tells test_bad_days.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.database import Database
from services.account import users
from tests.fakes.stage import Stage
from tests.people import member
from tests.production.full import no_room
from tests.production.running import database_file, files_of

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
NAME = "Аглая-Неповторимая"


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
