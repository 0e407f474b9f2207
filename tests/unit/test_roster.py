"""A list of people: every shape in which systems export one, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from itertools import product

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.roster import describe
from content import load_content
from services.kit.errors import Refusal
from services.kit.text import clean_line
from services.lifecycle.errors import (
    NotATable,
    OldWorkbook,
    RosterEmpty,
    RosterTooBig,
    RosterWithoutHeader,
    WorkbookLocked,
    WorkbookTooDense,
)
from services.lifecycle.roster import files, reading, writing
from services.lifecycle.roster.files import MOST_BYTES
from services.lifecycle.roster.reading import Answer, Error, RosterRow
from services.lifecycle.roster.workbooks import MOST_UNPACKED
from tests.roster_files import BY_ROW, GROUPS, SHAPES, compound, far_apart, workbook

pytestmark = pytest.mark.slow

WORDS = load_content().typed.roster
PEOPLE = [("Анна Петрова", "Склад"), ("Борис", "Офис продаж"), ("Вера", "")]
RUSSIAN = "имя;отдел\nАнна Петрова;Склад\nБорис;Офис продаж\nВера;\n"


def read(content: bytes | str, answer: Answer | None = None) -> reading.Roster:
    return reading.read(content.encode() if isinstance(content, str) else content, WORDS, answer)


def rows(found: reading.Roster) -> list[tuple[str, str]]:
    assert found.errors == ()
    return [(person.name, person.department) for person in found.people]


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A workbook with some of its parts replaced, by the last part of their names without the dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return file.getvalue()


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "mac_cyrillic", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_of_a_spreadsheet(encoding: str) -> None:
    for header in ("имя;отдел", "name;department"):
        assert rows(read(RUSSIAN.replace("имя;отдел", header).encode(encoding))) == PEOPLE, header


def test_the_end_of_a_file_of_dos() -> None:
    assert rows(read(RUSSIAN.replace("\n", "\r\n").encode("cp866") + b"\x1a")) == PEOPLE


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_header_and_end_of_line(delimiter: str) -> None:
    headers = ["имя;отдел", "Name;Department", "ФИО;Подразделение", "full name;TEAM", '"Имя";"Отдел"']
    for header, end in product(headers, ["\n", "\r\n", "\r"]):
        text = RUSSIAN.replace("имя;отдел", header).replace(";", delimiter).replace("\n", end)
        assert rows(read(text)) == PEOPLE, (header, end)


@pytest.mark.parametrize("hint", ["sep=;", "SEP=;", '"sep=;"', "sep=,"])
def test_the_line_that_names_the_delimiter(hint: str) -> None:
    text = f"{hint}\r\nФИО;Отдел\r\nАнна;Склад, второй\r\n"
    found = read(
        text if hint != "sep=," else text.replace(";Склад, второй", ',"Склад, второй"').replace(";Отдел", ",Отдел")
    )
    assert rows(found) == [("Анна", "Склад, второй")]
    assert found.people[0].line == 3


def test_commas_in_another_title_are_no_delimiter() -> None:
    text = "ФИО;Отдел;Стаж, разряд, оклад, смена\nАнна;Склад;1\n"
    assert rows(read(text)) == [("Анна", "Склад")]


def test_columns_in_any_order_among_others() -> None:
    assert rows(read("№;Отдел;Телефон;Имя\n1;Склад;+7 900;Анна\n")) == [("Анна", "Склад")]


def test_titles_above_the_header() -> None:
    for above in range(20):
        lines = "".join(f"Строка {number};\n" for number in range(above - 1))
        found = read(("Отчёт по сотрудникам;\n;\n" + lines if above else "") + "ФИО;Отдел\nАнна;Склад\n")
        assert rows(found) == [("Анна", "Склад")], above
        assert found.people[0].line == (above + 3 if above else 2), above


def test_a_header_below_the_twentieth_row_is_none() -> None:
    with pytest.raises(RosterWithoutHeader):
        read("".join(f"Строка {number};\n" for number in range(20)) + "ФИО;Отдел\nАнна;Склад\n")


@pytest.mark.parametrize(
    ("header", "name", "department"),
    [
        ("Ф.И.О.;Наименование подразделения", ("Ф.И.О.",), "Наименование подразделения"),
        ("Ф. И. О. сотрудника;Структурное подразделение", ("Ф. И. О. сотрудника",), "Структурное подразделение"),
        ("Сотрудник.Наименование;Подразделение организации", ("Сотрудник.Наименование",), "Подразделение организации"),
        ("Сотрудник / ФИО;Отдел (подразделение)", ("Сотрудник / ФИО",), "Отдел (подразделение)"),
        ("Фамилия, имя, отчество;Отделы", ("Фамилия, имя, отчество",), "Отделы"),
        ("Сотрудники;Подраздиление", ("Сотрудники",), "Подраздиление"),
        ("Employee Name;Current department", ("Employee Name",), "Current department"),
        ("Имя;Отдел;ФИО", ("ФИО",), "Отдел"),
        ("Сотрудник;Отдел;ФИО сотрудника", ("ФИО сотрудника",), "Отдел"),
        ("Фамилия;Отдел", ("Фамилия",), "Отдел"),
    ],
)
def test_names_of_columns_in_other_words(header: str, name: tuple[str, ...], department: str) -> None:
    titles = read(header + "\nАнна;Борис;Вера\n").titles
    assert (titles.names, titles.department) == (name, department)


@pytest.mark.parametrize(
    "header", ["Должность сотрудника;Отдел", "ФИО;Телефон отдела", "ФИО;Руководитель подразделения", "Manager;Team"]
)
def test_what_stands_above_other_columns(header: str) -> None:
    with pytest.raises(RosterWithoutHeader):
        read(header + "\nАнна;Склад\n")


def test_a_name_in_three_columns() -> None:
    text = "Таб. №;Отчество;Имя;Фамилия;Отдел\n1;Олеговна;Анна;Петрова;Склад\n2;;Ли;Чжан;Склад\n"
    assert rows(read(text)) == [("Петрова Анна Олеговна", "Склад"), ("Чжан Ли", "Склад")]


def test_a_full_name_before_the_parts_of_one() -> None:
    text = "Фамилия;Имя;ФИО;Отдел\nПетрова;Анна;Петрова Анна Олеговна;Склад\nБелов;Борис;;Склад\n"
    assert rows(read(text)) == [("Петрова Анна Олеговна", "Склад"), ("Белов Борис", "Склад")]
    with_login = read("Имя;ФИО;Отдел\np.anna;Петрова Анна;Склад\nb.boris;;Склад\n")
    assert [person.name for person in with_login.people] == ["Петрова Анна"]
    assert with_login.errors == (Error(3, "no_name"),), "an account's name is nobody's"


def test_blank_lines_quotes_and_stray_marks() -> None:
    text = '\n\nимя;отдел\n\n"Анна ""Аня""\nПетрова";"Склад; второй"\n;;\n  \u200bБорис\u202e ;Склад\nВера\n'
    found = read(text)
    assert rows(found) == [('Анна "Аня" Петрова', "Склад; второй"), ("Борис", "Склад"), ("Вера", "")]
    assert [person.line for person in found.people] == [5, 8, 9]


def test_a_header_on_every_printed_page() -> None:
    text = "ФИО;Отдел\nАнна;Склад\nФИО;Отдел\nБорис;Склад\n"
    assert rows(read(text)) == [("Анна", "Склад"), ("Борис", "Склад")]


def test_what_each_department_gets_and_what_repeats() -> None:
    found = read("name,department\nAnna,Stock\nBoris,STOCK\nanna,stock\nVera,\n")
    assert reading.by_department(found.people) == {"Stock": 3, "": 1}
    assert found.repeated == 1


# --- rows that may be no people ---------------------------------------------------------------------------------------


def test_departments_and_totals_among_the_people_are_asked_about() -> None:
    found = read(GROUPS)
    assert not found.is_clear
    assert [(doubt.line, doubt.kind, doubt.text) for doubt in found.doubts] == [
        (2, "department", "Доставка"),
        (5, "department", "Цех №2"),
        (7, "total", "Итого: 3"),
    ]
    names = ["Белов Борис", "Ветров Вадим", "Громов Глеб"]
    assert [person.name for person in found.people] == names, "not silently people"
    assert rows(read(GROUPS, "skip")) == [(name, "") for name in names]
    assert rows(read(GROUPS, "departments")) == list(zip(names, ["Доставка", "Доставка", "Цех №2"], strict=True))
    everybody = [name for name, _ in rows(read(GROUPS, "people"))]
    assert everybody == ["Доставка", *names[:2], "Цех №2", names[2], "Итого: 3"]


def test_departments_as_rows_in_a_list_without_a_column_for_them() -> None:
    sales = ";Отдел продаж;\n1;Белов Борис;Менеджер\n2;Ветров Вадим;Менеджер\n"
    text = f"№;ФИО;Должность\n{sales};Юристы и кадры;\n3;Ли;Юрист\n"
    found = read(text)
    assert [doubt.text for doubt in found.doubts] == ["Отдел продаж", "Юристы и кадры"]
    assert rows(read(text, "departments")) == [
        ("Белов Борис", "Отдел продаж"),
        ("Ветров Вадим", "Отдел продаж"),
        ("Ли", "Юристы и кадры"),
    ]


@pytest.mark.parametrize("row", ["Всего;2", ";Итого по отделу: 2", "Total employees;", "ИТОГО"])
def test_every_kind_of_total(row: str) -> None:
    assert [doubt.kind for doubt in read(f"ФИО;Отдел\nАнна;Склад\n{row}\n").doubts] == ["total"]


def test_rows_that_name_nobody_need_no_question() -> None:
    found = read("ФИО;Отдел;Телефон\n1;2;3\nАнна;Склад;\n;;Директор ________\n")
    assert rows(found) == [("Анна", "Склад")]
    assert found.is_clear
    assert [(doubt.line, doubt.kind) for doubt in found.doubts] == [(2, "nothing"), (4, "nothing")]


def test_people_without_a_department_are_no_departments() -> None:
    assert read("ФИО;Отдел\nАнна;Склад\nВера;\nГлеб;Склад\n").doubts == ()
    assert read("ФИО;Отдел\nАнна;\nБорис;\nВера;\n").doubts == ()


# --- workbooks --------------------------------------------------------------------------------------------------------


def test_a_workbook() -> None:
    lines: list[list[object]] = [
        ["Штат на 01.03.2026"],
        [],
        ["№", "ФИО", "Отдел"],
        [1.0, "Анна Петрова", "Склад"],
        [2, "Борис", 7],
    ]
    found = read(workbook(lines))
    assert [(person.line, person.name) for person in found.people] == [(4, "Анна Петрова")]
    assert found.errors == (Error(5, "no_department"),)
    assert found.titles.sheet is None


def test_the_first_shown_sheet_with_a_header_is_read() -> None:
    people = [["ФИО", "Отдел"], ["Анна", "Склад"]]
    old = [["ФИО", "Отдел"], ["Прежняя", "Склад"]]
    found = read(workbook(old, [["Пояснения"]], people, hidden=[0]))
    assert rows(found) == [("Анна", "Склад")]
    assert found.titles.sheet == "Лист3"


def test_columns_formatted_to_the_end_are_no_bomb() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, BY_ROW) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["ФИО", "Отдел"])
        sheet.write_row(1, 0, ["Анна", "Склад"])
        sheet.write_blank(1_048_575, 16_383, None, bold)
    assert rows(read(file.getvalue())) == [("Анна", "Склад")]


def expanding() -> bytes:
    """A workbook whose sheet is a few kilobytes packed and more than is allowed unpacked."""
    return repacked(workbook([["ФИО", "Отдел"]]), sheet1=b" " * (MOST_UNPACKED + 1))


def sharing() -> bytes:
    """One long text that very many cells share."""
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (line, line) for line in range(1, 10_000))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + cells
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + b"x" * 100_000
    return repacked(
        workbook([["ФИО", "Отдел"]]),
        sheet1=sheet + b"</sheetData></worksheet>",
        sharedStrings=shared + b"</t></si></sst>",
    )


@pytest.mark.parametrize("bomb", [far_apart, expanding, sharing])
def test_a_bomb_is_refused_before_it_goes_off(bomb: object) -> None:
    content = bomb()  # type: ignore[operator]
    assert len(content) < 200_000
    with pytest.raises(WorkbookTooDense):
        read(content)


def test_a_member_that_lies_about_its_length_is_cut_at_it() -> None:
    content = bytearray(expanding())
    name = b"xl/worksheets/sheet1.xml"
    entry = content.rindex(name) - 46  # its header in the directory, APPNOTE.TXT 4.3.12
    struct.pack_into("<I", content, entry + 24, 100)
    with pytest.raises(NotATable):
        read(bytes(content))


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><v>1</v></c>",
        b'<c r="A1" q="\'"/><c r=\'XFD1048576\' x="/>"><v>1</v></c>',
        b'<c x=">" r="XFD1048576"><v>1</v></c>',
        b'<c r="&#88;FD1048576"><v>1</v></c>',
        b'<x:c r="?"><v>1</v></x:c>',
        b"<!DOCTYPE x>",
        b"\0",
        b"<c",
    ],
)
def test_a_sheet_that_is_not_written_as_sheets_are(cell: bytes) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    content = repacked(workbook([["ФИО", "Отдел"]]), sheet1=sheet + cell + b"</row></sheetData></worksheet>")
    with pytest.raises(Refusal):
        read(content)


def test_a_password_and_an_old_format_say_what_to_do() -> None:
    with pytest.raises(WorkbookLocked):
        read(compound("EncryptedPackage"))
    with pytest.raises(OldWorkbook):
        read(compound("Workbook"))
    locked = bytearray(workbook([["ФИО", "Отдел"]]))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = locked.index(mark)
        locked[at + place] |= 1
    with pytest.raises(WorkbookLocked):
        read(bytes(locked))


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rest of a workbook",
        b"PK\x05\x06" + b"\0" * 18,
        archive(word__document=b"<w/>"),
        archive(xl__workbook=b"<workbook/>"),
        archive(xl__workbook=b"not XML"),
        b"%PDF-1.7",
        b"<html><table>",
        b"a\0b",
        b"\x01\x02\x03",
    ],
)
def test_what_is_no_table(content: bytes) -> None:
    with pytest.raises(NotATable):
        read(content)


@settings(max_examples=40)
@given(st.integers(min_value=0), st.integers(0, 255), st.booleans())
def test_a_damaged_workbook_is_refused_or_read(place: int, byte: int, is_cut: bool) -> None:
    content = bytearray(SOUND)
    place %= len(content)
    content[place] = byte
    try:
        read(bytes(content[:place] if is_cut else content))
    except Refusal:
        return


SOUND = workbook([["ФИО", "Отдел"], ["Анна", "Склад"]])


def test_every_shape_is_read_or_refused_as_the_table_says() -> None:
    """`python -m benchmarks.roster` prints it."""
    lines = {name: describe(make()) for name, make in SHAPES.items()}
    refused = {name: line.removeprefix("refused: ") for name, line in lines.items() if line.startswith("refused")}
    assert refused == {
        "XLSX, a bomb": "WorkbookTooDense",
        "XLSX with a password": "WorkbookLocked",
        "XLS called .xlsx": "OldWorkbook",
        "PDF": "NotATable",
    }
    assert all("Белов Борис" in line for name, line in lines.items() if name not in refused and "5,000" not in name)


# --- limits -----------------------------------------------------------------------------------------------------------


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


def test_the_size_is_checked_before_a_file_is_fetched() -> None:
    with pytest.raises(RosterTooBig):
        files.check_size(MOST_BYTES + 1)
    files.check_size(MOST_BYTES)


@pytest.mark.parametrize("text", ["Анна;Склад\nБорис;Склад\n", "имя\nАнна\n", "имя;телефон\nАнна;1\n"])
def test_without_a_header(text: str) -> None:
    with pytest.raises(RosterWithoutHeader):
        read(text)


@pytest.mark.parametrize("text", ["", "\n\n", "имя;отдел\n\n;\n"])
def test_nothing_or_a_header_alone(text: str) -> None:
    with pytest.raises(RosterEmpty):
        read(text)


@pytest.mark.parametrize("shape", ["text", "workbook"])
def test_as_many_rows_as_are_allowed_and_one_more(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 100
    monkeypatch.setattr(reading, "MOST_ROWS", most)
    lines = [["имя", "отдел"], *([f"Имя {number}", "Склад"] for number in range(most))]

    def packed(lines: Sequence[Sequence[str]]) -> bytes:
        return workbook(lines) if shape == "workbook" else "\n".join(map(";".join, lines)).encode()

    assert len(read(packed(lines)).people) == most
    for more in ("Ещё", "1"):
        with pytest.raises(RosterTooBig):
            read(packed([*lines, [more, "Склад"]]))
    with pytest.raises(RosterTooBig):
        read("имя;отдел\n" + "я" * MOST_BYTES)


# --- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"])
def test_nothing_is_computed(cell: str) -> None:
    written = writing.write(("name", "department", "link"), [(cell, cell, "https://t.me/x")])
    assert written.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == ["'" + cell, "'" + cell, "https://t.me/x"]


cells = st.text(st.characters(codec="utf-8"), max_size=40).map(clean_line)
names = cells.filter(lambda name: any(char.isalpha() for char in name))


@given(st.lists(st.tuples(names, st.one_of(st.just(""), names)), min_size=1, max_size=20))
def test_what_was_written_is_read_as_it_was(people: list[tuple[str, str]]) -> None:
    file = writing.write(("name", "department", "link"), [(*pair, "https://t.me/x") for pair in people])
    assert rows(read(file, "people")) == people


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
