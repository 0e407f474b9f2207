"""Names without the difference of small and capital letters, which the two databases spell differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

IO, IE = chr(0x451), chr(0x435)  # two letters that Russian names are written with alike
CAPITALS = "".join(map(chr, range(0x400, 0x430))) + IO
SMALL = CAPITALS.lower().replace(IO, IE)


class folded(FunctionElement[str]):  # noqa: N801 (reads as a function in a statement)
    """`folded(text)`: for comparing and sorting names. Cyrillic letters are folded whatever the database's locale."""

    type = String()
    inherit_cache = True


def contains(name: ColumnElement[str] | InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """Whether a name contains these words; no sign in them stands for others."""
    escaped = words.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return folded(name).like(folded(literal(f"%{escaped}%")), escape="/")


@compiles(folded, "sqlite")
def _sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    """By the function that `db.Database` gives to every connection; SQLite's own knows the Latin letters only."""
    return f"casefold(replace(replace({_text(element, compiler, **options)}, '{IO.upper()}', '{IE}'), '{IO}', '{IE}'))"


@compiles(folded, "postgresql")
def _postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"translate(lower({_text(element, compiler, **options)}), '{CAPITALS}', '{SMALL}')"


def _text(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = element.clauses
    return compiler.process(text, **options)
