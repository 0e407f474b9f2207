"""Copies of an SQLite database: made while the bot runs, put back while it does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from config import Settings
from migrations import runner
from migrations.opening import open_doors
from services.system import health

TABLES = {"alembic_version", "users", "assessments", "metrics"}
LOGGED = (18, b"\2")  # where a file's head says that it has a log beside it, and how


class BackupError(Exception):
    """Nothing was changed; the text is one line for the operator."""


def back_up(path: Path, folder: Path, now: datetime, why: str = "") -> Path:
    """Copy a database that is in use, as of its last commit, and return the copy. Raise BackupError."""
    if not path.exists():
        raise BackupError(f"There is no database at {path}.")
    copy = folder / f"{path.stem}-{why}{now:%Y-%m-%dT%H%M%SZ}{path.suffix}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return runner.copy_file(path, copy)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            f"No copy could be made in {folder} ({_why(error)}): look at its disk and its owner."
        ) from None


async def note_backup(settings: Settings, now: datetime) -> None:
    """Note that a backup was made, for the alert that misses one. The schema may be an older one."""
    database = open_doors(settings)
    try:
        async with database.begin() as session:
            await health.note_backup(session, now)
    finally:
        await database.dispose()


def put_back(path: Path, copy: Path, now: datetime) -> Path | None:
    """Make a stopped bot's database what it was in a copy; return the copy of what it was until now.

    Raise BackupError, and then the database is unchanged.
    """
    check(copy)
    if path.exists() and path.samefile(copy):
        raise BackupError(f"{copy} is the database itself: name a copy of it.")
    saved = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size:
            saved = back_up(path, backups_of(path), now, "before-restore-")
        path.touch(mode=0o600)
        with closing(_opened(copy)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{path} stays as it was ({_why(error)}): look at its disk and its owner.") from None
    return saved


def check(copy: Path) -> None:
    """Raise BackupError for a file that is no whole database of this bot, or of a newer version."""
    try:
        with closing(_opened(copy)) as source:
            tables = {name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            is_whole = source.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            revision = source.execute("SELECT version_num FROM alembic_version").fetchone() if is_whole else None
    except (OSError, sqlite3.Error) as error:
        tables, is_whole, revision = set(), getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_CORRUPT, None
    if not is_whole:
        raise BackupError(f"{copy} is damaged: take another copy.")
    if not tables >= TABLES or revision is None:
        raise BackupError(f"{copy} is no database of this bot{_without_log(copy)}.")
    if not runner.is_known(revision[0]):
        raise BackupError(f"{copy} is of a newer version of this program ({revision[0]}): update the program first.")


def is_copied_by_hand(copy: Path) -> bool:
    """Return whether a file was not made by `backup`: what its log held then is missing if the bot was running."""
    place, mark = LOGGED
    with copy.open("rb") as file:
        file.seek(place)
        return file.read(1) == mark and not _log_of(copy).exists()


def backups_of(path: Path) -> Path:
    """Return the folder for the copies of a database."""
    return path.parent / "backups"


def _opened(copy: Path) -> sqlite3.Connection:
    """Open for reading alone; with no log beside it nothing is made there either."""
    only = "mode=ro" if _log_of(copy).exists() else "immutable=1"
    return sqlite3.connect(f"{copy.resolve().as_uri()}?{only}", uri=True)


def _log_of(copy: Path) -> Path:
    return copy.with_name(copy.name + "-wal")


def _without_log(copy: Path) -> str:
    is_database = copy.stat().st_size > 0 and is_copied_by_hand(copy)
    return f", or was copied without {_log_of(copy).name}, which holds all of it" if is_database else ""


def _why(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return getattr(error, "sqlite_errorname", None) or type(error).__name__
