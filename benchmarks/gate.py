"""What a publication costs with 100,000 people and 1,000,000 check-ins on PostgreSQL: `python -m benchmarks.gate`.

Prints seconds and memory, and keeps the plans of the statements that count beside this file (`gate_plans.txt`).
Other sizes: `python -m benchmarks.gate PEOPLE PERIODS`.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine

from content import load_content
from db.database import Database
from migrations import runner
from models import StoredPublication
from services.gate.gate import Gate
from services.kit.calendar import WEEK, Calendar, Period
from tests.postgres import PostgresServer

PLANS = Path(__file__).with_name("gate_plans.txt")
START = date(2026, 4, 20)
DEPARTMENTS = 200
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)

DEPARTMENTS_SQL = """
insert into departments (id, name, created_at, updated_at)
select n, 'Department ' || n, now(), now() from generate_series(1, :departments) n
"""
USERS_SQL = """
insert into users (id, telegram_id, role, name, department_id, join_date, locale, timezone, checkin_weekday,
    checkin_time, pulse_on, pulse_since, pulse_weekday, pulse_time, muted_kinds, working_days, quiet_from, quiet_until,
    consent_version, consent_at, audit_key, export_count, created_at, updated_at)
select n, n, case when n % 500 = 0 then 'hr' else 'employee' end, 'Person', 1 + n % :departments, now(), 'ru',
    'Europe/Moscow', 1, '10:00', true, now(), 3, '15:00', '[]', '01234', '20:00', '09:00', 1, now(), n, 0, now(), now()
from generate_series(1, :people) n
"""
MEMBERSHIPS_SQL = """
insert into memberships (user_id, department_id, since)
select n, 1 + n % :departments, cast(:start as date) - 28 from generate_series(1, :people) n
union all
select n, 1 + (n + 7) % :departments, cast(:start as date) + 28 * (n % 9 + 1)
from generate_series(1, :people) n where n % 10 = 0
"""
ASSESSMENTS_SQL = """
with rows as materialized (
    select k, jsonb_object_agg(item, (k + item * 3) % 7) as answers
    from generate_series(0, 48) k, generate_series(0, 19) item group by k
)
insert into assessments (user_id, date, burnout_level, score, emotional_exhaustion, depersonalization,
    reduced_accomplishment, answers, created_at, period, department_id, questionnaire_version, profile, quality, redone,
    cause, second_cause)
select n, now(), case n % 3 when 0 then 'low' when 1 then 'medium' else 'high' end, (n * 7 + p * 13) % 121,
    (n * 3 + p) % 55, (n * 5 + p) % 31, (n * 11 + p) % 37, rows.answers, now(), cast(:start as date) + 28 * p,
    1 + n % :departments, 1, 'mixed', case when n % 20 = 0 then 'suspect' else 'ok' end, false,
    case n % 4 when 0 then 'load' when 1 then 'rest' when 2 then 'goals' end, case when n % 8 = 0 then 'values' end
from generate_series(1, :people) n cross join generate_series(0, :periods - 1) p join rows on rows.k = (n + p) % 49
"""
METRICS_SQL = """
insert into metrics (user_id, date, burnout, stress, productivity, created_at, source, period, department_id)
select n, cast(cast(:start as date) + 7 * w as text), (n + w) % 11 * 10, (n * 3 + w) % 11 * 10, (n * 7 + w) % 11 * 10,
    now(), 'pulse', cast(:start as date), 1 + n % :departments
from generate_series(1, :people) n, generate_series(0, :periods - 1) w
"""


async def fill(url: str, people: int, periods: int) -> None:
    """Rows made by the server itself, which takes longer than the bot's own patience."""
    values: dict[str, Any] = {"people": people, "periods": periods, "departments": DEPARTMENTS, "start": START}
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in (DEPARTMENTS_SQL, USERS_SQL, MEMBERSHIPS_SQL, ASSESSMENTS_SQL, METRICS_SQL, "analyze"):
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), wanted)
    await engine.dispose()


async def plan(database: Database, gate: Gate, kind: int, period: Period) -> str:
    """EXPLAIN (ANALYZE) of the statement that counts."""
    statement = gate._tallies(gate._sources[kind], period)
    dialect = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    async with database.read() as session:
        connection = await session.connection()
        rows = await connection.exec_driver_sql(f"explain (analyze, buffers, costs off) {compiled}")
        return "\n".join(row[0] for row in rows)


async def main(people: int, periods: int) -> None:
    """Fill, publish, explain."""
    server = PostgresServer()
    url = server.url()
    try:
        await runner.upgrade(url)
        database = Database(url)
        begin = time.perf_counter()
        await fill(url, people, periods)
        print(f"filled with {people} people, {people * periods} check-ins and as many pulses: {_since(begin)}")
        gate = Gate(load_content(), CALENDAR, 7)
        await publish_first(database, gate, periods)
        texts = []
        for kind, period in enumerate(
            (Period(START + (periods - 1) * WEEK, 1), Period(START + 4 * (periods - 1) * WEEK, 4))
        ):
            found = await plan(database, gate, kind, period)
            texts.append(f"-- {('one week of pulses', 'one check-in period')[kind]}, {people} people\n{found}\n")
        PLANS.write_text("\n".join(texts), encoding="utf-8")
        await database.dispose()
    finally:
        server.stop()
    print(f"memory of this process, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


async def publish_first(database: Database, gate: Gate, periods: int) -> None:
    """One week and one period, the last of those that hold answers; what lies before counts as published."""
    last_week, last_period = START + (periods - 2) * WEEK, START + 4 * (periods - 2) * WEEK
    empty: dict[str, Any] = {"company": None, "groups": [], "hidden": [], "tips": {}, "noticed": {}, "k": 7}
    async with database.begin() as session:
        for kind, slot, weeks in (("pulse_week", last_week, 1), ("checkin_period", last_period, 4)):
            payload = {"kind": kind, "slot": str(slot), "weeks": weeks, **empty}
            session.add(StoredPublication(kind=kind, slot=slot, payload=payload, published_at=datetime.now(UTC)))
    for name, end in (("one week of pulses", last_week + 2 * WEEK), ("one check-in period", last_period + 8 * WEEK)):
        now = datetime.combine(end, datetime.min.time(), UTC) + timedelta(hours=1)
        begin = time.perf_counter()
        async with database.begin() as session:
            kinds = gate._sources
            gate._sources = kinds[:1] if "week" in name else kinds[1:2]
            published = await gate.publish_due(session, now)
            gate._sources = kinds
        assert len(published) == 1
        company = published[0].company
        assert company is not None
        print(f"{name}: {_since(begin)}, {len(published[0].groups)} groups shown")


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:.2f} s"


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(arguments + [100_000, 10][len(arguments) :])))
