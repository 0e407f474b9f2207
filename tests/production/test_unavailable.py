"""What is an outage of the database, and what is a mistake of the program: the one is waited for, the other is not."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import make_url, select, text

from db.database import Database
from db.outages import DatabaseUnavailable
from tests.production.running import database_file
from tests.production.test_locks import cut_all_connections

pytestmark = pytest.mark.both_databases

WRITE = text("INSERT INTO facts (name, value) VALUES ('x', 'y')")


async def test_a_wrong_statement_is_a_mistake(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere") as raised:
        async with database.begin() as session:
            await session.execute(text("SELECT 1 FROM nowhere"))
    assert not isinstance(raised.value, DatabaseUnavailable)


async def test_an_error_of_the_system_elsewhere_is_a_mistake(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.begin():
            raise FileNotFoundError("chart.ttf")


async def test_writing_where_one_may_only_read_is_a_mistake(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only") as raised:
        async with database.read() as session:
            await session.execute(WRITE)
    assert not isinstance(raised.value, DatabaseUnavailable)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_locked_file_is_an_outage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.database.BUSY_TIMEOUT_SECONDS", 0.05)
    database = Database(database_url)
    other = sqlite3.connect(database_file(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="SQLITE_BUSY"):
        async with database.begin() as session:
            await session.execute(WRITE)
    other.close()
    async with database.begin() as session:
        await session.execute(WRITE)
    await database.dispose()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_session_that_is_cut_is_an_outage_once(database: Database, database_url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.begin() as session:
            await session.execute(select(1))
            await cut_all_connections(database_url)
            await session.execute(WRITE)
    async with database.begin() as session:
        await session.execute(WRITE)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_server_that_writes_nothing_for_now_is_an_outage(database_url: str) -> None:
    """A standby before it is promoted, or a managed database whose disk is full."""
    name = make_url(database_url).database
    database = Database(database_url)
    async with database.begin() as session:
        await session.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    await database.dispose()
    with pytest.raises(DatabaseUnavailable, match="25006"):
        async with database.begin() as session:
            await session.execute(WRITE)
    async with database.begin() as session:
        await session.execute(text("SET TRANSACTION READ WRITE"))
        await session.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
    await database.dispose()


async def test_a_server_out_of_reach_is_an_outage() -> None:
    database = Database("postgresql+asyncpg://u:secret@127.0.0.1:1/exhale")
    with pytest.raises(DatabaseUnavailable) as raised:
        async with database.read() as session:
            await session.execute(select(1))
    assert "secret" not in str(raised.value)
    await database.dispose()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_database_that_is_not_there_is_an_outage(database_url: str) -> None:
    """It may be one that is being restored. At the start it ends the program with one line."""
    database = Database(make_url(database_url).set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match="3D000"):
        async with database.begin() as session:
            await session.execute(WRITE)
    await database.dispose()
