"""Puts rows into every table of a schema, whatever the schema is, so that a migration has something to lose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

ROWS = 2
QUOTED = re.compile(r"'([^']*)'")


def reflect(connection: sa.Connection) -> sa.MetaData:
    """The schema as the database itself describes it."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata


def fill(connection: sa.Connection, metadata: sa.MetaData, rows: int = ROWS) -> None:
    """Insert `rows` rows into each table; every foreign key points to a row, nullable and circular ones too."""
    for table in _parents_first(metadata):
        for number in range(1, rows + 1):
            connection.execute(table.insert().values(_row(connection, table, number)))
    for table in metadata.tables.values():
        for column in _references(table, nullable=True):
            connection.execute(table.update().values({column: _some_value(connection, column, 1)}))


def contents(connection: sa.Connection, metadata: sa.MetaData) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in a stable order."""
    return {
        name: sorted(
            (dict(row) for row in connection.execute(table.select()).mappings()),
            key=lambda row: str([row[column.name] for column in table.primary_key]),
        )
        for name, table in metadata.tables.items()
        if name != "alembic_version"
    }


def _parents_first(metadata: sa.MetaData) -> Iterator[sa.Table]:
    """Tables in an order in which what must be pointed to is there before."""
    waiting = {name: table for name, table in metadata.tables.items() if name != "alembic_version"}
    while waiting:
        ready = [
            table
            for table in waiting.values()
            if not any(_target(column).table.name in waiting for column in _references(table, nullable=False))
        ]
        assert ready, f"tables that cannot be filled: {sorted(waiting)}"
        for table in ready:
            del waiting[table.name]
            yield table


def _references(table: sa.Table, *, nullable: bool) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.foreign_keys and column.nullable is nullable]


def _target(column: sa.Column[Any]) -> sa.Column[Any]:
    return next(iter(column.foreign_keys)).column


def _some_value(connection: sa.Connection, column: sa.Column[Any], number: int) -> Any:
    """The `number`-th value that a foreign key may take."""
    target = _target(column)
    return connection.execute(sa.select(target).order_by(target).offset(number - 1).limit(1)).scalar_one()


def _row(connection: sa.Connection, table: sa.Table, number: int) -> dict[str, Any]:
    generated = table.autoincrement_column
    if generated is not None and isinstance(generated.type, sa.BigInteger):
        generated = None  # given by Telegram, not by the database
    return {
        column.name: _some_value(connection, column, number) if column.foreign_keys else _value(table, column, number)
        for column in table.columns
        if column is not generated and not (column.foreign_keys and column.nullable)
    }


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    """A value of the column's type that differs from row to row and passes the table's checks."""
    for check in table.constraints:
        if isinstance(check, sa.CheckConstraint) and re.search(rf"\b{column.name}\b", str(check.sqltext)):
            return QUOTED.findall(str(check.sqltext))[0]
    moment = datetime(2026, 3, 4, 9, tzinfo=UTC) + timedelta(days=number)
    values: dict[type[Any], Any] = {
        bool: number % 2 == 0,
        int: 1000 + number,
        float: number + 0.5,
        str: f"{column.name}-{number}",
        datetime: moment,
        date: moment.date(),
        time: time(9, number),
        dict: {"key": number},
        bytes: bytes([number]),
    }
    value = values[dict if isinstance(column.type, sa.JSON) else column.type.python_type]
    if isinstance(value, str):
        return f"{number}{value}"[: getattr(column.type, "length", None)]
    if isinstance(value, datetime) and not getattr(column.type, "timezone", False):
        return value.replace(tzinfo=None)
    return value
