"""What is said to SQLite is said to PostgreSQL, too, and what PostgreSQL does not understand is found."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from db.database import Database
from models import Draft, User
from tests.clock import START
from tests.replay import Replay, Statement

ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@ON_SQLITE
async def test_a_statement_that_only_sqlite_understands_is_found_once(database: Database, replay: Replay) -> None:
    for _ in range(2):
        async with database.read() as session:
            await session.execute(select(func.julianday(START.isoformat())))

    (refused,) = replay.run(replay.take_new())
    assert "function julianday" in refused
    assert replay.take_new() == []


@ON_SQLITE
async def test_a_row_that_is_locked_where_one_may_only_read_is_found(database: Database, replay: Replay) -> None:
    async with database.read() as session:
        await session.get(User, 1, with_for_update=True)

    (refused,) = replay.run(replay.take_new())
    assert "read-only transaction" in refused


def test_an_upsert_of_a_row_whose_person_is_not_there_is_understood(replay: Replay) -> None:
    moments = {"created_at": START, "updated_at": START, "closes_at": START, "period": START.date()}
    upsert = insert(Draft).values(user_id=77, questionnaire_version=1, position=0, answers={}, times={}, **moments)
    statement = upsert.on_conflict_do_nothing(index_elements=[Draft.user_id])

    assert replay.run([Statement(statement, {}, is_read_only=False)]) == []


def test_an_upsert_without_a_unique_index_is_found(replay: Replay) -> None:
    statement = insert(User).values(id=1).on_conflict_do_nothing(index_elements=[User.name])

    (refused,) = replay.run([Statement(statement, {}, is_read_only=False)])
    assert "no unique or exclusion constraint" in refused
