"""How long a move takes: `python -m benchmarks.move [PEOPLE]` moves a large company into a file, and back.

Each direction compares every row by itself. What can be taken away is compared here, byte for byte, before and after
each: every publication as `manage.py publications` prints it, HR's spreadsheet, and the own data of 500 people, from
the first to the last. Both databases are on this machine, so the network is left out.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.tick import CALENDAR, DELIVERIES_SQL, METRICS_SQL, NOW, USERS_SQL
from content import Content, load_content
from db.database import Database
from migrations import runner
from migrations.move import move
from services.account import export
from services.account.member import get_member
from services.account.unit_of_work import UnitOfWork
from services.gate import publications
from services.gate.gate import Gate
from services.kit.calendar import WEEK
from services.summary.drilldown import Drilldown
from tests.postgres import PostgresServer
from views.account.export import documents
from views.summary import spreadsheet
from views.translator import Catalogs

PEOPLE = 100_000
TAKEN_AWAY = 500
MIN_GROUP = 7
HR = 1

COMPANY_SQL = (
    """
insert into departments (name, created_at, updated_at)
select 'Отдел ' || n, cast(:now as timestamptz), cast(:now as timestamptz)
from generate_series(0, :people / 500) n
""",
    f"""
update users set name = 'Ёжикова № ' || id || ' 🦔', department_id = 1 + id / 500,
    role = case id when {HR} then 'hr' else role end,
    consent_at = cast(:now as timestamptz) - interval '1 year'
where id <= :people
""",
    """
insert into memberships (user_id, department_id, since)
select id, department_id, date '2026-01-05' from users where id <= :people
""",
    """
update metrics set department_id = 1 + user_id / 500, burnout = user_id * 7 % 11 * 10, stress = user_id * 3 % 11 * 10,
    productivity = user_id % 11 * 10
where user_id <= :people
""",
    """
insert into assessments (user_id, date, burnout_level, score, emotional_exhaustion, depersonalization,
    reduced_accomplishment, answers, created_at, period, department_id, questionnaire_version, profile, quality, redone,
    cause, causes_open)
select id, moment, (array['low', 'medium', 'high'])[1 + id % 3], id % 49 + id % 25 + id % 37, id % 49, id % 25, id % 37,
    (select jsonb_object_agg(key, (id + place) % 7) from jsonb_array_elements_text(cast(:keys as jsonb))
        with ordinality keys (key, place)),
    moment, cast(:period as date), department_id, :version, 'engaged', 'ok', false,
    case when id % 4 = 0 then 'load' end, false
from users, (values (cast(:now as timestamptz) - interval '14 days' + interval '0.123456 seconds')) moments (moment)
where id <= :people
""",
)

Taken = dict[str, bytes]


async def fill(url: str, people: int, content: Content) -> None:
    """A company with departments of 500, where everybody has answered two pulses and a check-in, as it publishes."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    values = {
        "people": people,
        "now": NOW,
        "keys": json.dumps(content.questionnaire.order),
        "version": content.questionnaire.version,
        "period": CALENDAR.period_of(CALENDAR.period_at(NOW).start - WEEK).start,
    }
    async with engine.connect() as connection:
        for statement in (USERS_SQL, METRICS_SQL, DELIVERIES_SQL, *COMPANY_SQL):
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), named)
        await connection.execute(text("CREATE DATABASE back"))
    await engine.dispose()
    database = Database(url)
    async with database.begin() as session:
        await Gate(content, CALENDAR, MIN_GROUP).publish_due(session, NOW)
    await database.dispose()


async def take_away(url: str, people: int, content: Content) -> Taken:
    """What leaves this database as a file, by name. Nothing stays of it having been asked for."""
    t = Catalogs().translator("ru")
    database = Database(url)
    async with database.begin() as session:
        taken = {"publications.json": json.dumps(await publications.export(session), ensure_ascii=False).encode()}
        taken |= await _spreadsheet(session, content)
        for number in range(0, people, max(people // TAKEN_AWAY, 1)):
            uow = UnitOfWork(session, await get_member(session, number + 1), NOW)
            for document in documents(t, await export.collect(uow), content):
                taken[f"{number + 1}/{document.name}"] = document.content
        await session.rollback()
    await database.dispose()
    return taken


async def _spreadsheet(session: AsyncSession, content: Content) -> Taken:
    """The parts of HR's file, but the one that says when it was made."""
    uow = UnitOfWork(session, await get_member(session, HR), NOW)
    today = CALENDAR.today(NOW)
    found = await Drilldown(content, CALENDAR).everything(uow, today)
    document = spreadsheet.document(Catalogs().translator("ru"), content, found, today)
    with ZipFile(io.BytesIO(document.content)) as parts:
        return {f"{document.name}/{name}": parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


async def main(people: int) -> None:
    """Fill, move there, move back; print rows, seconds, and how many files are the same."""
    content = load_content()
    server = PostgresServer()
    try:
        first, back = server.url(), server.url("back")
        await runner.upgrade(first)
        await fill(first, people, content)
        before = await take_away(first, people, content)
        with tempfile.TemporaryDirectory() as folder:
            file = f"sqlite+aiosqlite:///{Path(folder) / 'exhale.db'}"
            for source, target in ((first, file), (file, back)):
                began, worked = time.perf_counter(), time.process_time()
                counts = await move(make_url(source), make_url(target))
                seconds, cpu = time.perf_counter() - began, time.process_time() - worked
                kind = make_url(target).get_backend_name()
                rows = sum(counts.values())
                print(f"{people:,} people, {rows:,} rows into {kind}: {seconds:.0f} s, {cpu:.0f} of our CPU")
                _compare(before, await take_away(target, people, content))
    finally:
        server.stop()


def _compare(before: Taken, after: Taken) -> None:
    """Print how many files there are, and which are not the same."""
    assert before.keys() == after.keys()
    changed = [name for name in before if before[name] != after[name]]
    volume = sum(map(len, after.values())) / 1e6
    number = len(json.loads(after["publications.json"]))
    print(
        f"{len(after):,} files ({volume:.1f} MB, {number} publications among them): {len(changed)} differ {changed[:3]}"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
