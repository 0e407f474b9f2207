"""Fixtures of the stories."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db import Database
from tests.clock import ManualClock
from tests.databases import SQLiteDatabases
from tests.fakes.stage import Stage


@pytest.fixture
async def sqlite_stage(sqlite_databases: SQLiteDatabases, clock: ManualClock) -> AsyncIterator[Stage]:
    """A stage on SQLite alone, for what has nothing to do with the database."""
    url = sqlite_databases.migrated()
    database = Database(url)
    made = Stage(database, clock)
    yield made
    made.telegram.verify()
    await database.dispose()
    sqlite_databases.drop(url)
