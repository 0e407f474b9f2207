"""One SQL expression that the two databases spell differently: a JSON object with one key set."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import JSON


class json_put(FunctionElement[Any]):  # noqa: N801 (reads as a function in a statement)
    """`json_put(column, key, value)`: the flat JSON object with `key` set; the value may be null.

    The write needs no read before it, so a press stays one conditional statement.
    """

    type = JSON()
    inherit_cache = True


@compiles(json_put, "sqlite")
def _sqlite(element: json_put, compiler: SQLCompiler, **options: Any) -> str:
    column, key, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"json_set({column}, '$.\"' || {key} || '\"', {value})"


@compiles(json_put, "postgresql")
def _postgresql(element: json_put, compiler: SQLCompiler, **options: Any) -> str:
    column, key, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} || jsonb_build_object({key}, {value}))"
