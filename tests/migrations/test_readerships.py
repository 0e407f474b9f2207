"""Revision 0009: whoever reads figures goes on as a reader, and nobody else becomes one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from migrations import runner
from tests.fill import fill, reflect
from tests.migrations.test_history import on

pytestmark = pytest.mark.both_databases


def _people(connection: sa.Connection) -> None:
    """Four people: an employee, a manager, one of HR and an administrator."""
    metadata = reflect(connection)
    fill(connection, metadata, rows=4)
    users, departments = metadata.tables["users"], metadata.tables["departments"]
    ids = list(connection.scalars(sa.select(users.c.id).order_by(users.c.id)))
    for id_, role in zip(ids, ("employee", "employee", "hr", "admin"), strict=True):
        connection.execute(users.update().where(users.c.id == id_).values(role=role))
    connection.execute(departments.update().values(manager_id=None))
    first = connection.scalar(sa.select(sa.func.min(departments.c.id)))
    connection.execute(departments.update().where(departments.c.id == first).values(manager_id=ids[1]))


def _readers(connection: sa.Connection) -> list[Any]:
    rows = sa.text("select user_id, since, reads from readerships order by user_id")
    return [tuple(row) for row in connection.execute(rows.columns(user_id=sa.Integer, since=sa.Date, reads=sa.Boolean))]


async def test_readers_of_today_go_on_reading(empty_url: str) -> None:
    await runner.upgrade(empty_url, "0008")
    await on(empty_url, _people)
    await runner.upgrade(empty_url, "0009")
    assert await on(empty_url, _readers) == [(id_, date(2024, 1, 1), True) for id_ in (2, 3, 4)]
