"""Locks that end with the process that holds them, however it ends: one poller, one sender among all replicas.

PostgreSQL: an advisory lock of a session, on a connection of its own. SQLite: `flock` on a file beside the database.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, literal, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from db.address import create_engine
from db.outages import DatabaseUnavailable, notice_outages

PATIENCE_SECONDS = 5
# A holder whose machine is gone says no goodbye; its session ends after about a minute of silence.
KEEPALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}


SENDER = "sender"  # of the replica that sends what no one waits for
PLACE = "polling"  # of the one process that takes updates in
HELD_ON_TRIES = 10  # a process that was just killed may hold a lock a moment longer
HELD_ON_PAUSE = 0.5
HELD_BY_ANOTHER = (
    "DATABASE_URL: another process of the bot already works on this database: stop it, or don't start this"
)


class Lock(Protocol):
    """A lock that at most one process holds."""

    async def acquire(self) -> bool:
        """Take the lock, or make sure that it is still held; return False when another process has it. Raise
        DatabaseUnavailable while the database cannot be asked.
        """

    async def is_held(self) -> bool:
        """Return whether this process still holds it."""

    async def release(self) -> None:
        """Let go of it."""


async def take(lock: Lock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> bool:
    """Take a lock, with a moment's patience; return False when another process keeps it. Raise DatabaseUnavailable."""
    for _ in range(HELD_ON_TRIES):
        if await lock.acquire():
            return True
        await sleep(HELD_ON_PAUSE)
    return False


def create_lock(url: URL, name: str) -> Lock:
    """Return the lock of this name that belongs to a database. Nothing is opened before the first `acquire()`."""
    if url.get_backend_name() == "sqlite":
        database = Path(url.database or "")
        return FileLock(database.with_name(f"{database.name}.{name}.lock"))
    return AdvisoryLock(url, name)


class FileLock:
    """`flock` on a file. The file stays: to remove it would let two processes hold two files of one name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def acquire(self) -> bool:
        """Take it, or keep it."""
        if self._file is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseUnavailable(type(error).__name__) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    async def is_held(self) -> bool:
        """No one but the process itself can take it away."""
        return self._file is not None

    async def release(self) -> None:
        """Close the file, and the lock with it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class AdvisoryLock:
    """`pg_try_advisory_lock` in a session that does nothing else: it is held exactly as long as the session lives."""

    def __init__(self, url: URL, name: str) -> None:
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "timeout": PATIENCE_SECONDS,
                "command_timeout": PATIENCE_SECONDS,
                "server_settings": KEEPALIVE,
            },
        )
        notice_outages(self._engine)
        self._key = int.from_bytes(sha256(f"exhale {name}".encode()).digest()[:8], signed=True)
        self._connection: AsyncConnection | None = None

    async def acquire(self) -> bool:
        """Take it, or make sure that it is still held."""
        if await self.is_held():
            return True
        connection = await self._engine.connect()
        if not await connection.scalar(select(func.pg_try_advisory_lock(self._key))):
            await connection.close()
            return False
        self._connection = connection
        return True

    async def is_held(self) -> bool:
        """Ask over the session: when it is gone, so is the lock."""
        if self._connection is None:
            return False
        try:
            await self._connection.scalar(select(literal(1)))
        except DatabaseUnavailable:
            lost, self._connection = self._connection, None
            await lost.invalidate()
            await lost.close()
            return False
        return True

    async def release(self) -> None:
        """End the session, and the lock with it."""
        if self._connection is not None:
            held, self._connection = self._connection, None
            await held.close()
