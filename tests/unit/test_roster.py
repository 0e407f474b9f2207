"""A list of people as a CSV: every shape in which spreadsheets write one, and nothing that they would compute."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import load_content
from services.kit.errors import Refusal
from services.kit.text import clean_line
from services.lifecycle import roster
from services.lifecycle.errors import NotACsv, RosterEmpty, RosterTooBig, RosterWithoutHeader
from services.lifecycle.roster import MOST_BYTES, MOST_ROWS, Error, RosterRow

HEADERS = load_content().typed.roster
PEOPLE = [("Анна Петрова", "Склад"), ("Борис", "Офис продаж"), ("Вера", "")]
RUSSIAN = "имя;отдел\nАнна Петрова;Склад\nБорис;Офис продаж\nВера;\n"


def read(content: bytes | str) -> roster.Roster:
    return roster.read(content.encode() if isinstance(content, str) else content, HEADERS)


def rows(found: roster.Roster) -> list[tuple[str, str]]:
    assert found.errors == ()
    return [(person.name, person.department) for person in found.people]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_every_encoding_of_a_spreadsheet(encoding: str) -> None:
    assert rows(read(RUSSIAN.encode(encoding))) == PEOPLE


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "header", ["имя;отдел", "Name;Department", "ФИО;Подразделение", "full name;TEAM", '"Имя";"Отдел"']
)
def test_every_delimiter_header_and_end_of_line(delimiter: str, end: str, header: str) -> None:
    text = RUSSIAN.replace("имя;отдел", header).replace(";", delimiter).replace("\n", end)
    assert rows(read(text)) == PEOPLE


def test_columns_in_any_order_among_others() -> None:
    assert rows(read("№;Отдел;Телефон;Имя\n1;Склад;+7 900;Анна\n")) == [("Анна", "Склад")]


def test_blank_lines_quotes_and_stray_marks() -> None:
    text = '\n\nимя;отдел\n\n"Анна ""Аня""\nПетрова";"Склад; второй"\n;;\n  \u200bБорис\u202e ;Склад\nВера\n'
    found = read(text)
    assert rows(found) == [('Анна "Аня" Петрова', "Склад; второй"), ("Борис", "Склад"), ("Вера", "")]
    assert [person.line for person in found.people] == [5, 8, 9]


def test_what_each_department_gets_and_what_repeats() -> None:
    found = read("name,department\nAnna,Stock\nBoris,STOCK\nanna,stock\nVera,\n")
    assert found.by_department == {"Stock": 3, "": 1}
    assert found.repeated == 1


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        (";Склад", "no_name"),
        ("12345;Склад", "no_name"),
        ("я" * 201 + ";Склад", "name_too_long"),
        ("Анна;" + "я" * 61, "department_too_long"),
        ("Анна;---", "no_department"),
        ('"Анна;Склад', "quotes"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_where(line: str, trouble: str) -> None:
    assert read(f"имя;отдел\nБорис;Склад\n{line}\n").errors == (Error(3, trouble),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest of a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.7", b"a\0b", b"\x98\xff"]
)
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(NotACsv):
        read(content)


@pytest.mark.parametrize("name", ["Люди.xlsx", "people.XLS", "people.ods", "people.numbers"])
def test_a_spreadsheet_is_known_by_its_name(name: str) -> None:
    with pytest.raises(NotACsv):
        roster.check_file(name, 10**9)
    with pytest.raises(RosterTooBig):
        roster.check_file("people.csv", MOST_BYTES + 1)
    roster.check_file("people.csv", MOST_BYTES)


@pytest.mark.parametrize("text", ["", "\n\n", "Анна;Склад\nБорис;Склад\n", "имя\nАнна\n", "имя;телефон\nАнна;1\n"])
def test_without_a_header(text: str) -> None:
    with pytest.raises(RosterWithoutHeader):
        read(text)


def test_a_header_alone() -> None:
    with pytest.raises(RosterEmpty):
        read("имя;отдел\n\n;\n")


def test_as_many_rows_as_are_allowed_and_one_more() -> None:
    text = "имя;отдел\n" + "".join(f"Имя {number};Склад\n" for number in range(MOST_ROWS))
    assert len(read(text).people) == MOST_ROWS
    with pytest.raises(RosterTooBig):
        read(text + "Ещё;Склад\n")
    with pytest.raises(RosterTooBig):
        read(text + "1;\n")
    with pytest.raises(RosterTooBig):
        read("имя;отдел\n" + "я" * MOST_BYTES)


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"])
def test_nothing_is_computed(cell: str) -> None:
    written = roster.write(("name", "department", "link"), [(cell, cell, "https://t.me/x")])
    assert written.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == ["'" + cell, "'" + cell, "https://t.me/x"]


cells = st.text(st.characters(codec="utf-8"), max_size=40).map(clean_line)
names = cells.filter(lambda name: any(char.isalpha() for char in name))


@given(st.lists(st.tuples(names, st.one_of(st.just(""), names)), min_size=1, max_size=20))
def test_what_was_written_is_read_as_it_was(people: list[tuple[str, str]]) -> None:
    found = read(roster.write(("name", "department", "link"), [(*pair, "https://t.me/x") for pair in people]))
    assert rows(found) == people


@given(
    st.lists(st.tuples(names, names, st.sampled_from([";", ",", "\t"])), min_size=1, max_size=5), st.binary(max_size=60)
)
def test_no_content_breaks_it(lines: list[tuple[str, str, str]], tail: bytes) -> None:
    text = "имя;отдел\n" + "".join(f"{name}{mark}{department}\n" for name, department, mark in lines)
    try:
        found = read(text.encode() + tail)
    except Refusal:
        return
    assert all(isinstance(person, RosterRow) and person.name for person in found.people)
