"""Moves everything from one database into another, SQLite into PostgreSQL or back.

Tables go in the order of their references, rows by their key, some at a time, so that a move that was interrupted goes
on where it ended. Until everything is there and was compared, the target's revision is MOVING, and no bot starts on it.
The source is only read.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    MetaData,
    Table,
    Text,
    cast,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy import bindparam as bound
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from db.address import create_engine
from db.database import read_only
from db.locks import PLACE, SENDER, create_lock
from db.outages import DatabaseUnavailable, notice_outages
from migrations import runner
from models import Base

AT_ONCE = 2000
KEPT_OUT = {"alembic_version"}
OF_ITSELF = {"facts"}  # what a bot that nobody has joined yet writes down
Report = Callable[[int], None]


class MoveError(Exception):
    """The move cannot be made, or was not completed; the text is one line for the operator."""


class _AsText(TypeDecorator[str]):
    """JSON as it is written: a NULL stays one, and what was kept as text is not read."""

    impl = Text
    cache_ok = True

    def __init__(self, is_binary: bool) -> None:
        super().__init__()
        self.is_binary = is_binary

    def column_expression(self, column: Any) -> Any:
        """Read the text."""
        return cast(column, Text)


TABLES = [table for table in Base.metadata.sorted_tables if table.name not in KEPT_OUT]


async def move(source: URL, target: URL, report: Report = lambda _: None) -> dict[str, int]:
    """Copy every row and return how many each table has. `report` is told of rows, some at a time.

    Raise MoveError or SchemaError (a source or a target of another version); the same call then goes on where it ended.
    """
    async with _nobody_at_work(source, target):
        try:
            await runner.check(source)
            await _prepare(target)
            async with _opened(source, only_reads=True) as old, _opened(target) as new:
                return await _move(old, new, report)
        except DatabaseUnavailable as outage:
            says = f"Stopped ({outage}): the source is as it was. Run the same command again to go on."
            raise MoveError(says) from None


async def _move(old: AsyncConnection, new: AsyncConnection, report: Report) -> dict[str, int]:
    for table in TABLES:
        await _copy(old, new, table, report)
    for table in TABLES:
        await _point_forward(old, new, table)
    await _continue_numbers(old, new)
    counts = {}
    for table in TABLES:
        counts[table.name], is_same = await _compare(old, new, table)
        if not is_same:
            raise MoveError(f"{table.name} is not the same in both databases: empty the target and begin again.")
    await new.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": runner.head()})
    await new.commit()
    return counts


@asynccontextmanager
async def _nobody_at_work(*urls: URL) -> AsyncIterator[None]:
    """Keep every bot from either database. Raise MoveError when one is at work."""
    locks = [create_lock(url, name) for url in urls for name in (PLACE, SENDER)]
    try:
        for lock in locks:
            if not await lock.acquire():
                raise MoveError("A bot is at work on one of the two databases: stop it first.")
        yield
    finally:
        for lock in locks:
            await lock.release()


async def count(source: URL) -> int:
    """Return how many rows there are to copy."""
    async with _opened(source, only_reads=True) as old:
        return sum([await old.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES])


async def _prepare(target: URL) -> None:
    """Make an empty database ready to be moved into. Raise MoveError for one that holds something."""
    revision = await runner.revision_of(target)
    if revision == runner.MOVING:
        return
    async with _opened(target) as new:
        there = set(await new.run_sync(lambda connection: inspect(connection).get_table_names()))
        held = [table.name for table in TABLES if table.name in there - OF_ITSELF and await _has_rows(new, table)]
        if held or (there and revision is None):
            what = ", ".join((held or sorted(there))[:3])
            raise MoveError(f"--to: there is something in that database ({what}): name an empty one.")
    await runner.upgrade(target)
    async with _opened(target) as new:
        for table in reversed(TABLES):
            await new.execute(table.delete())
        await new.execute(text("UPDATE alembic_version SET version_num = :moving"), {"moving": runner.MOVING})
        await new.commit()


async def _has_rows(connection: AsyncConnection, table: Table) -> bool:
    return await connection.scalar(select(1).select_from(table).limit(1)) is not None


# --- rows ------------------------------------------------------------------------------------------------------------


async def _copy(old: AsyncConnection, new: AsyncConnection, table: Table, report: Report) -> None:
    plain = _plain(table, new.dialect.name)
    last = await _last_key(new, table)
    report(await new.scalar(select(func.count()).select_from(table)) or 0)
    async for rows in _batches(old, table, last):
        values = [{**row, **dict.fromkeys(_later(table))} for row in rows]
        await new.execute(insert(plain).values(_written(plain, new)), values)
        await new.commit()
        report(len(rows))


async def _last_key(new: AsyncConnection, table: Table) -> Any:
    """Return where to go on; words are in another order in another database, so their few rows are copied anew."""
    key = _key(table)
    if issubclass(key.type.python_type, str):
        await new.execute(table.delete())
        return None
    return await new.scalar(select(func.max(key)))


async def _batches(connection: AsyncConnection, table: Table, last: Any = None) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield every row after the key `last`, some at a time, by key."""
    plain = _plain(table, connection.dialect.name)
    key = _key(plain)
    while True:
        after = select(plain).order_by(key).limit(AT_ONCE)
        found = await connection.execute(after if last is None else after.where(key > last))
        rows = [dict(row) for row in found.mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1][key.name]


async def _point_forward(old: AsyncConnection, new: AsyncConnection, table: Table) -> None:
    """Set what points to rows that came later: a department to its manager, a person to their other account."""
    key = _key(table)
    for name in _later(table):
        pointing = (await old.execute(select(key, table.c[name]).where(table.c[name].is_not(None)))).all()
        if pointing:
            setting = update(table).where(key == bound("row")).values({name: bound("other")})
            await new.execute(setting, [{"row": row, "other": other} for row, other in pointing])
    await new.commit()


def _later(table: Table) -> list[str]:
    """Return the columns whose rows may not be there yet."""
    position = TABLES.index(table)
    return [key.parent.name for key in _references(table) if TABLES.index(key.column.table) >= position]


def _references(table: Table) -> list[ForeignKey]:
    return sorted(table.foreign_keys, key=lambda key: key.parent.name)


def _key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


def _plain(table: Table, dialect: str) -> Table:
    """Return the table with its JSON as text."""
    columns = []
    for column in table.columns:
        kind = column.type
        if isinstance(kind, JSON):
            variant = kind._variant_mapping.get(dialect, kind)
            kind = _AsText(isinstance(variant, JSONB))
        columns.append(Column(column.name, kind, primary_key=column.primary_key))
    return Table(table.name, MetaData(), *columns)


def _written(plain: Table, new: AsyncConnection) -> dict[str, Any]:
    """Return how each value is written: a text that holds JSON is one for PostgreSQL only when told so."""
    if new.dialect.name == "sqlite":
        return {column.name: bound(column.name, type_=column.type) for column in plain.columns}
    return {
        column.name: cast(bound(column.name, type_=Text()), JSONB() if column.type.is_binary else JSON())
        if isinstance(column.type, _AsText)
        else bound(column.name, type_=column.type)
        for column in plain.columns
    }


# --- numbers ---------------------------------------------------------------------------------------------------------


async def _continue_numbers(old: AsyncConnection, new: AsyncConnection) -> None:
    """Let new rows get numbers that no row has or had."""
    for table in TABLES:
        key = _key(table)
        if not issubclass(key.type.python_type, int) or key.autoincrement is False or key.foreign_keys:
            continue
        newest = max(await old.scalar(select(func.max(key))) or 0, await _counted(old, table.name, key.name))
        await _count_on(new, table, key.name, newest)
    await new.commit()


async def _counted(old: AsyncConnection, table: str, key: str) -> int:
    """Return the last number that was given out, also to a row that is gone."""
    if old.dialect.name == "sqlite":
        given = await old.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table})
        return int(given or 0)
    name = await old.scalar(select(func.pg_get_serial_sequence(table, key)))
    asked = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"  # noqa: S608 (its own name)
    last = await old.scalar(text(asked)) if name else 0
    return int(last or 0)


async def _count_on(new: AsyncConnection, table: Table, key: str, newest: int) -> None:
    if new.dialect.name == "postgresql":
        await new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key), max(newest, 1), newest > 0)))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        where = {"name": table.name, "seq": newest}
        await new.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), where)
        await new.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), where)


# --- comparing -------------------------------------------------------------------------------------------------------


async def _compare(old: AsyncConnection, new: AsyncConnection, table: Table) -> tuple[int, bool]:
    """Return how many rows there are, and whether both databases hold the same ones."""
    was, now = await _summed(old, table), await _summed(new, table)
    return now[0], was == now


async def _summed(connection: AsyncConnection, table: Table) -> tuple[int, int]:
    """Return how many rows there are, and the sum of their hashes, in whatever order they are read."""
    number = total = 0
    texts = {column.name for column in table.columns if isinstance(column.type, JSON)}
    async for rows in _batches(connection, table):
        for row in rows:
            for name in texts & row.keys():
                row[name] = row[name] and json.dumps(json.loads(row[name]), sort_keys=True)
            total += int.from_bytes(sha256(repr(sorted(row.items())).encode()).digest())
        number += len(rows)
    return number, total


# --- connections -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _opened(url: URL, *, only_reads: bool = False) -> AsyncIterator[AsyncConnection]:
    """Open one connection; one that only reads sees one state of the database until it is closed."""
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(read_only(url) if is_sqlite and only_reads else url, poolclass=NullPool)
    if not is_sqlite and only_reads:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    notice_outages(engine)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
