"""Everything that HR can read over ten weeks: whatever one person does, nothing differs but the gate's figures.

Two companies are alike but for one person, whose answers the gate is told to leave out of both. So whatever differs
then (a screen, a file, a chart, a message or its time) would tell of that person past the gate.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import Select, and_, insert, select, update

from db.database import Database
from keyboards.company import AuditChoice, DepartmentButton, HrPage, OpenPeople, PersonButton
from keyboards.outreach import NoteButton, PromiseButton, RoundButton
from keyboards.summary import OpenGroup, SummaryPage
from models import Metric, User
from services.gate import noise, publications
from services.gate.gate import Gate
from services.kit.calendar import WEEK, Period
from tests.bot.outreach.test_promises import writes
from tests.bot.past import check_in, said
from tests.clock import START as BEGIN
from tests.clock import ManualClock
from tests.conftest import open_warm
from tests.databases import SQLiteDatabases
from tests.fakes.stage import Player, Stage
from tests.gate.world import START, pulse_row
from tests.people import hr_reader, id_of, member, monday_nine, quiet, staffed

pytestmark = pytest.mark.soak

WEEKS = 10
LOOKS = (3, 6, 9)
PROMISED, KEPT, ROUND = 2, 5, 8
WHO = "Аграфена Жданова"
Doing = Callable[[Stage, Player, int], Awaitable[None]]


async def answers(stage: Stage, anna: Player, number: int) -> None:
    """The worst that can be answered, every week and in every period, with what weighs."""
    person, week = await id_of(stage, anna), START + number * WEEK
    worst: dict[str, float | None] = {"burnout": 100.0, "stress": 100.0, "productivity": 0.0}
    async with stage.database.begin() as session:
        await session.execute(insert(Metric), [pulse_row(person, week, START, worst, stage.clock())])
    if number % 4 == 2:
        await check_in(stage, anna, stage.clock())


async def changed(stage: Stage, anna: Player, number: int, **values: Any) -> None:
    if number == 3:
        async with stage.database.begin() as session:
            await session.execute(update(User).where(User.telegram_id == anna.id).values(values))


async def withdraws(stage: Stage, anna: Player, number: int) -> None:
    await changed(stage, anna, number, consent_withdrawn_at=stage.clock())


async def pauses(stage: Stage, anna: Player, number: int) -> None:
    await changed(stage, anna, number, paused_until=stage.clock() + 40 * WEEK)


async def blocks(stage: Stage, anna: Player, number: int) -> None:
    if number == 3:
        await anna.blocks()


async def despairs(stage: Stage, anna: Player, number: int) -> None:
    if number == 3:
        await anna.says("не хочу жить")


async def notices(stage: Stage, anna: Player, number: int) -> None:
    if number == KEPT + 1:
        await anna.presses(data=NoteButton(action="noticed", promise=1).pack())


async def nothing(stage: Stage, anna: Player, number: int) -> None:
    """What the others are compared with."""


DOINGS: Sequence[Doing] = (answers, withdraws, pauses, blocks, despairs, notices)


@pytest.mark.parametrize("doing", DOINGS, ids=lambda doing: doing.__name__)
async def test_nothing_but_figures_tells_what_a_person_does(
    sqlite_databases: SQLiteDatabases, monkeypatch: pytest.MonkeyPatch, doing: Doing
) -> None:
    found = []
    for does in (nothing, doing):
        url = sqlite_databases.migrated()
        database = open_warm(url)
        with monkeypatch.context() as patch:
            found.append(await lived(database, does, patch))
        await database.dispose()
        sqlite_databases.drop(url)
    one, other = found
    assert len(one) > 150
    assert WHO in "".join(one), "the list of people at least"
    assert [line for line, same in zip(other, one, strict=True) if line != same] == []


async def lived(database: Database, does: Doing, patch: pytest.MonkeyPatch) -> list[str]:
    """Everything that HR read in a company in which one person does this; her answers are in no figure."""
    stage = Stage(database, ManualClock(BEGIN))
    await stage.company_promises()
    staff, chance = await staffed(stage, 24, 20, 6), Random(1)
    olga, anna = await hr_reader(stage, role="admin"), await member(stage, 6001, WHO, department="Доставка")
    await quiet(stage, olga)
    patch.setattr(noise, "_drawn", repeated(Random(2)))
    patch.setattr(Gate, "_people", without(await id_of(stage, anna)))
    seen: list[str] = []
    for number in range(WEEKS):
        stage.clock.advance_to(monday_nine(number) + timedelta(hours=1))
        await stage.tick()
        await staff.pulse(START + number * WEEK, [one for one in staff.everybody if chance.random() < 0.75])
        if number % 4 == 2:
            period = START + number // 4 * 4 * WEEK
            await staff.checkin(period, [one for one in staff.everybody if chance.random() < 0.8])
        await hr_does(olga, number)
        await does(stage, anna, number)
        for hours in (4, 28, 52):
            stage.clock.advance_to(monday_nine(number) + timedelta(hours=hours))
            await stage.tick()
        if number in LOOKS:
            seen += await looked(stage, olga, await id_of(stage, anna), START + (number - 1) * WEEK)
    stage.telegram.take_refusals()  # of people who have no chat here
    async with database.read() as session:
        seen += [json.dumps(one, sort_keys=True) for one in await publications.export(session)]
    seen += [content_of(file.name, file.content) for file in stage.world.files.values()]
    return [*seen, *(f"{one['date']} {one.get('text') or one.get('caption')}" for one in olga.messages)]


def repeated(chance: Random) -> Callable[[float, Sequence[int]], list[int]]:
    """The same noise in both companies."""

    def geometric(scale: float) -> int:
        return int(-scale * math.log(1 - chance.random()))

    def drawn(scale: float, counts: Sequence[int]) -> list[int]:
        return [count + geometric(scale) - geometric(scale) for count in counts]

    return drawn


def without(person: int) -> Callable[[Gate, Period], Select[Any]]:
    """Who counts in a slot, with one who adds no answer."""
    people = Gate._people

    def silent(gate: Gate, period: Period) -> Select[Any]:
        all_ = people(gate, period).subquery()
        agreed = and_(all_.c.agreed, all_.c.user_id != person).label("agreed")
        return select(all_.c.user_id, all_.c.department_id, agreed, all_.c.consent_at)

    return silent


async def hr_does(olga: Player, number: int) -> None:
    if number == PROMISED:
        await writes(olga, "Вторая пауза в смену")
        for label in ("Без второго текста", "До 18\u00a0мая", "Сохранить и рассказать"):
            await olga.presses(label)
    if number == KEPT:
        for action in ("keep", "kept"):
            await olga.presses(data=PromiseButton(action=action, id=1).pack())
    if number == ROUND:
        await olga.presses(data=RoundButton(action="begin", target="company").pack())


async def looked(stage: Stage, olga: Player, person: int, monday: Any) -> list[str]:
    """The screens that HR can open, with their buttons and toasts; the file is among those that the bot sent."""
    found = []
    for data in screens(person, monday.toordinal()):
        await olga.presses(data=data.pack())
        stage.telegram.take_refusals()  # a page that is the last one already
        found.append(f"{data.pack()} {said(olga)} {olga.buttons} {olga.toast}")
    return found


def screens(person: int, week: int) -> Sequence[CallbackData]:
    cells: Mapping[str, Any] = {"company": "company", "d1": "d1", "d2": "d2", "d3": "d3"}
    places = ("panel", "departments", "groups", "proposals", "invites", "summary", "promises", "round", "audit")
    return [
        *(HrPage(place=place) for place in places),
        *(OpenPeople(kind="all", page=page) for page in range(8)),
        *(OpenPeople(kind=kind) for kind in ("invited", "left")),
        *(DepartmentButton(action="card", id=number) for number in (1, 2, 3)),
        *(PersonButton(action=action, person=person) for action in ("card", "role", "offboard", "relink")),
        *(RoundButton(action="preview", target=key) for key in cells.values()),
        *(SummaryPage(action=action, week=week) for action in ("open", "steps", "groups", "map", "file")),
        *(OpenGroup(action=action, week=week, key=key) for key in cells.values() for action in ("show", "chart")),
        *(AuditChoice(kind=kind) for kind in ("changes", "views")),
        PromiseButton(action="card", id=1),
    ]


def content_of(name: str, content: bytes) -> str:
    """What a file says: of a spreadsheet its sheets, as its frame tells when it was made."""
    if not name.endswith(".xlsx"):
        return f"{name} {sha256(content).hexdigest()}"
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return name + "".join(file.read(part).decode() for part in sorted(file.namelist()) if part.startswith("xl/"))
