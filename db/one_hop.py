"""SQLite in one visit to its thread a statement: SQLAlchemy's adapter of aiosqlite makes four.

A connection's thread opens a cursor, executes, fetches every row and closes, before it answers; without a transaction
there is nothing to roll back and no visit at all. A visit costs about a tenth of a millisecond of CPU, and a press is
little else (benchmarks/press.py). tests/bot/test_statements.py counts the visits.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_

Rows = Sequence[Any]


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Is closed as soon as it has executed, with all rows in memory."""

    __slots__ = ()

    _cursor: Any  # the closed sqlite3.Cursor, which still knows its description and counts

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._soft_closed_memoized = {}  # type: ignore[assignment]

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._visit(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._visit(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _visit(self, execute: Callable[..., Any], operation: str, parameters: Any) -> None:
        driver = self._connection
        self._cursor, rows = await driver._execute(_execute, driver._conn, execute, operation, parameters)
        self._rows = deque(rows)

    async def _async_soft_close(self) -> None:
        """Do nothing: it is closed."""

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """Commits and rolls back where there is something to."""

    __slots__ = ()

    _cursor_cls = OneHopCursor

    def commit(self) -> None:
        """Commit the transaction, if one is open."""
        if self._is_in_transaction:
            super().commit()

    def rollback(self) -> None:
        """Roll the transaction back, if one is open."""
        if self._is_in_transaction:
            super().rollback()

    @property
    def _is_in_transaction(self) -> bool:
        driver: Any = self._connection
        return driver._connection is not None and driver.in_transaction


class OneHopDriver(AsyncAdapt_aiosqlite_dbapi):
    """aiosqlite as SQLAlchemy's `create_async_engine(module=…)` takes it."""

    def connect(self, *arg: Any, **kw: Any) -> OneHopConnection:
        """Open a connection with a thread of its own, which does not hold up the end of the program."""
        connection: Any = aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        return OneHopConnection(self, await_(connection))


ONE_HOP = OneHopDriver(aiosqlite, sqlite3)


def _execute(
    connection: sqlite3.Connection, execute: Callable[..., Any], operation: str, parameters: Any
) -> tuple[sqlite3.Cursor, Rows]:
    cursor = connection.cursor()
    try:
        execute(cursor, operation, parameters)
        return cursor, cursor.fetchall() if cursor.description else ()
    finally:
        cursor.close()
