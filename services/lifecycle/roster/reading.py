"""From a table to people: where the columns stand, and which rows are people at all. Pure.

Exports have titles above the columns, departments as rows of their own, and totals below. Whether such a row is a
person is not guessed: HR is asked, and until then the list is not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from content.texts import RosterWords
from services.company import departments
from services.kit.errors import NoLetters, TooLong
from services.lifecycle import invite_fields
from services.lifecycle.errors import RosterEmpty, RosterTooBig, RosterWithoutHeader
from services.lifecycle.roster import columns, files
from services.lifecycle.roster.columns import Columns, words_of
from services.lifecycle.roster.files import MEGABYTES, Cells, Table
from services.lifecycle.roster.workbooks import MOST_ROWS

HEADER_ROWS = 20  # with something in them, at the beginning of a table
MOSTLY = 0.5

Trouble = Literal["no_name", "name_too_long", "no_department", "department_too_long", "quotes"]
Answer = Literal["departments", "skip", "people"]
ANSWERS: tuple[Answer, ...] = ("departments", "skip", "people")
DoubtKind = Literal["department", "total", "nothing"]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row: `department` is "" for someone who chooses it while joining. `line` counts from 1, as an editor does."""

    line: int
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Error:
    """A line that cannot be taken, and why."""

    line: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that looks like the name of a department, like a total, or like no person at all."""

    line: int
    kind: DoubtKind
    text: str


@dataclass(frozen=True, slots=True)
class Titles:
    """What stands above the columns that were read; `department` is None in a list without one."""

    sheet: str | None
    names: tuple[str, ...]
    department: str | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A list as read: with errors, or with doubts and no `answer`, nothing of it is used."""

    titles: Titles
    people: tuple[RosterRow, ...]
    errors: tuple[Error, ...]
    doubts: tuple[Doubt, ...]
    answer: Answer | None

    @property
    def is_clear(self) -> bool:
        """Return whether it is known of each row if it is a person; of a row that names no one it is."""
        return self.answer is not None or all(doubt.kind == "nothing" for doubt in self.doubts)

    @property
    def repeated(self) -> int:
        """Return how many rows say the same as one before them: namesakes, or a mistake."""
        key_of = departments.key_of
        return len(self.people) - len({(key_of(person.name), key_of(person.department)) for person in self.people})


def by_department(people: Sequence[RosterRow]) -> Mapping[str, int]:
    """Return how many people each department has, by its first spelling in the list; "" are those without one."""
    spelling: dict[str, str] = {}
    keys = [departments.key_of(person.department) for person in people]
    for person, key in zip(people, keys, strict=True):
        spelling.setdefault(key, person.department)
    return {spelling[key]: count for key, count in Counter(keys).items()}


def read(content: bytes, words: RosterWords, answer: Answer | None = None) -> Roster:
    """Return the people of a file; `answer` says what the rows are that may be no people.

    It takes up to seconds for a large file: run it in a thread. Raise RosterWithoutHeader, RosterEmpty, RosterTooBig,
    and what `files.tables` raises.
    """
    table, header, found = _find_header(content, words)
    people: list[RosterRow] = []
    errors: list[Error] = []
    rows: list[tuple[int, Cells]] = []
    for line, cells in table.rows():
        if cells is None:
            errors.append(Error(line, "quotes"))
        elif line > header[0] and cells != header[1]:  # a header may be repeated on every printed page
            rows.append((line, cells))
        if len(rows) > 2 * MOST_ROWS:
            raise RosterTooBig(MEGABYTES, MOST_ROWS)
    doubts = _doubts(rows, found, words)
    if found.department is None and not any(doubt.kind == "department" for doubt in doubts):
        raise RosterWithoutHeader
    no_people = {doubt.line: doubt for doubt in doubts if doubt.kind == "nothing" or answer != "people"}
    _take(rows, found, no_people, people, errors, names_units=answer == "departments")
    if len(people) + len(errors) > MOST_ROWS:
        raise RosterTooBig(MEGABYTES, MOST_ROWS)
    if not people and not errors:
        raise RosterEmpty
    return Roster(_titles(table, header[1], found), tuple(people), tuple(errors), tuple(doubts), answer)


def _find_header(content: bytes, words: RosterWords) -> tuple[Table, tuple[int, Cells], Columns]:
    """Return the first table that names its columns, one with departments rather than one without."""
    without: tuple[Table, tuple[int, Cells], Columns] | None = None
    says_nothing = True
    for table in files.tables(content):
        for line, cells in islice(table.rows(), HEADER_ROWS):
            says_nothing = False
            found = columns.find(cells, words) if cells else None
            if cells and found and found.department is not None:
                return table, (line, cells), found
            if cells and found and without is None:
                without = table, (line, cells), found
    if without is None:
        raise RosterEmpty if says_nothing else RosterWithoutHeader
    return without


def _titles(table: Table, header: Cells, found: Columns) -> Titles:
    places = found.parts if found.full is None else (found.full,)
    department = None if found.department is None else header[found.department]
    return Titles(table.sheet, tuple(header[place] for place in places), department)


# --- rows that may be no people --------------------------------------------------------------------------------------


def _doubts(rows: Sequence[tuple[int, Cells]], found: Columns, words: RosterWords) -> list[Doubt]:
    named = {words_of(found.department_name(cells)) for _, cells in rows}
    full = [cells for _, cells in rows if found.name(cells)]
    is_lonely_rare = len(full) * MOSTLY <= sum(1 for cells in full if _has_more(cells, found))
    doubts = []
    for (line, cells), (_, after) in zip(rows, chain(rows[1:], [(0, [])]), strict=False):
        kind = _kind(cells, after, found, words, named, is_lonely_rare=is_lonely_rare)
        if kind is not None:
            doubts.append(Doubt(line, kind, next(cell for cell in cells if cell)))
    return doubts


def _kind(
    cells: Cells, after: Cells, found: Columns, words: RosterWords, named: set[tuple[str, ...]], *, is_lonely_rare: bool
) -> DoubtKind | None:
    """Return what a row looks like that is no person, None for a person."""
    first = words_of(next(cell for cell in cells if cell))
    if first and first[0] in words.totals:
        return "total"
    name, department = found.name(cells), found.department_name(cells)
    if (not name and not department) or not any(char.isalpha() for cell in cells for char in cell):
        return "nothing"
    if department or not name or _has_more(cells, found):
        return None
    own = words_of(name)
    is_unit = own in named or any(word in words.units for word in own)
    stands_above = len(own) == 1 and len(words_of(found.name(after))) > 1 and not found.department_name(after)
    return "department" if is_unit or is_lonely_rare or stands_above else None


def _has_more(cells: Cells, found: Columns) -> bool:
    """Return whether a row says more than who and where."""
    return any(cell for place, cell in enumerate(cells) if place not in found.own)


# --- rows ------------------------------------------------------------------------------------------------------------


def _take(
    rows: Sequence[tuple[int, Cells]],
    found: Columns,
    no_people: Mapping[int, Doubt],
    people: list[RosterRow],
    errors: list[Error],
    *,
    names_units: bool,
) -> None:
    """Sort the rows into people and errors; what is no person is left out, or names the department of those below."""
    above = ""
    for line, cells in rows:
        doubt = no_people.get(line)
        if doubt is not None:
            above = doubt.text if doubt.kind == "department" and names_units else above
            continue
        name, department = found.name(cells), found.department_name(cells) or above
        trouble = _trouble(name, department)
        if trouble is not None:
            errors.append(Error(line, trouble))
        else:
            people.append(RosterRow(line, name, department))


def _trouble(name: str, department: str) -> Trouble | None:
    try:
        invite_fields.read_name(name)
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
