"""How a database is moved: whole or not at all, once, with nothing lost, and with a copy of an SQLite file first."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from migrations import runner
from tests.databases import PostgresDatabases, SQLiteDatabases
from tests.e2e.forks import fork
from tests.fill import contents, fill, reflect
from tests.migrations.test_history import assert_kept, description, on

pytestmark = pytest.mark.both_databases

NEXT = '''
"""{message}."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {old!r}


def upgrade() -> None:
    {body}


def downgrade() -> None:
    raise NotImplementedError
'''
REBUILD_ALL = """
    for table in sa.inspect(op.get_bind()).get_table_names():
        if table != "alembic_version":
            with op.batch_alter_table(table, recreate="{recreate}") as batch:
                batch.add_column(sa.Column("added", sa.Integer(), nullable=True))
"""
ADD = 'op.add_column("facts", sa.Column("added", sa.Integer(), nullable=True))'
LOSE_PARENTS = f"""
    {ADD}
    op.execute("DELETE FROM users")
"""


@pytest.fixture
def next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all real revisions; a file put there is the next one."""
    folder = tmp_path / "versions"
    shutil.copytree(runner.VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(runner, "VERSIONS", folder)
    return folder


def add_step(folder: Path, body: str) -> None:
    """Write the next revision."""
    (folder / "9999_next.py").write_text(NEXT.format(message="Next", old=runner.head(), body=body.strip()))


def constraints(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Keys, checks and indexes of every table."""
    return {
        table: {kind: rules for kind, rules in kinds.items() if kind != "columns"}
        for table, kinds in description(connection).items()
    }


async def test_rebuilding_every_table_keeps_every_row(database_url: str, next_step: Path) -> None:
    await on(database_url, lambda connection: fill(connection, reflect(connection)))
    before = await on(database_url, contents)
    rules = await on(database_url, constraints)
    add_step(next_step, REBUILD_ALL.format(recreate="always" if "sqlite" in database_url else "auto"))
    await runner.upgrade(database_url)
    after = await on(database_url, contents)
    assert all(before.values())
    assert_kept(before, after)
    assert "added" in after["users"][0]
    assert await on(database_url, constraints) == rules


async def test_rebuilding_with_foreign_keys_on_would_lose_rows(sqlite_databases: SQLiteDatabases) -> None:
    """The reason for the runner's care: without it the test above would have to fail."""
    url = sqlite_databases.migrated()
    await on(url, lambda connection: fill(connection, reflect(connection)))
    count = sa.text("SELECT count(*) FROM assessments")
    assert await on(url, lambda connection: connection.scalar(count)) == 2
    await on(url, lambda connection: connection.exec_driver_sql("DROP TABLE users"))
    assert await on(url, lambda connection: connection.scalar(count)) == 0


async def test_a_step_that_breaks_references_is_undone(sqlite_databases: SQLiteDatabases, next_step: Path) -> None:
    url = sqlite_databases.migrated()
    await on(url, lambda connection: fill(connection, reflect(connection)))
    before = await on(url, lambda connection: (contents(connection), description(connection)))
    old = runner.head()
    add_step(next_step, LOSE_PARENTS)
    with pytest.raises(runner.BrokenReferencesError, match=r"assessments.*was not changed"):
        await runner.upgrade(url)
    assert await runner.revision_of(url) == old
    after = await on(url, lambda connection: (contents(connection), description(connection)))
    assert after == before


async def test_a_step_that_fails_half_way_is_undone(database_url: str, next_step: Path) -> None:
    before, old = await on(database_url, description), runner.head()
    add_step(next_step, f'{ADD}\n    raise RuntimeError("half way")')
    with pytest.raises(RuntimeError, match="half way"):
        await runner.upgrade(database_url)
    assert await runner.revision_of(database_url) == old
    assert await on(database_url, description) == before


async def test_a_copy_is_made_before_the_schema_changes(sqlite_databases: SQLiteDatabases, next_step: Path) -> None:
    url, old = sqlite_databases.migrated(), runner.head()
    await on(url, lambda connection: fill(connection, reflect(connection)))
    file = Path(str(make_url(url).database))
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("INSERT INTO facts VALUES ('bot_username', 'in the log, not in the file yet')")
        other.commit()
        add_step(next_step, ADD)
        copy = await runner.upgrade(url)
    assert copy == file.with_name(f"{file.stem}.{old}.db")
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT version_num FROM alembic_version").fetchone() == (old,)
        assert opened.execute("SELECT count(*) FROM users").fetchone() == (2,)
        assert opened.execute("SELECT count(*) FROM facts WHERE name = 'bot_username'").fetchone() == (1,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [path.name for path in file.parent.glob(f"{file.stem}.{old}*")] == [copy.name]


async def test_a_first_database_and_its_folder_are_made_and_no_copy_without_a_change(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new folder, 100%/exhale.db"
    assert await runner.upgrade(url) is None
    assert await runner.upgrade(url) is None
    file = tmp_path / "new folder, 100%" / "exhale.db"
    assert file.stat().st_size > 0
    assert list(file.parent.glob(f"{file.stem}.0*")) == []


async def test_check(empty_url: str, next_step: Path) -> None:
    with pytest.raises(runner.OutdatedSchema, match=r"^The database is empty, .*manage.py migrate`\.$"):
        await runner.check(empty_url)
    await runner.upgrade(empty_url)
    await runner.check(empty_url)
    assert await runner.revision_of(empty_url) == runner.head()
    old = runner.head()
    add_step(next_step, "pass")
    assert await runner.revision_of(empty_url) == old
    with pytest.raises(runner.OutdatedSchema, match=f"^The database is at revision {old}, .* 9999"):
        await runner.check(empty_url)


async def test_a_newer_database_is_left_alone(database_url: str, next_step: Path) -> None:
    add_step(next_step, "pass")
    await runner.upgrade(database_url)
    (next_step / "9999_next.py").unlink()
    with pytest.raises(runner.OutdatedSchema, match="9999"):
        await runner.check(database_url)
    with pytest.raises(runner.OutdatedSchema, match="9999"):
        await runner.upgrade(database_url)


@pytest.mark.parametrize(
    "databases", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=["databases"]
)  # on PostgreSQL the next test forces what is left to chance here
async def test_two_processes_migrate_at_once(empty_url: str) -> None:
    """Both end well and the schema is made once; without the lock one would fail on a table that is there already."""
    processes = await asyncio.gather(*(fork(_upgrade, empty_url) for _ in range(2)))
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 0]
    assert await runner.revision_of(empty_url) == runner.head()


def _upgrade(url: str) -> None:
    asyncio.run(runner.upgrade(url))


async def test_a_second_migrator_waits(postgresql_databases: PostgresDatabases) -> None:
    """The same, with the overlap forced: while one holds the lock the other has to wait."""
    url = postgresql_databases.empty()
    async with runner._exclusive(make_url(url)) as first:
        second = asyncio.ensure_future(runner.upgrade(url))
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        async with asyncio.timeout(10):
            while not (await first.execute(waiting)).scalar_one():
                await asyncio.sleep(0)
        assert not second.done()
    await second
    assert await runner.revision_of(url) == runner.head()
