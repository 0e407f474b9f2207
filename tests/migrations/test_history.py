"""Every step of the schema's history, on both databases, empty and filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations import runner
from models import Base
from tests.databases import Databases
from tests.fill import contents, fill, reflect

pytestmark = pytest.mark.both_databases


async def on(url: str, work: Callable[..., Any], *given: Any) -> Any:
    """Run `work` on a connection in a transaction of its own, with foreign keys on in SQLite."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            return await connection.run_sync(work, *given)
    finally:
        await engine.dispose()


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


async def test_up_down_up(empty_url: str) -> None:
    for revision in revisions():
        await runner.upgrade(empty_url, revision)
        assert await runner.revision_of(empty_url) == revision
    after_first = await on(empty_url, description)
    for revision in [*revisions()[:-1][::-1], "base"]:
        await runner.downgrade(empty_url, revision)
    assert await on(empty_url, names) == set()
    assert await runner.revision_of(empty_url) is None
    await runner.upgrade(empty_url)
    assert await on(empty_url, description) == after_first


async def test_migrations_make_what_the_models_say(databases: Databases) -> None:
    migrated, created = databases.migrated(), databases.empty()

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))

    assert await on(migrated, differences) == []
    await on(created, Base.metadata.create_all)
    assert await on(migrated, description) == await on(created, description)


async def test_every_step_keeps_every_row(empty_url: str) -> None:
    """Filled at each revision as that revision's tables are, then taken to the next."""
    await runner.upgrade(empty_url, revisions()[0])
    tables = await on(empty_url, reflect)
    for following in [*revisions()[1:], None]:
        await on(empty_url, fill, tables)
        before = await on(empty_url, contents, tables)
        assert all(before.values()), "a table without rows proves nothing"
        if following is None:
            break
        await runner.upgrade(empty_url, following)
        tables = await on(empty_url, reflect)
        assert_kept(before, await on(empty_url, contents, tables))
        await on(empty_url, wipe, tables)


def assert_kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Nothing is lost in what both schemas have; new columns and tables don't matter."""
    for table in before.keys() & after.keys():
        assert len(after[table]) == len(before[table]), table
        for old, new in zip(before[table], after[table], strict=True):
            shared = old.keys() & new.keys()
            assert {name: new[name] for name in shared} == {name: old[name] for name in shared}, table


def wipe(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Delete all rows, references first."""
    for table in metadata.tables.values():
        for column in table.columns:
            if column.foreign_keys and column.nullable:
                connection.execute(table.update().values({column: None}))
    for table in metadata.tables.values():
        if table.name != "alembic_version":
            connection.execute(table.delete())
