"""How long a move takes: `python -m benchmarks.move [PEOPLE]` moves a large company into a file, and back.

Each direction compares every row by itself. Both databases are on this machine, so the network is left out.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.tick import DELIVERIES_SQL, METRICS_SQL, NOW, USERS_SQL
from migrations import runner
from migrations.move import move
from tests.postgres import PostgresServer

PEOPLE = 100_000


async def main(people: int) -> None:
    """Fill, move there, move back; print rows and seconds."""
    server = PostgresServer()
    try:
        first, back = server.url(), server.url("back")
        await runner.upgrade(first)
        engine = create_async_engine(first, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in (USERS_SQL, METRICS_SQL, DELIVERIES_SQL):
                given = {"people": people, "now": NOW} if ":now" in statement else {"people": people}
                await connection.execute(text(statement), given)
            await connection.execute(text("CREATE DATABASE back"))
        await engine.dispose()
        with tempfile.TemporaryDirectory() as folder:
            file = f"sqlite+aiosqlite:///{Path(folder) / 'exhale.db'}"
            for source, target in ((first, file), (file, back)):
                began, worked = time.perf_counter(), time.process_time()
                counts = await move(make_url(source), make_url(target))
                seconds, cpu = time.perf_counter() - began, time.process_time() - worked
                kind = make_url(target).get_backend_name()
                rows = sum(counts.values())
                print(f"{people:,} people, {rows:,} rows into {kind}: {seconds:.0f} s, {cpu:.0f} of our CPU")
    finally:
        server.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
