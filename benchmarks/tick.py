"""What a tick costs with a million people on PostgreSQL, of whom none, 100 or 10,000 are due.

`python -m benchmarks.tick [PEOPLE]` prints milliseconds and keeps the plans of every statement of a tick beside this
file (`tick_plans.txt`). Sending is left out: Telegram's 25 messages a second are what takes the time there.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from datetime import time as hour
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine

from content import load_content
from db.database import Database
from migrations import runner
from services.kit.calendar import Calendar
from services.notifications.claims import Claims
from services.notifications.composer import Composer
from services.notifications.planner import Planner
from services.system import health
from tests.postgres import PostgresServer

PLANS = Path(__file__).with_name("tick_plans.txt")
PEOPLE = 1_000_000
DUE = (0, 100, 10_000)
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)  # a Wednesday, noon in Moscow
CLAIM_AT_ONCE = 20
RUNS = 5

USERS_SQL = """
insert into users (id, telegram_id, role, name, join_date, locale, timezone, checkin_weekday, checkin_time, pulse_on,
    pulse_since, pulse_weekday, pulse_time, muted_kinds, working_days, quiet_from, quiet_until, consent_version,
    consent_at, audit_key, export_count, plan_at, created_at, updated_at)
select n, n, 'employee', 'Person', now(), 'ru', 'Europe/Moscow', 1, '10:00', true, now(), 3, '15:00', '[]', '01234',
    '20:00', '09:00', 1, now(), n, 0, cast(:now as timestamptz) + interval '1 day' + n % 600000 * interval '1 second',
    now(), now()
from generate_series(1, :people) n
"""
DELIVERIES_SQL = """
insert into deliveries (user_id, kind, dedup_key, subject, due_at, expires_at, state, sent_at, created_at, updated_at)
select n, 'pulse', monday + 7 * w, jsonb_build_object('week', monday + 7 * w),
    cast(:now as timestamptz) + (w * interval '7 days') + interval '1 day',
    cast(:now as timestamptz) + ((w + 1) * interval '7 days'),
    case when w < 0 then 'sent' else 'pending' end,
    case when w < 0 then cast(:now as timestamptz) + (w * interval '7 days') end, now(), now()
from generate_series(1, :people) n, generate_series(-2, 1) w, (values (date '2026-03-02')) weeks (monday)
"""
METRICS_SQL = """
insert into metrics (user_id, date, burnout, stress, productivity, created_at, source, period)
select n, to_char(monday, 'YYYY-MM-DD'), 50, 50, 50, monday, 'pulse', monday
from generate_series(1, :people) n, (values (date '2026-02-16'), (date '2026-02-23')) weeks (monday)
"""
DUE_SQL = """
update deliveries set due_at = cast(:now as timestamptz)
where state = 'pending' and dedup_key = '2026-03-02' and user_id <= :due
"""

Statements = list[tuple[str, Any]]


async def fill(url: str, people: int) -> None:
    """Everybody has answered two pulses and waits for two."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(USERS_SQL), {"people": people, "now": NOW})
        await connection.execute(text(DELIVERIES_SQL), {"people": people, "now": NOW})
        await connection.execute(text(METRICS_SQL), {"people": people})
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("vacuum analyze"))
    await engine.dispose()


async def make_due(url: str, due: int) -> None:
    """So many people are due at this moment."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(DUE_SQL), {"due": due, "now": NOW})
    await engine.dispose()


async def tick(database: Database, planner: Planner, claims: Claims) -> dict[str, float]:
    """Milliseconds of each part of a tick; nothing is kept."""
    spent: dict[str, float] = {}
    for part in ("release", "plan", "claim", "health"):
        async with database.begin() as session:
            started = time.perf_counter()
            if part == "release":
                await claims.release_expired(session, NOW)
            elif part == "plan":
                await planner.plan(session, NOW)
            elif part == "claim":
                await claims.claim(session, NOW, CLAIM_AT_ONCE)
            else:
                await health.backlog(session, NOW)
            spent[part] = (time.perf_counter() - started) * 1000
            await session.rollback()
    return spent


async def plans_of(database: Database, statements: Statements) -> str:
    """EXPLAIN ANALYZE of what was executed, without keeping its effects."""
    found = []
    for statement, parameters in statements:
        async with database.begin() as session:
            connection = await session.connection()
            rows = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters)
            found.append("\n".join([" ".join(statement.split())[:100], *(str(row[0]) for row in rows)]))
            await session.rollback()
    return "\n\n".join(found)


async def main(people: int) -> None:
    """Fill, tick, print, keep the plans."""
    server = PostgresServer()
    try:
        url = server.url()
        await runner.upgrade(url)
        started = time.perf_counter()
        await fill(url, people)
        print(f"{people} people, {4 * people} deliveries, filled in {time.perf_counter() - started:.0f} s")
        database = Database(url)
        content = load_content()
        planner = Planner(CALENDAR, content.consent.version)
        claims = Claims(CALENDAR, Composer(CALENDAR, content, hour(9)), planner, "benchmark")
        statements: Statements = []
        plans = []
        for due in DUE:
            await make_due(url, due)
            await tick(database, planner, claims)
            runs = [await tick(database, planner, claims) for _ in range(RUNS)]
            best = {part: min(run[part] for run in runs) for part in runs[0]}
            print(f"{due:>6} due: " + ", ".join(f"{part} {spent:.1f} ms" for part, spent in best.items()))
            statements.clear()
            listener = _note(statements)
            event.listen(database._writer.sync_engine, "before_cursor_execute", listener)
            await tick(database, planner, claims)
            event.remove(database._writer.sync_engine, "before_cursor_execute", listener)
            plans.append(f"-- {due} due of {people}\n{await plans_of(database, _distinct(statements))}")
        PLANS.write_text("\n\n\n".join(plans) + "\n")
        await database.dispose()
    finally:
        server.stop()


def _note(statements: Statements) -> Any:
    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    return note


def _distinct(statements: Statements) -> Statements:
    """Each statement once: a claim repeats some for every person."""
    return list({statement: (statement, parameters) for statement, parameters in reversed(statements)}.values())[::-1]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
