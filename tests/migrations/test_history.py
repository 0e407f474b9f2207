"""Every step of the schema's history, on both databases, empty and filled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations import runner
from models import Base
from tests.databases import Databases
from tests.fill import contents, fill, parents_first, references, reflect

pytestmark = pytest.mark.both_databases


class Run(Protocol):
    """Runs `work` on a connection in a transaction of its own, with foreign keys on in SQLite."""

    async def __call__(self, work: Callable[..., Any], *given: Any) -> Any: ...


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Run]:
    """One engine, which knows the statements that it has written; SQLite is asked without a thread between."""
    if url.startswith("sqlite"):
        sync = sa.create_engine(make_url(url).set(drivername="sqlite"), poolclass=NullPool)

        async def run_sync(work: Callable[..., Any], *given: Any) -> Any:
            with sync.begin() as connection:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                return work(connection, *given)

        yield run_sync
        return
    engine = create_async_engine(url, poolclass=NullPool)

    async def run(work: Callable[..., Any], *given: Any) -> Any:
        async with engine.begin() as connection:
            return await connection.run_sync(work, *given)

    try:
        yield run
    finally:
        await engine.dispose()


async def on(url: str, work: Callable[..., Any], *given: Any) -> Any:
    """Run `work` once, as in `opened`."""
    async with opened(url) as run:
        return await run(work, *given)


def revisions() -> list[str]:
    """All revisions, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(runner.config()).walk_revisions()][::-1]


def test_files_are_named_by_their_revisions() -> None:
    """The runner tells from their names what is the newest."""
    assert runner.head() == revisions()[-1]
    assert all(map(runner.is_known, revisions()))
    assert not runner.is_known("9999")


def names(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def description(connection: sa.Connection) -> dict[str, Any]:
    """What the database says of each table: more than autogenerate compares."""
    found = sa.inspect(connection)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], str(c["default"])) for c in found.get_columns(table)
            },
            "key": sorted(found.get_pk_constraint(table)["constrained_columns"]),
            "foreign keys": sorted(
                (key["name"] or "", key["constrained_columns"], key["referred_table"], str(key["options"]))
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted((key["name"] or "", key["column_names"]) for key in found.get_unique_constraints(table)),
            "checks": sorted((check["name"] or "", check["sqltext"]) for check in found.get_check_constraints(table)),
            "indexes": sorted(
                (index["name"] or "", index["column_names"], [str(rule) for rule in index["dialect_options"].values()])
                for index in found.get_indexes(table)
            ),
        }
        for table in names(connection)
    }


async def test_migrations_make_what_the_models_say(databases: Databases) -> None:
    migrated, created = databases.migrated(), databases.empty()

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))

    assert await on(migrated, differences) == []
    await on(created, Base.metadata.create_all)
    assert await on(migrated, description) == await on(created, description)


async def test_every_step_keeps_every_row(empty_url: str) -> None:
    """Filled at each revision as that revision's tables are, then taken to the next; in the end down and up again."""
    before: dict[str, list[dict[str, Any]]] = {}
    tables = None
    async with opened(empty_url) as run:
        for revision in revisions():
            await runner.upgrade(empty_url, revision)
            tables, before = await run(filled_anew, revision, tables, before)
            assert all(before.values()), "a table without rows proves nothing"
        assert await runner.revision_of(empty_url) == revision
        after_steps = await run(description)
        await runner.downgrade(empty_url, "base")
        assert await run(names) == set()
        assert await runner.revision_of(empty_url) is None
        await runner.upgrade(empty_url)
        assert await run(description) == after_steps


def assert_kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Nothing is lost in what both schemas have; new columns and tables don't matter."""
    for table in before.keys() & after.keys():
        shared = sorted(before[table][0].keys() & after[table][0].keys()) if after[table] else []
        kept, was = (
            sorted(str([row[name] for name in shared]) for row in rows) for rows in (after[table], before[table])
        )
        assert kept == was, table


def filled_anew(
    connection: sa.Connection, revision: str, known: sa.MetaData | None, before: dict[str, list[dict[str, Any]]]
) -> tuple[sa.MetaData, dict[str, list[dict[str, Any]]]]:
    """See that what was there before is kept, and fill the tables as they are now; gives them and what they hold.

    In one session: a new one of PostgreSQL would have to read its catalogues again.
    """
    assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == revision
    assert_kept(before, contents(connection))
    tables = reflect(connection, known)
    wipe(connection, tables)
    fill(connection, tables)
    return tables, contents(connection)


def wipe(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Delete all rows: of twos, this is faster than TRUNCATE, which makes every file anew."""
    tables = list(parents_first(metadata))
    for table in tables:
        if pointing := references(table, nullable=True):
            connection.execute(table.update().values(dict.fromkeys(pointing)))
    for table in reversed(tables):
        connection.execute(table.delete())
