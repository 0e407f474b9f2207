"""The list that is handed back: a CSV with a link for each person. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would compute, however often it was made harmless before
ESCAPE = "'"


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV that a spreadsheet opens as it is, and in which nothing is computed."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerows([ESCAPE + cell if FORMULA.match(cell) else cell for cell in row] for row in (header, *rows))
    return file.getvalue().encode("utf-8-sig")


def unescape(cell: str) -> str:
    """Return a cell as it was before `write` made it harmless."""
    return cell.removeprefix(ESCAPE) if FORMULA.match(cell) else cell
