"""What a publication costs with 100,000 people and 1,000,000 check-ins on PostgreSQL: `python -m benchmarks.gate`.

One person in ten works in a department so small that it reports once a period; answers lie in the tables in the order
of time. Prints seconds, how many of them the processors worked (in the server and here), and memory, and keeps the
plans of the statements that count beside this file (`gate_plans.txt`). Linux only: the server's work is read in /proc.
Other sizes: `python -m benchmarks.gate PEOPLE PERIODS`.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine

from content import load_content
from db.database import Database
from migrations import runner
from services.gate import publications
from services.gate.gate import Gate
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from tests.postgres import PostgresServer

PLANS = Path(__file__).with_name("gate_plans.txt")
START = date(2026, 4, 20)
DEPARTMENTS = 200
SMALL_DEPARTMENTS = 600  # of 16 or 17 people each
NAMES = ("one week of pulses", "one check-in period", "the pulse of one period")  # in the order of the gate
AFTER_ALL = datetime(2028, 1, 1, tzinfo=UTC)
PULSE_PERIOD_BEGINS = START + 4 * WEEK
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)

DEPARTMENTS_SQL = """
insert into departments (id, name, created_at, updated_at)
select n, 'Department ' || n, now(), now() from generate_series(1, cast(:departments as int) + :small) n
"""
DEPARTMENT_OF = "case when n % 10 = 1 then :departments + 1 + n / 10 % :small else 1 + n % :departments end"
USERS_SQL = f"""
insert into users (id, telegram_id, role, name, department_id, join_date, locale, timezone, checkin_weekday,
    checkin_time, pulse_on, pulse_since, pulse_weekday, pulse_time, muted_kinds, working_days, quiet_from, quiet_until,
    consent_version, consent_at, audit_key, export_count, created_at, updated_at)
select n, n, case when n % 500 = 0 then 'hr' else 'employee' end, 'Person', {DEPARTMENT_OF}, now(), 'ru',
    'Europe/Moscow', 1, '10:00', true, now(), 3, '15:00', '[]', '01234', '20:00', '09:00', 1, now(), n, 0, now(), now()
from generate_series(1, :people) n
"""
MEMBERSHIPS_SQL = f"""
insert into memberships (user_id, department_id, since)
select n, {DEPARTMENT_OF}, cast(:start as date) - 28 from generate_series(1, :people) n
union all
select n, 1 + (n + 7) % :departments, cast(:start as date) + 28 * (n % 9 + 1)
from generate_series(1, :people) n where n % 10 = 0
"""
ASSESSMENTS_SQL = f"""
with rows as materialized (
    select k, jsonb_object_agg(item, (k + item * 3) % 7) as answers
    from generate_series(0, 48) k, generate_series(0, 19) item group by k
)
insert into assessments (user_id, date, burnout_level, score, emotional_exhaustion, depersonalization,
    reduced_accomplishment, answers, created_at, period, department_id, questionnaire_version, profile, quality, redone,
    cause, second_cause)
select n, now(), case n % 3 when 0 then 'low' when 1 then 'medium' else 'high' end, (n * 7 + p * 13) % 121,
    (n * 3 + p) % 55, (n * 5 + p) % 31, (n * 11 + p) % 37, rows.answers, now(), cast(:start as date) + 28 * p,
    {DEPARTMENT_OF}, 1, 'mixed', case when n % 20 = 0 then 'suspect' else 'ok' end, false,
    case n % 4 when 0 then 'load' when 1 then 'rest' when 2 then 'goals' end, case when n % 8 = 0 then 'values' end
from generate_series(1, :people) n cross join generate_series(0, :periods - 1) p join rows on rows.k = (n + p) % 49
order by p
"""
RECOMMENDATIONS_SQL = """
insert into recommendations (user_id, category, title, description, priority, duration, completed, content_id, reason,
    state, closed_at, created_at, updated_at)
select n, 'rest', 'A walk', repeat('Once round the block. ', 5), 'low', '5 minutes', n % 3 = 0, 'walk', 'level',
    case when n % 3 = 0 then 'done' else 'declined' end, opened + interval '5 days', opened, opened
from generate_series(1, :people) n, generate_series(0, :periods - 1) p, generate_series(1, 3) tip,
    lateral (select cast(cast(:start as date) + 28 * p + 15 as timestamptz) as opened) of_period order by p
"""
READERSHIPS_SQL = """
insert into readerships (user_id, since, reads)
select id, cast(:start as date) - 28, true from users where role = 'hr'
"""
METRICS_SQL = f"""
insert into metrics (user_id, date, burnout, stress, productivity, created_at, source, period, department_id)
select n, cast(cast(:start as date) + 7 * w as text), (n + w) % 11 * 10, (n * 3 + w) % 11 * 10, (n * 7 + w) % 11 * 10,
    now(), 'pulse', cast(:start as date), {DEPARTMENT_OF}
from generate_series(1, :people) n, generate_series(0, :periods + 1) w where (n / 6000 + w * w) % 6 > 0
order by w
"""
STATEMENTS = (
    DEPARTMENTS_SQL,
    USERS_SQL,
    MEMBERSHIPS_SQL,
    READERSHIPS_SQL,
    ASSESSMENTS_SQL,
    RECOMMENDATIONS_SQL,
    METRICS_SQL,
)


async def fill(url: str, people: int, periods: int) -> None:
    """Rows made by the server itself, which takes longer than the bot's own patience, and left as autovacuum does."""
    values: dict[str, Any] = {
        "people": people,
        "periods": periods,
        "departments": DEPARTMENTS,
        "small": SMALL_DEPARTMENTS,
        "start": START,
    }
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in STATEMENTS:
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), wanted)
    async with engine.connect() as connection:
        apart = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await apart.execute(text("vacuum analyze"))
    await engine.dispose()


class Watched(Gate):
    """A gate that remembers the last statement with which it counted."""

    counted: Select[Any]

    def _tallies(self, *arguments: Any) -> Select[Any]:
        self.counted = super()._tallies(*arguments)
        return self.counted


async def plan(database: Database, statement: Select[Any]) -> str:
    """EXPLAIN (ANALYZE) of a statement."""
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
        print(f"filled with {people} people, {people * periods} check-ins and about as many pulses: {_since(begin)}")
        gate = Watched(load_content(), CALENDAR, 7)
        await count_as_published(database, periods)
        counted = await publish(database, gate, server.pid)
        texts = [
            f"-- {name}, {people} people\n{await plan(database, statement)}\n"
            for name, statement in zip(NAMES, counted, strict=True)
        ]
        PLANS.write_text("\n".join(texts), encoding="utf-8")
        await database.dispose()
    finally:
        server.stop()
    print(f"memory of this process, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


async def count_as_published(database: Database, periods: int) -> None:
    """Leave one period of weeks, and the last period of check-ins, to be published."""
    begun = (
        Publication(PULSE_WEEK, PULSE_PERIOD_BEGINS - WEEK, 1, 7, None, (), ()),
        Publication(CHECKIN_PERIOD, START + 4 * (periods - 2) * WEEK, 4, 7, None, (), ()),
        Publication(PULSE_PERIOD, START, 4, 7, None, (), ()),
    )
    async with database.begin() as session:
        for publication in begun:
            await publications.store(session, publication, datetime.now(UTC))


async def publish(database: Database, gate: Watched, server: int) -> list[Select[Any]]:
    """Publish four weeks, a period of check-ins and the pulse of the period, and print what the last of each costs.

    Each is made twice: once for nothing, when the rows may have to come from the disk, and once to be kept. Gives the
    statements that counted.
    """
    sources, counted = gate._sources, []
    for name, source, number in zip(NAMES, sources, (4, 1, 1), strict=True):
        gate._sources = (source,)
        for _ in range(number):
            costs = []
            for is_kept in (False, True):
                begin, worked = time.perf_counter(), _worked(server)
                async with database.begin() as session:
                    (found,) = await gate.publish_due(session, AFTER_ALL, at_most=1)
                    if not is_kept:
                        await session.rollback()
                costs.append(f"{_since(begin)} (processors {_worked(server) - worked:.2f} s)")
        print(f"{name}: {', again '.join(costs)}, {len(found.groups)} groups shown, {len(found.hidden)} hidden")
        counted.append(gate.counted)
    gate._sources = sources
    return counted


def _worked(server: int) -> float:
    """Seconds of processors that this process has used so far, and the server with all processes that it ever had."""
    return time.process_time() + _worked_by(server)


def _worked_by(pid: int) -> float:
    """The same of a process, those that it waited for, and its children that are alive (proc(5): stat, children)."""
    folder = Path(f"/proc/{pid}")
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        children = (folder / "task" / str(pid) / "children").read_text().split()
    except FileNotFoundError:  # it has just ended: now it is in its parent's sum
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(_worked_by(int(child)) for child in children)


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:.2f} s"


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(arguments + [100_000, 10][len(arguments) :])))
