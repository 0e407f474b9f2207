"""The whole database as plain values, and the files that were sent, for tests that ask what is in there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Base
from tests.fakes.stage import Player, Stage

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


def documents(stage: Stage, player: Player, count: int = 2) -> list[tuple[str, bytes]]:
    """The newest files that a person got, by name."""
    files = [stage.world.files[m["document"]["file_id"]] for m in player.messages if "document" in m]
    return [(file.name, file.content) for file in files[-count:]]
