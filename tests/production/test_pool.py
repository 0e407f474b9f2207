"""PostgreSQL's connections: opened once, however many people press at the same moment."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from db.database import Database
from transport.polling import BATCH

POOL = 4


@pytest.mark.both_databases
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_batches_of_presses_share_the_connections_of_the_pool(database_url: str) -> None:
    """A connection that is opened for one press and closed after it costs both sides more than ten presses."""
    database = Database(database_url, pool_size=POOL)
    seen: set[int] = set()
    for _ in range(3):
        rows = await asyncio.gather(*(database.single(select(func.pg_backend_pid()), {}) for _ in range(BATCH)))
        seen.update(row[0] for row in rows if row is not None)
    await database.dispose()
    assert len(seen) == POOL
