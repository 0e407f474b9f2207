"""Opening the database at the newest schema, for the bot and for `manage.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings, SettingsError
from db.database import Database
from db.outages import DatabaseUnavailable
from migrations.runner import check, upgrade


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database at the newest schema: SQLite is migrated here, PostgreSQL by `manage.py migrate`.

    Raises SchemaError or SettingsError with one line for the operator.
    """
    database = Database(settings.database, echo=settings.sql_echo)
    try:
        if database.is_sqlite:
            await upgrade(settings.database)
        else:
            await check(settings.database)
    except DatabaseUnavailable as outage:
        await database.dispose()
        raise SettingsError(f"DATABASE_URL: the database cannot be reached ({outage})") from None
    except BaseException:
        await database.dispose()
        raise
    try:
        yield database
    finally:
        await database.dispose()
