"""Where a person has left traces: found by walking the tables, so that a new table can be neither forgotten nor kept.

A row belongs to a person when it cannot outlive them (a chain of foreign keys with ON DELETE CASCADE to `users`), or
when it holds their Telegram account (`telegram_id`). A row that names them by their random key (`…audit_key`) is
signed: it outlives them, and then the key leads to no one, since only `users` tells whose it was. A row that only
points at a person (a department at its manager) belongs to someone else and is a mention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, MetaData, Table, and_, false, or_, select

from models import Base, User

USERS = User.__tablename__
TELEGRAM_ID = "telegram_id"
AUDIT_KEY = "audit_key"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the rows of one person can be found by."""

    user_id: int
    telegram_id: int
    audit_key: str


def owned_rows(person: Identity, metadata: MetaData = Base.metadata) -> dict[Table, ColumnElement[bool]]:
    """Return each table that may hold rows of this person, with the condition that finds them; children come last."""
    owned: dict[Table, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:  # what is pointed at comes first
        conditions: list[ColumnElement[bool]] = [
            column.in_(select(key.column).where(owned[key.column.table]))
            for column, key in _references(table)
            if key.ondelete == "CASCADE" and key.column.table in owned
        ]
        conditions += [column == person.telegram_id for column in table.columns if column.name == TELEGRAM_ID]
        if table.name == USERS:
            conditions = [table.c.id == person.user_id]
        if conditions:
            owned[table] = or_(*conditions)
    return owned


def mentions(person: Identity, metadata: MetaData = Base.metadata) -> list[tuple[Column[Any], ColumnElement[bool]]]:
    """Return each column by which a row of someone else may point at this person, with the condition that finds the
    rows.
    """
    owned = owned_rows(person, metadata)
    return [
        (column, and_(column.in_(select(key.column).where(owned[key.column.table])), ~owned.get(table, false())))
        for table in metadata.sorted_tables
        for column, key in _references(table)
        if key.ondelete != "CASCADE" and key.column.table in owned
    ]


def signed_rows(person: Identity, metadata: MetaData = Base.metadata) -> dict[Table, ColumnElement[bool]]:
    """Return each table in which people are named by their random key, with the condition that finds this person's
    rows.
    """
    signed: dict[Table, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:
        keys = [column for column in table.columns if column.name.endswith(AUDIT_KEY)]
        if keys and table.name != USERS:
            signed[table] = or_(*(column == person.audit_key for column in keys))
    return signed


def _references(table: Table) -> list[tuple[Column[Any], ForeignKey]]:
    return [(column, key) for column in table.columns for key in column.foreign_keys]
