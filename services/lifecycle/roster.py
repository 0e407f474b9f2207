"""A list of people as a CSV file: reading what HR uploads, and writing the one that is handed back. Pure.

Files come from spreadsheets of every age: with a comma, a semicolon or a tab, in UTF-8 with or without a mark at the
beginning, in UTF-16 with one, or in Windows-1251.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.company import departments
from services.kit.errors import NoLetters, TooLong
from services.kit.text import clean_line
from services.lifecycle import invites
from services.lifecycle.errors import NotACsv, RosterEmpty, RosterTooBig, RosterWithoutHeader

MEGABYTES = 1
MOST_BYTES = MEGABYTES * 1024 * 1024
MOST_ROWS = 10_000
LABEL_LENGTH = 12
SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".pdf")
DELIMITERS = ";,\t"
ARCHIVES = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")  # XLSX and ODS, XLS, PDF
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would compute, however often it was made harmless before
ESCAPE = "'"

Column = Literal["name", "department"]
Trouble = Literal["no_name", "name_too_long", "no_department", "department_too_long", "quotes"]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row: `department` is "" for somebody who chooses it while joining. `line` counts from 1, as an editor does."""

    line: int
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Error:
    """A line that cannot be taken, and why."""

    line: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Roster:
    """A list as read: with errors nothing of it is used."""

    people: tuple[RosterRow, ...]
    errors: tuple[Error, ...]

    @property
    def by_department(self) -> Mapping[str, int]:
        """How many people each department has, by its first spelling in the list; "" are those without one."""
        spelling: dict[str, str] = {}
        keys = [departments.key_of(person.department) for person in self.people]
        for person, key in zip(self.people, keys, strict=True):
            spelling.setdefault(key, person.department)
        return {spelling[key]: count for key, count in Counter(keys).items()}

    @property
    def repeated(self) -> int:
        """How many rows say the same as one before them: namesakes, or a mistake."""
        key_of = departments.key_of
        return len(self.people) - len({(key_of(person.name), key_of(person.department)) for person in self.people})


def check_file(name: str, size: int) -> None:
    """Before a file of so many bytes is fetched. Raises NotACsv, RosterTooBig."""
    if name.casefold().endswith(SPREADSHEETS):
        raise NotACsv
    if size > MOST_BYTES:
        raise RosterTooBig(MEGABYTES, MOST_ROWS)


def label_of(file_id: str) -> str:
    """A short name for a file, for a button and for the audit log."""
    return hashlib.sha256(file_id.encode()).hexdigest()[:LABEL_LENGTH]


def read(content: bytes, headers: Mapping[Column, Sequence[str]]) -> Roster:
    """The people of a file; `headers` are the words that may stand above each column.

    Raises NotACsv, RosterTooBig, RosterWithoutHeader, RosterEmpty.
    """
    if len(content) > MOST_BYTES:
        raise RosterTooBig(MEGABYTES, MOST_ROWS)
    text = _decode(content)
    people: list[RosterRow] = []
    errors: list[Error] = []
    places: dict[Column, int] | None = None
    for line, cells in _rows(text):
        if cells is None:
            errors.append(Error(line, "quotes"))
        elif places is None:
            places = _places(cells, headers)
        else:
            _take(line, cells, places, people, errors)
        if len(people) + len(errors) > MOST_ROWS:
            raise RosterTooBig(MEGABYTES, MOST_ROWS)
    if places is None:
        raise RosterWithoutHeader
    if not people and not errors:
        raise RosterEmpty
    return Roster(tuple(people), tuple(errors))


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that a spreadsheet opens as it is, and in which nothing is computed."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerows([ESCAPE + cell if FORMULA.match(cell) else cell for cell in row] for row in (header, *rows))
    return file.getvalue().encode("utf-8-sig")


def _decode(content: bytes) -> str:
    """The text of a file. Raises NotACsv for what is none."""
    if content.startswith(ARCHIVES):
        raise NotACsv
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotACsv


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """The line at which each row that says anything begins, and its cells; None where quotes never end."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield begins, None
            return
        cells = [clean_line(_unescape(cell)) for cell in cells]
        if any(cells):
            yield begins, cells


def _unescape(cell: str) -> str:
    return cell.removeprefix(ESCAPE) if FORMULA.match(cell) else cell


def _places(cells: Sequence[str], headers: Mapping[Column, Sequence[str]]) -> dict[Column, int]:
    """In which place each column stands. Raises RosterWithoutHeader."""
    folded = [cell.casefold() for cell in cells]
    places = {
        column: next((place for place, cell in enumerate(folded) if cell in words), None)
        for column, words in headers.items()
    }
    found = {column: place for column, place in places.items() if place is not None}
    if len(found) < len(headers):
        raise RosterWithoutHeader
    return found


def _take(
    line: int, cells: Sequence[str], places: Mapping[Column, int], people: list[RosterRow], errors: list[Error]
) -> None:
    name, department = (cells[places[c]] if places[c] < len(cells) else "" for c in ("name", "department"))
    trouble = _trouble(name, department)
    if trouble is not None:
        errors.append(Error(line, trouble))
    else:
        people.append(RosterRow(line, name, department))


def _trouble(name: str, department: str) -> Trouble | None:
    try:
        invites.read_name(name)
    except NoLetters:
        return "no_name"
    except TooLong:
        return "name_too_long"
    try:
        if department:
            departments.read_name(department)
    except NoLetters:
        return "no_department"
    except TooLong:
        return "department_too_long"
    return None
