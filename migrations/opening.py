"""Opening the database at the newest schema, for the bot and for `manage.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings, SettingsError
from db.database import Database
from db.locks import HELD_BY_ANOTHER, PLACE, take
from db.outages import DatabaseUnavailable
from migrations.runner import check, upgrade


@asynccontextmanager
async def open_database(settings: Settings, *, to_serve: bool = False) -> AsyncIterator[Database]:
    """The database at the newest schema: SQLite is migrated here, PostgreSQL by `manage.py migrate`.

    With `to_serve` the bot's place is taken first, before any port: one process may poll, and one may serve an SQLite
    file in whatever way. Raises SchemaError or SettingsError with one line for the operator.
    """
    database = Database(settings.database)
    try:
        if to_serve and (database.is_sqlite or settings.webhook_url is None):
            await _take_place(database)
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
        await database.lock(PLACE).release()


async def _take_place(database: Database) -> None:
    if not await take(database.lock(PLACE)):
        raise SettingsError(HELD_BY_ANOTHER)
