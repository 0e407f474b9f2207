"""Write the tables of the models into docs/database.md and docs/ru/database.md: `python -m migrations.describe`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from models import Base

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"en": DOCS / "database.md", "ru": DOCS / "ru" / "database.md"}
BEGIN, END = "<!-- tables: written by `python -m migrations.describe` -->", "<!-- end of tables -->"


def page(language: str) -> str:
    """Return the page with its part about tables as the models are now."""
    text = PAGES[language].read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    columns = "\n\n".join(_table(table) for table in tables)
    return f"{before}{BEGIN}\n\n{_picture(tables)}\n\n{columns}\n\n{after}"


def _picture(tables: list[Table]) -> str:
    """How the tables hang together, as Mermaid draws it."""
    links = [
        f"  {key.column.table.name} ||--o{{ {table.name} : {column.name}"
        for table in tables
        for column in table.columns
        for key in column.foreign_keys
    ]
    alone = [f"  {table.name}" for table in tables if not any(f" {table.name} " in f"{link} " for link in links)]
    return "\n".join(["```mermaid", "erDiagram", *links, *alone, "```"])


def _table(table: Table) -> str:
    rows = [f"| `{column.name}` | {_type(column)} | {_notes(column)} |" for column in table.columns]
    return "\n".join([f"### `{table.name}`", "", "| column | type | |", "|---|---|---|", *rows])


def _type(column: Column[object]) -> str:
    return column.type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]


def _notes(column: Column[object]) -> str:
    """In SQL's words, which are the same in every language."""
    notes = ["PRIMARY KEY"] if column.primary_key else []
    notes += ["UNIQUE"] if column.unique else []
    notes += [f"REFERENCES `{key.target_fullname}`" for key in column.foreign_keys]
    notes += ["NULL"] if column.nullable else []
    return ", ".join(notes)


def write() -> None:
    """Write both pages."""
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    write()
