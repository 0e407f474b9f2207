"""Opening the database at the newest schema, for the bot and for `manage.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from config import Settings, SettingsError
from db.database import Database
from db.locks import HELD_BY_ANOTHER, PLACE, take
from db.outages import DatabaseMisconfigured, DatabaseUnavailable, describe_outage
from db.pooler import NOT_DIRECT, WITHOUT_DIRECT, is_shared
from migrations.runner import check, upgrade


@asynccontextmanager
async def open_database(settings: Settings, *, to_serve: bool = False) -> AsyncIterator[Database]:
    """The database at the newest schema: SQLite is migrated here, PostgreSQL by `manage.py migrate`.

    With `to_serve` the bot's place is taken first, before any port: one process may poll, and one may serve an SQLite
    file in whatever way. Raises SchemaError or SettingsError with one line for the operator.
    """
    database = open_doors(settings)
    try:
        if to_serve:
            await refuse_shared(settings)
        if to_serve and (database.is_sqlite or settings.webhook_url is None):
            await _take_place(database)
        if database.is_sqlite:
            await upgrade(settings.database)
        else:
            await check(settings.direct_database)
    except (DatabaseUnavailable, DBAPIError, DatabaseMisconfigured) as error:
        await database.dispose()
        raise SettingsError(f"DATABASE_URL: the database cannot be reached ({describe_outage(error)})") from None
    except BaseException:
        await database.dispose()
        raise
    try:
        yield database
    finally:
        await database.dispose()
        await database.lock(PLACE).release()


def open_doors(settings: Settings) -> Database:
    """The database of the settings, at whatever schema."""
    return Database(settings.database, direct=settings.direct_database)


async def refuse_shared(settings: Settings) -> None:
    """Raise SettingsError where locks would be lost in a pooler of PostgreSQL. Raise DatabaseUnavailable."""
    url = make_url(settings.direct_database)
    if url.get_backend_name() == "postgresql" and await is_shared(url):
        raise SettingsError(WITHOUT_DIRECT if settings.database_direct_url is None else NOT_DIRECT)


async def _take_place(database: Database) -> None:
    if not await take(database.lock(PLACE)):
        raise SettingsError(HELD_BY_ANOTHER)
