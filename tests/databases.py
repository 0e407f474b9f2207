"""A fresh, migrated database for every test, copied from one that was migrated once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from migrations import runner

T = TypeVar("T")


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

    def empty(self) -> str:
        return _file_url(self._folder / f"test_{next(self._numbers)}.db")

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._folder / "template.db"
            aside(runner.upgrade(_file_url(self._template)))
        url = self.empty()
        shutil.copyfile(self._template, str(make_url(url).database))
        return url

    def drop(self, url: str) -> None:
        for file in self._folder.glob(Path(str(make_url(url).database)).name + "*"):
            file.unlink()


class PostgresDatabases:
    """Databases of one server; `server_url` is the address of any of them and may create others."""

    def __init__(self, server_url: str) -> None:
        self._server = make_url(server_url)
        self._prefix = f"exhale_test_{uuid4().hex[:8]}"
        self._numbers = count(1)
        self._template: str | None = None

    def empty(self, template: str = "template0") -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._server.set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        if self._template is None:
            url = self.empty()
            aside(runner.upgrade(url))
            self._template = make_url(url).database
        assert self._template is not None
        return self.empty(self._template)

    def drop(self, url: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def drop_template(self) -> None:
        """Remove the last trace from a server that isn't ours."""
        if self._template is not None:
            self._execute(f'DROP DATABASE IF EXISTS "{self._template}"')

    def _execute(self, statement: str) -> None:
        aside(_execute(self._server.set(drivername="postgresql").render_as_string(hide_password=False), statement))


def aside(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, run apart from the test's own event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _file_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"
