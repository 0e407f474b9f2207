"""The database's doors: `begin()` for a use case that writes, `read()` for one that only looks.

For the path of every press two shorter ones: `glance()` for one statement that looks, `single()` for one that writes.

SQLite: WAL, foreign keys, synchronous=FULL, secure_delete (what is erased is overwritten). Writers take `BEGIN
IMMEDIATE` (a deferred transaction that reads first and writes later fails or silently loses writes under concurrency)
and queue for one connection; readers have connections that cannot write. PostgreSQL: one pool through asyncpg, `read()`
is a READ ONLY transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Row, event, make_url
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util.concurrency import greenlet_spawn

from db.address import create_engine
from db.locks import Lock, create_lock
from db.one_hop import ONE_HOP
from db.outages import DatabaseUnavailable, describe_outage, notice_outages

BUSY_TIMEOUT_SECONDS = 5
READERS_MILLISECONDS = 100  # how long emptying the log waits for them, and every press with it
SQLITE_READERS = 4
POSTGRES_SECONDS = {"timeout": 5, "command_timeout": 30}  # to connect, and for one statement: then it is unavailable

SINGLE_STATEMENT = "exhale_single_statement"  # an option of our own: SQLite gets no BEGIN for it

current_session: ContextVar[AsyncSession | None] = ContextVar("current_session", default=None)
_open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)


def in_transaction() -> bool:
    """Return whether the running task is inside one of the doors: then nothing may go to the network."""
    return _open_transactions.get() > 0


class Database:
    """An engine with two doors. `url` is an SQLAlchemy URL with an asynchronous driver.

    With `direct`, past it, `url` leads to a pooler that gives each transaction another connection.
    """

    def __init__(self, url: str, *, direct: str | None = None, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self._direct = make_url(direct or url)
        is_pooled = self._direct != self.url
        self._locks: dict[str, Lock] = {}
        options: dict[str, Any] = {"hide_parameters": True}
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, pool_size=1, begin="BEGIN IMMEDIATE", **options)
            self._reader = _sqlite_engine(read_only(self.url), pool_size=SQLITE_READERS, begin="BEGIN", **options)
        else:
            self._writer = create_engine(
                self.url,
                is_pooled=is_pooled,
                pool_size=pool_size,
                max_overflow=0,  # one beyond the pool is closed after each use: a batch of presses opened ten anew
                connect_args=POSTGRES_SECONDS,
                **options,
            )
            notice_outages(self._writer)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        alone = {SINGLE_STATEMENT: True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._glancer = self._reader if is_pooled else self._reader.execution_options(**alone)
        self._single = self._writer if is_pooled else self._writer.execution_options(**alone)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._look = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Open one use case: commit when the block ends normally, roll everything back when it raises.

        Raise DatabaseUnavailable, at any statement or at the commit. No one can tell whether a commit that was cut off
        counts, so whatever is done again must have no further effect.
        """
        with _outages_of_the_pool(), _holding_a_connection():
            async with self._write.begin() as session:
                token = current_session.set(session)
                try:
                    yield session
                finally:
                    current_session.reset(token)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a view of one state of the database that cannot write. Raise DatabaseUnavailable."""
        with _outages_of_the_pool(), _holding_a_connection():
            async with self._look() as session:
                yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for one statement that needs no transaction, which every update begins with. Raise
        DatabaseUnavailable.
        """
        with _outages_of_the_pool(), _holding_a_connection():
            async with self._glancer.connect() as connection:
                yield connection

    async def single(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any] | None:
        """Execute a use case that is one statement, as a press is, and return its row.

        It commits by itself, without a BEGIN and a COMMIT, and in one greenlet instead of one for each step: half the
        CPU of a connection that is opened, used and closed. Raise DatabaseUnavailable; as with `begin()`, no one can
        tell whether a statement that was cut off counts.
        """
        with _outages_of_the_pool(), _holding_a_connection():
            return await greenlet_spawn(_execute_alone, self._single.sync_engine, statement, parameters)

    def lock(self, name: str) -> Lock:
        """Return the lock of this name: one for this process, whoever asks for it."""
        if name not in self._locks:
            self._locks[name] = create_lock(self._direct, name)
        return self._locks[name]

    async def empty_log(self) -> None:
        """Move SQLite's log into its file, so that nothing that was erased or changed stays in it as it was.

        A reader that still needs the log puts that off until the next call; a full disk does, too.
        """
        if not self.is_sqlite or not self._writer.pool.checkedin():  # type: ignore[attr-defined]  # it is a QueuePool
            return
        with suppress(DatabaseUnavailable):
            async with self._writer.execution_options(**{SINGLE_STATEMENT: True}).connect() as connection:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={READERS_MILLISECONDS}")
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")

    async def dispose(self) -> None:
        """Close every connection. Of SQLite one file stays, with everything in it: those that only read go first."""
        if self.is_sqlite:
            await self._reader.dispose()
            await self.empty_log()
        await self._writer.dispose()


def _execute_alone(engine: Engine, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any] | None:
    with engine.begin() as connection:
        return connection.execute(statement, parameters).one_or_none()


@contextmanager
def _outages_of_the_pool() -> Iterator[None]:
    """Count it as an outage when every connection is taken for that long: something is holding them all up."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable(describe_outage(error)) from error


@contextmanager
def _holding_a_connection() -> Iterator[None]:
    """Note that this task holds a connection, for `in_transaction()`."""
    depth = _open_transactions.set(_open_transactions.get() + 1)
    try:
        yield
    finally:
        _open_transactions.reset(depth)


def read_only(url: URL) -> URL:
    """Return the address of the same file, opened so that nothing can be written through it."""
    path = Path(url.database or "").resolve()
    return url.set(database=path.as_uri(), query={"mode": "ro", "uri": "true"})


def _sqlite_engine(url: URL, *, pool_size: int, begin: str, **options: Any) -> AsyncEngine:
    engine = create_engine(
        url,
        module=ONE_HOP,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None},
        **options,
    )
    notice_outages(engine)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("casefold", 1, str.casefold, deterministic=True)  # models/folded.py

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(SINGLE_STATEMENT):
            connection.exec_driver_sql(begin)

    return engine
