"""The sheets of an XLSX workbook, read by python-calamine with everything bounded before it sees a byte. Pure.

A workbook is a ZIP of XML, and a few kilobytes of it can stand for gigabytes: by compression, by two cells at opposite
ends of a sheet (the library allocates the rectangle between them), or by many cells that share one long text. Each is
refused here from the XML itself, which is unpacked into a bounded copy; the library is given that copy.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise

from services.lifecycle.errors import NotATable, WorkbookLocked, WorkbookTooDense

MOST_ROWS = 10_000
MOST_UNPACKED = 30 * 1024 * 1024  # bytes: ten thousand rows of twenty columns take about ten million
MOST_MEMBERS = 1_000
MOST_CELLS = 2_000_000  # between the first cell and the last one, empty ones too
MOST_SHARED = 256 * 1024 * 1024  # bytes: of all cells, if each had the longest shared text

WORKBOOK = "xl/workbook.xml"
WANTED = (".xml", ".rels")
IS_ENCRYPTED = 1  # bit 0 of a member's flags, APPNOTE.TXT 4.4.4

CELL = re.compile(rb"<(?:[^\s<>/]*:)?c(?=[\s>/])([^<>]*)")
ATTRIBUTE = rb"""\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')"""
ATTRIBUTES = re.compile(rb"(?:" + ATTRIBUTE + rb")*\s*/?")
EACH = re.compile(ATTRIBUTE)
PLACE = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
SHARED = re.compile(rb"<(?:[^\s<>/]*:)?si(?=[\s>/])")
LETTERS = 26

Sheet = tuple[str, list[list[str]]]


def read(content: bytes) -> Sequence[Sheet]:
    """Return the name and the rows of each sheet that is shown, each row from the first column on.

    Raise NotATable for another kind of file, WorkbookLocked, WorkbookTooDense, RosterTooBig.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 (at the first workbook)

    safe = _bounded(content)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(safe)) as book:
            shown = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            return [(name, _texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False))) for name in shown]
    except PasswordError:
        raise WorkbookLocked from None
    except CalamineError:
        raise NotATable from None
    except BaseException as panic:
        # a mistake of the library itself: its bridge raises that past `Exception`, and it would stop the bot
        if type(panic).__name__ != "PanicException":
            raise
        raise NotATable from None


def _texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _bounded(content: bytes) -> bytes:
    """Return the parts that make up the sheets, unpacked, each exactly as long as it claims to be."""
    unpacked = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(unpacked, "w") as plain:
            parts = {member.filename: packed.read(member) for member in _wanted(packed.infolist())}
            for name, part in parts.items():
                plain.writestr(name, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise NotATable from None
    _check(list(parts.values()))
    return unpacked.getvalue()


def _wanted(members: Sequence[zipfile.ZipInfo]) -> Sequence[zipfile.ZipInfo]:
    """Return the members to unpack. Raise for too many or too long ones, going by their headers."""
    if any(member.flag_bits & IS_ENCRYPTED for member in members):
        raise WorkbookLocked
    if WORKBOOK not in {member.filename for member in members}:
        raise NotATable
    wanted = [member for member in members if member.filename.lower().endswith(WANTED)]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in wanted) > MOST_UNPACKED:
        raise WorkbookTooDense
    return wanted


def _check(parts: Sequence[bytes]) -> None:
    """Refuse sheets that would take much more memory than their XML. Bounds are upper ones: no cell is missed."""
    if any(b"\0" in part or b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in parts):
        raise NotATable
    sizes = [_size(part) for part in parts if b"sheetData" in part]
    if sum(rows * columns for rows, columns, _ in sizes) > MOST_CELLS:
        raise WorkbookTooDense
    longest = max(_longest_shared(part) for part in parts)
    if sum(cells for _, _, cells in sizes) * longest > MOST_SHARED:
        raise WorkbookTooDense


def _size(sheet: bytes) -> tuple[int, int, int]:
    """Return the last row and the last column with something in them, and how many cells say something.

    Cells that are only formatted don't count, since people format whole columns down to the last row that there is.
    Raise NotATable for a cell that does not say where it stands.
    """
    rows, columns, cells = 0, 0, 0
    for found in CELL.finditer(sheet):
        attributes = found[1]
        if not ATTRIBUTES.fullmatch(attributes):
            raise NotATable
        if attributes.endswith(b"/"):
            continue
        values = {name: double or single for name, double, single in EACH.findall(attributes)}
        place = PLACE.fullmatch(values.get(b"r", b""))
        if place is None:
            raise NotATable
        rows, columns, cells = max(rows, int(place[2])), max(columns, _column(place[1])), cells + 1
    return rows, columns, cells


def _column(letters: bytes) -> int:
    """Return the number of a column, A being 1."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - ord("A") + 1
    return number


def _longest_shared(part: bytes) -> int:
    """Return an upper bound for the longest text that cells may share, in bytes."""
    starts = [found.start() for found in SHARED.finditer(part)]
    return max((end - start for start, end in pairwise([*starts, len(part)])), default=0)
