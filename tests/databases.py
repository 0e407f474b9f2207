"""A fresh, migrated database for every test, copied from one that was migrated once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import asyncpg
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from migrations import runner
from models import Base

T = TypeVar("T")

EMPTY = ";".join(
    (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    )
)


class Databases(Protocol):
    """A place in which databases can be made. Names of databases are SQLAlchemy addresses."""

    def empty(self) -> str:
        """A new database without any table."""

    def migrated(self) -> str:
        """A new database at the newest revision."""

    def drop(self, url: str) -> None:
        """Remove a database that was made here."""


class SQLiteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._template: Path | None = None
        self._free: list[str] = []

    def empty(self) -> str:
        return _file_url(self._folder / f"test_{next(self._numbers)}.db")

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._folder / "template.db"
            aside(runner.upgrade(_file_url(self._template)))
        url = self._free.pop() if self._free else self.empty()
        shutil.copyfile(self._template, str(make_url(url).database))
        return url

    def drop(self, url: str) -> None:
        """Remove the file and what lies beside it; its name is free for the next test."""
        self._free.append(url)
        for file in self._folder.glob(Path(str(make_url(url).database)).name + "*"):
            file.unlink()


class PostgresDatabases:
    """Databases of one server; `address` gives the address of any of them, and is asked when one is needed."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._prefix = f"exhale_test_{uuid4().hex[:8]}"
        self._numbers = count(1)
        self._template: str | None = None
        self._revision: str | None = None
        self._emptied: list[str] = []

    def empty(self, template: str = "template0") -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self._address()).set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        if self._emptied:
            return self._emptied.pop()
        if self._template is None:
            url = self.empty()
            aside(runner.upgrade(url))
            self._revision = aside(runner.revision_of(url))
            self._template = make_url(url).database
        assert self._template is not None
        return self.empty(self._template)

    def drop(self, url: str) -> None:
        """Remove the database, or keep it for the next test without its rows: that is thirty times faster."""
        if aside(_empty(url, self._revision)):
            self._emptied.append(url)
        else:
            self._remove(url)

    def close(self) -> None:
        """Remove the last trace from a server that isn't ours."""
        for url in self._emptied:
            self._remove(url)
        if self._template is not None:
            self._execute(f'DROP DATABASE IF EXISTS "{self._template}"')

    def _remove(self, url: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        aside(_execute(self._address(), statement))


def aside(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, run apart from the test's own event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _execute(url: str | URL, statement: str) -> None:
    async with _connected(url) as connection:
        await connection.execute(statement)


async def _empty(url: str, revision: str | None) -> bool:
    """Delete all rows of a database that is at this revision; False for any other."""
    async with _connected(url) as connection:
        try:
            if await connection.fetchval("SELECT version_num FROM alembic_version") != revision:
                return False
        except asyncpg.UndefinedTableError:
            return False
        await connection.execute(EMPTY)
        return True


@asynccontextmanager
async def _connected(url: str | URL) -> AsyncIterator[asyncpg.Connection]:
    address = make_url(url).set(drivername="postgresql")
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        yield connection
    finally:
        await connection.close()


def _file_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def until_somebody_waits(session: AsyncSession) -> None:
    """Wait until another transaction waits for a lock that this one, on PostgreSQL, holds."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_locks AS held USING (pid) WHERE NOT pg_locks.granted"
        " AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(10):
        while not await session.scalar(waiting):
            await asyncio.sleep(0)
