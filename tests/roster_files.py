"""Lists of people in the shapes in which personnel systems and people export them; everybody in them is invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence

import xlsxwriter

PEOPLE = "ФИО;Отдел\r\nБелов Борис;Склад\r\nГромова Галина;Кадры\r\n"
PARTS = (
    "Табельный номер;Фамилия;Имя;Отчество;Подразделение;Должность\r\n"
    "007;Белов;Борис;Олегович;Склад;Кладовщик\r\n"
    "008;Громова;Галина;Игоревна;Кадры;Специалист\r\n"
)
BY_ROW = {"constant_memory": True}  # otherwise the library walks a million empty rows up to the last one
GROUPS = "Сотрудник;Подразделение\nДоставка;\nБелов Борис;\nВетров Вадим;\nЦех №2;\nГромов Глеб;\nИтого: 3;\n"


def workbook(*sheets: Sequence[Sequence[object]], hidden: Iterable[int] = ()) -> bytes:
    """The bytes of a workbook with these sheets, which are called Лист1, Лист2 and so on."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for number, lines in enumerate(sheets):
            sheet = book.add_worksheet(f"Лист{number + 1}")
            for line, cells in enumerate(lines):
                sheet.write_row(line, 0, cells)
            if number in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return file.getvalue()


def far_apart() -> bytes:
    """A few kilobytes for which the library would allocate the rectangle between two cells: half a terabyte."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, BY_ROW) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["ФИО", "Отдел"])
        sheet.write(1_048_575, 16_383, "x")
    return file.getvalue()


def compound(stream: str) -> bytes:
    """The beginning of Microsoft's old container, with a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le")


def _lines(text: str) -> list[list[str]]:
    return [line.split(";") for line in text.splitlines()]


def _thousands() -> bytes:
    return workbook([["ФИО", "Отдел"], *([f"Фамилия{n} Имя{n % 40}", f"Отдел {n % 20}"] for n in range(5000))])


SHAPES: dict[str, Callable[[], bytes]] = {
    "three columns of a name, cp1251": lambda: PARTS.encode("cp1251"),
    "MS-DOS, cp866": lambda: PEOPLE.encode("cp866"),
    "Mac Cyrillic": lambda: PEOPLE.encode("mac_cyrillic"),
    "UTF-16": lambda: PEOPLE.encode("utf-16"),
    "sep= above": lambda: ("sep=;\r\n" + PEOPLE).encode("utf-8-sig"),
    "titles above": lambda: ("Список на 01.03.2026;;\r\n;;\r\n" + PEOPLE).encode("utf-8-sig"),
    "commas in another title": lambda: PEOPLE.replace("Отдел", "Отдел;Стаж, разряд, график, смена").encode(),
    "a login before the name": lambda: "Имя;ФИО;Отдел\r\nb.boris;Белов Борис;Склад\r\n".encode("utf-8-sig"),
    "departments and a total as rows": GROUPS.encode,
    "XLSX": lambda: workbook([["Штат"], [], *_lines(PARTS)]),
    "XLSX, the second sheet": lambda: workbook([["Пояснения"]], _lines(PEOPLE)),
    "XLSX, 5,000 rows": _thousands,
    "XLSX, a bomb": far_apart,
    "XLSX with a password": lambda: compound("EncryptedPackage"),
    "XLS called .xlsx": lambda: compound("Workbook"),
    "PDF": lambda: b"%PDF-1.7",
}
