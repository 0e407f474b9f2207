"""The file: every published figure and no other, in words that no spreadsheet takes for a formula."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import insert, select, update

from keyboards.summary import SummaryPage
from models import AuditEntry, Department, Promise, Reaction
from services.gate import publications
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK
from services.kit.calendar import WEEK
from tests.bot.rows import documents
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import START
from tests.people import hr_reader, monday_nine, staffed

Sheet = list[list[str | float]]
SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EVIL = '=HYPERLINK("http://x","y")'
SHEETS = {
    "ru": ["Пульс", "Пульс за период", "Самопроверки", "Причины", "Шаги", "Обещания", "О файле"],
    "en": ["Pulse", "Pulse of a period", "Check-ins", "Causes", "Steps", "Promises", "About"],
}


def read(content: bytes) -> dict[str, Sheet]:
    """Sheets by name, read from the file's own XML: words as words, numbers as numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        book = ElementTree.fromstring(file.read("xl/workbook.xml"))
        strings = [
            "".join(part.text or "" for part in entry.iter(f"{{{SPACE['m']}}}t"))
            for entry in ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        ]
        found = {}
        for number, sheet in enumerate(book.findall("m:sheets/m:sheet", SPACE), start=1):
            xml = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            assert xml.find(".//m:f", SPACE) is None, "a formula"
            found[sheet.attrib["name"]] = [
                [
                    strings[int(value)] if cell.attrib.get("t") == "s" else float(value)
                    for cell in row
                    if (value := cell.findtext("m:v", None, SPACE)) is not None
                ]
                for row in xml.findall(".//m:row", SPACE)
            ]
        return found


async def exported(stage: Stage, language: str) -> tuple[Player, dict[str, Sheet], str]:
    """The file of a company of three departments after a period and two weeks."""
    staff = await staffed(stage, 12, 20, 3)
    olga = await hr_reader(stage, language=language)
    async with stage.database.begin() as session:
        await session.execute(update(Department).where(Department.id == 1).values(name=EVIL, name_en=EVIL))
    await staff.checkin(START, staff.everybody, STEADY)
    for week in range(4):
        await staff.pulse(START + week * WEEK, staff.everybody, stress=6.2)
    stage.clock.advance_to(monday_nine(3) + timedelta(hours=1))
    async with stage.database.begin() as session:
        now = stage.clock()
        asked = {"state": "done", "asked_at": now - timedelta(days=5), "author_audit_key": "a"}
        row = {"id": 1, "text": "+1 пауза", "text_en": "-1 hour", "created_at": now, "updated_at": now, **asked}
        await session.execute(insert(Promise), [row])
        answers = [{"promise_id": 1, "user_id": one, "noticed": True, "created_at": now} for one in staff.everybody]
        await session.execute(insert(Reaction), answers)
    stage.clock.advance_to(monday_nine(4))
    await stage.tick()
    await olga.presses({"ru": "Файл для отчёта", "en": "File for a report"}[language])
    ((name, content),) = documents(stage, olga, 1)
    return olga, read(content), name


@pytest.mark.both_databases
@pytest.mark.usefixtures("without_noise")
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_file(stage: Stage, reread: Reread, language: str) -> None:
    olga, sheets, name = await exported(stage, language)
    assert name == "exhale-2026-05-18.xlsx"
    assert {"ru": "18\u00a0мая\u00a02026", "en": "18\u00a0May\u00a02026"}[language] in olga.messages[-1]["caption"]
    assert list(sheets) == SHEETS[language]
    pulse, pooled, checkins, _, _, promises, about = (sheets[title] for title in SHEETS[language])
    assert len(pulse) == 1 + 4 * 4, "the company and three departments in each of four weeks"
    by_group = {row[3]: row for row in pulse[-4:]}
    assert set(by_group) == {
        {"ru": "Компания", "en": "Company"}[language],
        EVIL,
        {"ru": "Склад", "en": "Warehouse"}[language],
        {"ru": "Юристы", "en": "Legal"}[language],
    }
    hidden = [row for row in pulse[1:] if row[4] == {"ru": "нет цифр", "en": "no figures"}[language]]
    assert {len(row) for row in hidden} == {5}, "not one figure of a hidden group"
    assert {row[2] for row in pulse[1:]} == {2.0}, "the edition"
    assert by_group[EVIL][4:] == [{"ru": "раз в период", "en": "once a period"}[language]]
    assert [row[3] for row in pooled[1:]] == [EVIL]
    assert 6.0 in by_group[{"ru": "Склад", "en": "Warehouse"}[language]]
    assert not any(6.2 in row for row in pulse)
    assert len(checkins) == 5
    assert {"ru": "+1 пауза", "en": "-1 hour"}[language] in promises[1]
    assert {"ru": "не диагнозы", "en": "not diagnoses"}[language] in str(about)
    assert (await reread(select(AuditEntry.action).order_by(AuditEntry.id)))[-1] == "exported"


async def test_every_figure_of_the_file_was_published(stage: Stage) -> None:
    _, sheets, _ = await exported(stage, "ru")
    async with stage.database.read() as session:
        found = [
            publication
            for kind in (PULSE_WEEK, CHECKIN_PERIOD, PULSE_PERIOD)
            for publication in await publications.history(session, kind, 99)
        ]
    known = {(one.slot - date(1899, 12, 30)).days for one in found}
    known |= {(one.period.last_day - date(1899, 12, 30)).days for one in found}
    means = {
        figure
        for one in found
        for cell in one.cells
        for mean in (*cell.means.values(), *cell.items.values())
        for figure in (mean.value, mean.low, mean.high)
        if figure is not None
    }
    numbers = {value for rows in sheets.values() for row in rows for value in row if isinstance(value, float)}
    assert numbers <= known | means | {2.0}
    counts = re.compile(r"(?<![\d–])(12|20|32|35)(?![\d–]|\u00a0%)")
    words = [value for rows in sheets.values() for row in rows for value in row if isinstance(value, str)]
    assert not [value for value in words if counts.search(value) and "и больше" not in value], "no exact count"


async def test_before_anything_was_published_there_is_no_file(stage: Stage) -> None:
    await staffed(stage, 12)
    olga = await hr_reader(stage)
    await olga.presses(data=SummaryPage(action="file", week=START.toordinal()).pack())
    assert olga.toast == "Файла пока нет: ни одной цифры не опубликовано."
