"""Whether an address leads through a pooler that gives each transaction another connection, as PgBouncer may."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from db.address import create_engine
from db.outages import notice_outages

PROBE = "exhale.probe"
WITHOUT_DIRECT = (
    "DATABASE_URL: leads through a pooler in transaction mode, which keeps no locks: set DATABASE_DIRECT_URL to the "
    "address of PostgreSQL itself, too"
)
NOT_DIRECT = "DATABASE_DIRECT_URL: leads through a pooler in transaction mode: write the address of PostgreSQL itself"


async def is_shared(url: URL) -> bool:
    """Return whether what a session is told can get lost to another one. Raise DatabaseUnavailable.

    A pooler answers with the number of a process of its own. If one session sets something that another then sees, or
    that it no longer sees itself, they share a connection.
    """
    engine = create_engine(url, is_pooled=True, poolclass=NullPool)
    notice_outages(engine)
    try:
        async with engine.connect() as one:
            driver = (await one.get_raw_connection()).driver_connection
            if driver is None or driver.get_server_pid() == await one.scalar(select(func.pg_backend_pid())):
                return False
            mark = secrets.token_hex(8)
            await one.execute(select(func.set_config(PROBE, mark, False)))
            await one.commit()
            async with engine.connect() as other:
                return await _mark(other) == mark or await _mark(one) != mark
    finally:
        await engine.dispose()


async def _mark(connection: AsyncConnection) -> str | None:
    found: str | None = await connection.scalar(select(func.current_setting(PROBE, True)))
    return found
