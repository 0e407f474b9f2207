"""A story is told on SQLite; what it asked there is asked on PostgreSQL, too.

Each distinct statement (as SQLAlchemy itself tells statements apart) runs once per worker, as PostgreSQL writes it and
with the parameters it had: in a transaction of its own that is rolled back, read-only where the test only read, on
tables without rows. So a dialect's fault is found at the test that has it, without telling the story twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from weakref import WeakSet

from sqlalchemy import Connection, CursorResult, Delete, Insert, Select, Update, UpdateBase, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.sql.compiler import Compiled, SQLCompiler
from sqlalchemy.sql.expression import CompoundSelect

from models import Base

KINDS = (Select, CompoundSelect, Insert, Update, Delete)
FOREIGN_KEY_VIOLATION = "23503"  # there are no rows to refer to: the statement itself was understood


class Statement(NamedTuple):
    """One statement as SQLAlchemy got it."""

    clause: Any
    parameters: Any
    is_read_only: bool


class Replay:
    """Listen to every SQLite engine of this process. `address` returns a PostgreSQL database with the newest tables."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._compiled: WeakSet[Compiled | None] = WeakSet()
        self._known: set[Any] = set()
        self._new: list[Statement] = []
        self._thread = ThreadPoolExecutor(1, "replay")
        self._loop = asyncio.new_event_loop()
        self._connection: AsyncConnection | None = None
        event.listen(Engine, "after_execute", self._hear)

    def take_new(self) -> list[Statement]:
        """Return the statements that were heard for the first time since the last call."""
        taken, self._new = self._new, []
        return taken

    def run(self, statements: Sequence[Statement]) -> list[str]:
        """Run them on PostgreSQL; return those that it refused, each with its reason."""
        return self._apart(self._run(statements)) if statements else []

    def close(self) -> None:
        """Hear nothing more, and let go of the server."""
        event.remove(Engine, "after_execute", self._hear)
        if self._connection is not None:
            self._apart(self._disconnect(self._connection))
        self._thread.shutdown()
        self._loop.close()

    def _hear(
        self, connection: Connection, clause: Any, many: Any, one: Any, options: Any, result: CursorResult[Any]
    ) -> None:
        compiled = result.context.compiled
        if connection.dialect.name != "sqlite" or not isinstance(clause, KINDS) or compiled in self._compiled:
            return
        assert isinstance(compiled, SQLCompiler)
        self._compiled.add(compiled)
        is_read_only = connection.engine.url.query.get("mode") == "ro"
        known_by = (_key(compiled), is_read_only)
        if known_by not in self._known and not _is_of_a_migration(clause):
            self._known.add(known_by)
            self._new.append(Statement(clause, list(many) or one, is_read_only))

    def _apart(self, work: Any) -> Any:
        """Return the result of a coroutine, run beside the test's own event loop."""
        return self._thread.submit(self._loop.run_until_complete, work).result()

    async def _run(self, statements: Sequence[Statement]) -> list[str]:
        if self._connection is None:
            self._connection = await create_async_engine(self._address()).connect()
        outcomes = [await self._refusal(self._connection, statement) for statement in statements]
        return [refusal for refusal in outcomes if refusal]

    async def _refusal(self, connection: AsyncConnection, statement: Statement) -> str | None:
        async with connection.begin() as transaction:
            if statement.is_read_only:
                await connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            try:
                await connection.execute(_for_postgresql(statement.clause), statement.parameters)
            except SQLAlchemyError as error:
                is_understood = getattr(getattr(error, "orig", None), "sqlstate", None) == FOREIGN_KEY_VIOLATION
                return None if is_understood else f"{type(error).__name__}: {error}"
            finally:
                await transaction.rollback()
        return None

    async def _disconnect(self, connection: AsyncConnection) -> None:
        await connection.close()
        await connection.engine.dispose()


def _is_of_a_migration(clause: Any) -> bool:
    """Return whether it writes to tables that are not those of the models."""
    return isinstance(clause, UpdateBase) and getattr(clause.table, "metadata", None) is not Base.metadata


def _for_postgresql(clause: Any) -> Any:
    """Give SQLite's `ON CONFLICT` the one attribute that only PostgreSQL's has: the name of a constraint."""
    on_conflict = getattr(clause, "_post_values_clause", None)
    if on_conflict is not None and not hasattr(on_conflict, "constraint_target"):
        on_conflict.constraint_target = None
    return clause


def _key(compiled: SQLCompiler) -> Any:
    cache_key = compiled.cache_key
    statement = compiled.string if cache_key is None else cache_key.key
    return statement, tuple(compiled.column_keys or ()), compiled.for_executemany
