"""«Did it help?»: said once, two slots after a promise was kept, in the same words to HR and to those concerned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from keyboards.outreach import NoteButton, PromiseButton
from models import Department, Grouping, Membership, Metric, Promise, ReportingGroup, StoredSummary, User
from services.kit.calendar import WEEK
from services.summary.helped.verdict import WEEKS_AFTER, WEEKS_BEFORE
from tests.bot.story import ON_SQLITE
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START, pulse_row
from tests.people import Staff, hr_reader, member, monday_nine, staffed

pytestmark = ON_SQLITE

KEPT = WEEKS_BEFORE  # the number of the week in which it was done
LAST = KEPT + WEEKS_AFTER  # the number of the week with the last figures
PROMISES = select(Promise).order_by(Promise.id)
WAREHOUSE, LAWYERS = 2, 3
SAID = {
    "easier": {"ru": "легче, чем в других группах", "en": "Easier than in other groups"},
    "same": {"ru": "как в других", "en": "As in other groups"},
    "early": {"ru": "пока рано судить", "en": "Too early to say"},
}


async def company(stage: Stage, *, after: float, sizes: tuple[int, ...] = (20, 20, 20), weeks: int = LAST + 1) -> Staff:
    """Three departments that answered so many weeks; the warehouse otherwise from the week after `KEPT` on."""
    staff = await staffed(stage, *sizes)
    rows = []
    for week in range(weeks):
        for number, team in enumerate(staff.teams, start=1):
            hard = 6.0 if week <= KEPT or number != WAREHOUSE else after
            for place, person in enumerate(team):
                felt = min(10 * (hard + place % 7 - 3), 100.0)
                figures: dict[str, float | None] = {"burnout": felt, "stress": felt, "productivity": 50.0}
                rows.append(pulse_row(person, START + week * WEEK, START, figures, stage.clock()))
    async with stage.database.begin() as session:
        await session.execute(insert(Metric), rows)
    return staff


async def kept(stage: Stage, **values: Any) -> None:
    """A promise for the warehouse that was kept in the week `KEPT`."""
    at = monday_nine(KEPT) + timedelta(days=1)
    row = {"department_id": WAREHOUSE, "text": "Вторая пауза", "state": "done", "asked_at": at, "author_audit_key": "a"}
    async with stage.database.begin() as session:
        await session.execute(insert(Promise).values(created_at=at, updated_at=at, **row | values))


async def at(stage: Stage, moment: datetime) -> None:
    stage.clock.advance_to(moment)
    await stage.tick()


async def of_the_warehouse(stage: Stage, language: str) -> Player:
    player = await member(stage, 5003, "Анна", department="Доставка", language=language)
    async with stage.database.begin() as session:
        id_ = await session.scalar(select(User.id).where(User.telegram_id == player.id))
        await session.execute(update(User).where(User.id == id_).values(department_id=WAREHOUSE))
        await session.execute(update(Membership).where(Membership.user_id == id_).values(department_id=WAREHOUSE))
    return player


@pytest.mark.parametrize(("language", "after", "verdict"), [("ru", 4.0, "easier"), ("en", 6.0, "same")])
async def test_hr_and_the_people_concerned_read_the_same_and_it_stays(
    stage: Stage, reread: Reread, language: str, after: float, verdict: str
) -> None:
    staff = await company(stage, after=after)
    olga = await hr_reader(stage, language=language)
    anna = await of_the_warehouse(stage, language)
    await kept(stage)
    await at(stage, monday_nine(LAST))
    assert [row.helped for row in await reread(PROMISES)] == [None], "a week is to come"
    await at(stage, monday_nine(LAST + 1))
    (row,) = await reread(PROMISES)
    assert (row.helped, row.judged_at) == (verdict, stage.clock())
    said = SAID[verdict][language]
    await anna.presses(data=NoteButton(action="open", promise=row.id).pack())
    theirs = next(part for part in anna.screen.split("\n\n") if said in part)
    await olga.presses(data=PromiseButton(action="card", id=row.id).pack())
    assert theirs in olga.screen, "word for word"
    summary = (await reread(select(StoredSummary).order_by(StoredSummary.week.desc())))[0].texts[language]
    assert said.lower() in summary.lower()
    await staff.pulse(START + (LAST + 1) * WEEK, staff.everybody, stress=9)
    await at(stage, monday_nine(LAST + 2))
    (later,) = await reread(PROMISES)
    assert (later.helped, later.judged_at) == (verdict, row.judged_at), "said once"


async def test_of_a_group_that_has_been_changed_since_nothing_can_be_said(stage: Stage, reread: Reread) -> None:
    """It reports together with the lawyers since the week after it was done; nor is anything said of the company."""
    await company(stage, after=4.0)
    await hr_reader(stage)
    async with stage.database.begin() as session:
        made = ReportingGroup(name="Вместе", created_at=stage.clock(), updated_at=stage.clock())
        session.add(made)
        await session.flush()
        for id_ in (WAREHOUSE, LAWYERS):
            session.add(Grouping(department_id=id_, group_id=made.id, since=START + (KEPT + 1) * WEEK))
    await kept(stage)
    await kept(stage, department_id=None)
    await at(stage, monday_nine(LAST + 1))
    assert [row.helped for row in await reread(PROMISES)] == ["early", None]


async def test_of_a_small_group_two_periods_are_compared(stage: Stage, reread: Reread) -> None:
    """Twelve people each report once a period of four weeks: two before, two after the one in which it was done."""
    await company(stage, after=3.0, sizes=(12, 12, 12), weeks=24)
    await hr_reader(stage)
    await kept(stage)
    await at(stage, monday_nine(23))
    assert [row.helped for row in await reread(PROMISES)] == [None]
    await at(stage, monday_nine(24))
    assert [row.helped for row in await reread(PROMISES)] == ["easier"]


async def test_a_department_that_goes_takes_its_promise_along(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 20, 20, 20)
    await hr_reader(stage)
    await kept(stage)
    async with stage.database.begin() as session:
        department = await session.get_one(Department, WAREHOUSE)
        await session.execute(update(User).where(User.department_id == WAREHOUSE).values(department_id=None))
        await session.delete(department)
    assert await reread(PROMISES) == []
