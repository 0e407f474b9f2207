"""From the bytes of a file to tables of cells. Pure.

Lists come out of spreadsheets and personnel systems of every age: as a workbook, or as text with any delimiter, in
UTF-8 or UTF-16 with or without a mark at the beginning, in Windows-1251, in the code page of DOS or of an old Mac.
No one can tell from the bytes alone which of these it is, so a text gives several tables, the likeliest first: the
reader takes the one in which it finds the names of the columns.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from services.kit.text import clean_line
from services.lifecycle.errors import NotATable, OldWorkbook, RosterTooBig, WorkbookLocked
from services.lifecycle.roster import workbooks
from services.lifecycle.roster.workbooks import MOST_ROWS
from services.lifecycle.roster.writing import unescape

MEGABYTES = 5
MOST_BYTES = MEGABYTES * 1024 * 1024
LABEL_LENGTH = 12

DELIMITERS = ";\t,|"
ONE_BYTE = ("cp1251", "cp866", "mac_cyrillic")
HINT = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # what Excel reads the delimiter from
END_OF_FILE = "\x1a"  # DOS wrote it behind the last line
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Microsoft's container of old files, and of new ones with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of the stream that [MS-OFFCRYPTO] 2.3.4.1 puts there
FOREIGN = (b"PK", b"%PDF", b"{\\rtf", b"<")  # other archives, PDF, RTF, a web page or XML under another name

SAMPLE = 4000  # characters by which the encodings are compared
CAPITALS = f"{chr(0x410)}-{chr(0x42F)}{chr(0x401)}"  # the Russian alphabet
SMALL = f"{chr(0x430)}-{chr(0x44F)}{chr(0x451)}"
RUSSIAN = re.compile(f"[{CAPITALS}{SMALL}]")
STRANGE = re.compile(f"[^\x00-\x7f{CAPITALS}{SMALL}«»№–—…\xa0]")
BROKEN_CASE = re.compile(f"[{SMALL}][{CAPITALS}]")

Cells = list[str]
Rows = Iterator[tuple[int, Cells | None]]


@dataclass(frozen=True, slots=True)
class Table:
    """One way to read a file. `rows` gives the line on which each row that says something begins, counted from 1, and
    its cells, or None where quotes never end. `sheet` is its name in a workbook of several."""

    sheet: str | None
    rows: Callable[[], Rows]


def check_size(size: int) -> None:
    """Check the size of a file before it is fetched, in bytes. Raise RosterTooBig."""
    if size > MOST_BYTES:
        raise RosterTooBig(MEGABYTES, MOST_ROWS)


def label_of(file_id: str) -> str:
    """Return a short name for a file, for a button and for the audit log."""
    return hashlib.sha256(file_id.encode()).hexdigest()[:LABEL_LENGTH]


def tables(content: bytes) -> Iterator[Table]:
    """Return the tables that a file may be, the likeliest first. Raise RosterTooBig, OldWorkbook, WorkbookLocked,
    WorkbookTooDense, or NotATable for anything else that is no list.
    """
    check_size(len(content))
    if content.startswith(COMPOUND):
        raise WorkbookLocked if ENCRYPTED in content else OldWorkbook
    if content.startswith(ZIP):
        yield from _sheets(content)
    else:
        yield from _texts(content)


def _sheets(content: bytes) -> Iterator[Table]:
    sheets = workbooks.read(content)
    for name, rows in sheets:
        yield Table(name if len(sheets) > 1 else None, partial(_said, list(enumerate(rows, start=1))))


def _texts(content: bytes) -> Iterator[Table]:
    if content.startswith(FOREIGN):
        raise NotATable
    for text in _decoded(content):
        hint = HINT.match(text)
        lines = "\n" + text[hint.end() :] if hint else text
        for delimiter in hint[1] if hint else DELIMITERS:
            yield Table(None, partial(_parsed, lines, delimiter))


def _decoded(content: bytes) -> Sequence[str]:
    """Return the texts that these bytes may be, the likeliest first. Raise NotATable when they are none."""
    encodings: Sequence[str] = ("utf-8-sig",)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    elif b"\0" in content[:SAMPLE]:
        encodings = ("utf-16-le", "utf-16-be")
    texts = [text for text in (_decode(content, encoding) for encoding in encodings) if text is not None]
    if not texts:
        one_byte = (_decode(content, encoding) for encoding in ONE_BYTE)
        texts = [text for text in one_byte if text is not None]
    if not texts:
        raise NotATable
    return sorted(texts, key=_likeliness, reverse=True)


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding).rstrip(END_OF_FILE)
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


def _likeliness(text: str) -> int:
    """Return how much a text looks like Russian: letters speak for it; strange signs and capitals inside a word don't.

    A wrong one-byte table turns some letters into frames and signs, and some small letters into capitals.
    """
    sample = text[:SAMPLE]
    return len(RUSSIAN.findall(sample)) - 3 * len(STRANGE.findall(sample)) - 3 * len(BROKEN_CASE.findall(sample))


def _parsed(text: str, delimiter: str) -> Rows:
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
        yield from _said([(begins, cells)])


def _said(rows: Sequence[tuple[int, Cells]]) -> Rows:
    """Leave out rows that say nothing, and what stands around the words of the others."""
    for line, raw in rows:
        cells = [clean_line(unescape(cell)) if cell else "" for cell in raw]
        if any(cells):
            yield line, cells
