"""INSERT … ON CONFLICT, which SQLAlchemy offers with each database's dialect and not in general."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models.base import Base

Upsert = postgresql.Insert | sqlite.Insert


def insert_into(session: AsyncSession, table: type[Base], **values: Any) -> Upsert:
    """An INSERT for the database of this session, with its `on_conflict_do_…` and `excluded`."""
    statement = _insert_into(session.get_bind().dialect.name, table)
    return statement.values(**values) if values else statement


@cache
def _insert_into(dialect: str, table: type[Base]) -> Upsert:
    statement: Upsert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    statement.excluded  # noqa: B018 (a copy of each column, which every statement that is made of this one then has)
    return statement


async def put(session: AsyncSession, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert the row of a unique key, or change its values, even while another replica does the same."""
    insert = insert_into(session, table, **key, **values)
    await session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
