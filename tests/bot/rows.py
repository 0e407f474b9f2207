"""The whole database as plain values, for tests that ask what is in it and what is not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Base
from tests.fakes.stage import Stage

Rows = dict[str, list[dict[str, Any]]]


async def all_rows(stage: Stage) -> Rows:
    """Every committed row of every table."""
    async with stage.database.read() as session:
        return {
            table.name: [
                dict(row) for row in (await session.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


def tables_with(rows: Rows, needle: object) -> set[str]:
    """The tables in which a value contains this one, in any column and at any depth of JSON."""
    return {
        name
        for name, found in rows.items()
        if any(str(needle) in str(value) for row in found for value in row.values())
    }
