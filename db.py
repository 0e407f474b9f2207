"""The database's two doors: `begin()` for a use case that writes, `read()` for one that only looks.

SQLite: WAL, foreign keys, synchronous=FULL. Writers take `BEGIN IMMEDIATE` (a deferred transaction that reads first and
writes later fails or silently loses writes under concurrency) and queue for one connection; readers have connections
that cannot write. PostgreSQL: one pool through asyncpg, `read()` is a READ ONLY transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_SECONDS = 5
SQLITE_READERS = 4
POSTGRES_SECONDS = {"timeout": 5, "command_timeout": 30}  # to connect, and for one statement: then it is away

current_session: ContextVar[AsyncSession | None] = ContextVar("current_session", default=None)
_open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)


def in_transaction() -> bool:
    """Whether the running task is inside `begin()` or `read()`: then nothing may go to the network."""
    return _open_transactions.get() > 0


class Database:
    """An engine with two doors. `url` is an SQLAlchemy URL with an asynchronous driver."""

    def __init__(self, url: str, *, echo: bool = False, pool_size: int = 10) -> None:
        self.url = make_url(url)
        options: dict[str, Any] = {"echo": echo, "hide_parameters": True}
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, pool_size=1, begin="BEGIN IMMEDIATE", **options)
            self._reader = _sqlite_engine(_read_only(self.url), pool_size=SQLITE_READERS, begin="BEGIN", **options)
        else:
            self._writer = create_async_engine(
                self.url, pool_size=pool_size, pool_pre_ping=False, connect_args=POSTGRES_SECONDS, **options
            )
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._look = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One use case: commits when the block ends well, rolls everything back when it raises."""
        async with self._write.begin() as session:
            token = current_session.set(session)
            depth = _open_transactions.set(_open_transactions.get() + 1)
            try:
                yield session
            finally:
                _open_transactions.reset(depth)
                current_session.reset(token)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A look that sees one state of the database and cannot write."""
        async with self._look() as session:
            depth = _open_transactions.set(_open_transactions.get() + 1)
            try:
                yield session
            finally:
                _open_transactions.reset(depth)

    async def went_away(self, error: BaseException) -> bool:
        """Whether an error was an outage. What might as well be a mistake of the program (a missing file, a connection
        that was misused) is one while the database answers: else it would be waited for without end."""
        if not is_away(error):
            return False
        return isinstance(error, OperationalError) or not await self._answers()

    async def _answers(self) -> bool:
        try:
            async with self.begin() as session:
                await session.execute(text("SELECT 1"))
        except Exception as error:
            if not is_away(error):
                raise
            return False
        return True

    async def dispose(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()


POSTGRES_AWAY = ("08", "53", "57P", "58")  # no connection; no room, memory or slots; stopping or starting; its disk
SQLITE_AWAY = ("locked", "unable to open", "disk", "readonly", "full")


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database cannot be reached, is locked or full, not that a statement is wrong."""
    if isinstance(error, OperationalError) and isinstance(error.orig, sqlite3.Error):
        return any(sign in str(error.orig) for sign in SQLITE_AWAY)
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        is_broken = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        return is_broken or state.startswith(POSTGRES_AWAY)
    return isinstance(error, OSError | PoolTimeout | asyncpg.PostgresConnectionError | asyncpg.CannotConnectNowError)


def _read_only(url: URL) -> URL:
    """The same file, opened so that nothing can be written through it."""
    path = Path(url.database or "").resolve()
    return url.set(database=path.as_uri(), query={"mode": "ro", "uri": "true"})


def _sqlite_engine(url: URL, *, pool_size: int, begin: str, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None},
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
