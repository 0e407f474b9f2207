"""Databases that answer every question and take nothing in: no room on the disk, or a standby."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
from sqlalchemy import make_url

from db.database import Database


@contextmanager
def no_room(size: int = 0) -> Iterator[None]:
    """Let no file of this process be written beyond `size` bytes, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


@asynccontextmanager
async def takes_nothing_in(database: Database) -> AsyncIterator[None]:
    """Within the block nothing can be written to a database, which can still be read."""
    if database.is_sqlite:
        with no_room():
            yield
        return
    await _be_standby(database, "on")
    try:
        yield
    finally:
        await _be_standby(database, "off")


async def _be_standby(database: Database, state: str) -> None:
    """Of every session that begins from here on."""
    address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    await connection.execute("SET default_transaction_read_only = off")
    await connection.execute(f'ALTER DATABASE "{database.url.database}" SET default_transaction_read_only = {state}')
    await connection.close()
    await database.dispose()
