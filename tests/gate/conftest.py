"""Companies to play with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.database import Database
from tests.conftest import open_warm
from tests.databases import SQLiteDatabases


@pytest.fixture
async def sqlite(sqlite_databases: SQLiteDatabases) -> AsyncIterator[Database]:
    """A new database for what does not depend on the kind of database."""
    url = sqlite_databases.migrated()
    made = open_warm(url)
    yield made
    await made.dispose()
    sqlite_databases.drop(url)
