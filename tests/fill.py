"""Puts rows into every table of a schema, whatever the schema is, so that a migration has something to lose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

ROWS = 2
QUOTED = re.compile(r"'([^']*)'")


def reflect(connection: sa.Connection, known: sa.MetaData | None = None) -> sa.MetaData:
    """The schema as the database itself describes it; of what is `known`, only what has changed is read again."""
    metadata = known or sa.MetaData()
    found = sa.inspect(connection)
    checks = found.get_multi_check_constraints()
    described = {key[1]: str((columns, checks.get(key))) for key, columns in found.get_multi_columns().items()}
    before = metadata.info.get("described", {})
    for name in before.keys() & metadata.tables.keys():
        if described.get(name) != before[name]:
            metadata.remove(metadata.tables[name])
    metadata.reflect(connection, only=[name for name in described if name not in metadata.tables], resolve_fks=False)
    metadata.info["described"] = described
    return metadata


def fill(connection: sa.Connection, metadata: sa.MetaData, rows: int = ROWS) -> None:
    """Insert `rows` rows into each table; every foreign key points to a row, nullable and circular ones too."""
    there: dict[str, list[Any]] = {}

    def refer(column: sa.Column[Any], number: int) -> Any:
        """The `number`-th value that a foreign key may take."""
        target = next(iter(column.foreign_keys)).target_fullname
        if target not in there:
            name, _, key = target.partition(".")
            there[target] = list(connection.scalars(sa.text(f'SELECT "{key}" FROM "{name}" ORDER BY 1')))
        return there[target][number - 1]

    for table in parents_first(metadata):
        connection.execute(table.insert(), [_row(table, number, refer) for number in range(1, rows + 1)])
    for table in metadata.tables.values():
        if values := {column: refer(column, 1) for column in references(table, nullable=True)}:
            connection.execute(table.update().values(values))


def contents(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as it lies there, in no order."""
    return {
        name: [dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()]
        for name in sa.inspect(connection).get_table_names()
        if name != "alembic_version"
    }


def parents_first(metadata: sa.MetaData) -> Iterator[sa.Table]:
    """Tables in an order in which what must be pointed to is there before."""
    waiting = {name: table for name, table in metadata.tables.items() if name != "alembic_version"}
    while waiting:
        ready = [
            table
            for table in waiting.values()
            if not any(_target(column) in waiting for column in references(table, nullable=False))
        ]
        assert ready, f"tables that cannot be filled: {sorted(waiting)}"
        for table in ready:
            del waiting[table.name]
            yield table


def references(table: sa.Table, *, nullable: bool) -> list[sa.Column[Any]]:
    """The foreign keys of a table that may, or may not, be empty."""
    return [column for column in table.columns if column.foreign_keys and column.nullable is nullable]


def _target(column: sa.Column[Any]) -> str:
    """The table that a foreign key points to."""
    return next(iter(column.foreign_keys)).target_fullname.partition(".")[0]


def _row(table: sa.Table, number: int, refer: Callable[[sa.Column[Any], int], Any]) -> dict[str, Any]:
    generated = table.autoincrement_column
    if generated is not None and isinstance(generated.type, sa.BigInteger):
        generated = None  # given by Telegram, not by the database
    return {
        column.name: refer(column, number) if column.foreign_keys else _value(table, column, number)
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
