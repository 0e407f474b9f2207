"""Moves a database along the schema's history.

The bot brings SQLite up to date at start and only checks PostgreSQL, which `manage.py migrate` migrates as a release
step. A move is one transaction: it happens whole or not at all. Files are named by their revisions, so that Alembic is
only loaded where there is something to move.

On SQLite most changes rebuild a table, and with foreign keys on that would delete the rows that point to it. So they
are off during the move (the pragma has no effect inside a transaction, hence it comes first), every reference is
checked before the commit, and a database with something in it is copied first. On PostgreSQL an advisory lock makes a
second migrator wait and then find nothing left to do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import event, inspect, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from db.address import create_engine
from db.outages import DatabaseUnavailable, notice_outages

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parent
VERSIONS = FOLDER / "versions"
MOVING = "moving"  # a revision of its own, while rows are being moved into a database
LOCK_KEY = 0x4558484C  # any number that nothing else in the database locks


class SchemaError(Exception):
    """The database cannot be used as it is; the text is one line for the operator."""


class OutdatedSchema(SchemaError):  # noqa: N818 (it tells a state, not a failure)
    """The database is older than the program, or the program than the database."""


class BrokenReferencesError(SchemaError):
    """A move would have left rows that point to nothing; it was undone."""


async def upgrade(url: str | URL, revision: str = "head") -> Path | None:
    """Bring the database up to `revision`, creating an SQLite file and its folder when there is none.

    Returns the copy that was made of an SQLite database before its schema changed.
    Raises OutdatedSchema for a database that is newer, BrokenReferencesError, DatabaseUnavailable.
    """
    address = make_url(url)
    if _is_file(address):
        _make_file(Path(str(address.database)))
    async with _exclusive(address) as connection:
        old = await connection.run_sync(_current)
        _refuse_newer(old)
        if old == _resolve(revision):
            return None
        copy = None
        if old is not None and _is_file(address):
            path = Path(str(address.database))
            copy = await asyncio.to_thread(copy_file, path, path.with_name(f"{path.stem}.{old}{path.suffix}"))
        await _move(connection, "upgrade", revision)
    return copy


async def downgrade(url: str | URL, revision: str) -> None:
    """Take the database back to `revision` ("base" empties it). What newer columns held is lost."""
    async with _exclusive(make_url(url)) as connection:
        await _move(connection, "downgrade", revision)


async def check(url: str | URL) -> None:
    """Raise OutdatedSchema when the database and the program differ."""
    current = await revision_of(url)
    _refuse_newer(current)
    if current != head():
        found = f"at revision {current}" if current else "empty"
        raise OutdatedSchema(f"The database is {found}, this version needs {head()}: run `python manage.py migrate`.")


async def revision_of(url: str | URL) -> str | None:
    """The revision that the database is at, None when it has never been migrated."""
    engine = create_engine(make_url(url), poolclass=NullPool)
    notice_outages(engine)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_current)
    finally:
        await engine.dispose()


def head() -> str:
    """The newest revision that this program knows."""
    return max(_revisions())


def is_known(revision: str) -> bool:
    """Whether this program knows a revision, so that it can bring it up to date."""
    return revision in _revisions()


def config() -> Config:
    """Alembic's configuration, built here so that no ini file is needed."""
    from alembic.config import Config  # noqa: PLC0415 (most starts need no Alembic: 10 MB)

    made = Config()
    made.set_main_option("script_location", _escaped(FOLDER))
    made.set_main_option("version_locations", _escaped(VERSIONS))
    made.set_main_option("path_separator", "newline")  # a folder's name may hold spaces and commas
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _revisions() -> set[str]:
    return {path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py")}


def _resolve(revision: str) -> str:
    return head() if revision == "head" else revision


def _refuse_newer(current: str | None) -> None:
    if current == MOVING:
        raise OutdatedSchema("A move into this database has not ended: run the same `python manage.py move` again.")
    if current is not None and not is_known(current):
        raise OutdatedSchema(
            f"The database is at revision {current}, which this older version does not know: update it."
        )


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def _move(connection: AsyncConnection, direction: Literal["upgrade", "downgrade"], revision: str) -> None:
    """Move within the transaction. Raise BrokenReferencesError when a row would point to one that is not there."""
    from alembic import command  # noqa: PLC0415 (see `config`)

    alembic = config()

    def run(synchronous: Connection) -> None:
        alembic.attributes["connection"] = synchronous
        (command.upgrade if direction == "upgrade" else command.downgrade)(alembic, revision)

    await connection.run_sync(run)
    if connection.dialect.name == "sqlite":
        await _check_references(connection)


def _make_file(path: Path) -> None:
    """An empty file is an empty database; one that SQLite makes itself could be read by everybody on the machine."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")


@asynccontextmanager
async def _exclusive(url: URL) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that no other migrator can be in at the same time."""
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": 60} if is_sqlite else {}
    )
    notice_outages(engine)
    if is_sqlite:
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    try:
        async with engine.begin() as connection:
            if not is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            yield connection
    finally:
        await engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Foreign keys off; the log is a property of the file, and connections that only read cannot set it.

    What a rebuilt table leaves behind is overwritten.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


async def _check_references(connection: AsyncConnection) -> None:
    """Raise BrokenReferencesError with the tables' names."""
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise BrokenReferencesError(
            f"{len(broken)} rows would point to nothing ({tables}); the database was not changed."
        )


def copy_file(path: Path, copy: Path) -> Path:
    """Copy an SQLite database that is in use, as of its last commit, into one file for its owner; gives the copy."""
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except BaseException:
        part.unlink()
        raise
    return part.replace(copy)
