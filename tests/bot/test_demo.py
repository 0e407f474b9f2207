"""The invented company: what `manage.py demo-data` and the playground fill an empty database with."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from content import load_content
from db.database import Database
from models import Assessment, Delivery, Department, Metric, Promise, User
from services.demo.company import DemoCompany, RealPeople
from services.demo.simulated_staff import FIRST_ACCOUNT
from services.gate.gate import Gate
from services.kit.calendar import Calendar
from services.summary.drilldown import Drilldown
from services.summary.joining import JoinProposals
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import member

CONTENT = load_content()
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
DEMO = DemoCompany(CONTENT, CALENDAR, "Europe/Moscow")
JOINED = "Accounting, HR, Legal"
TOO_SMALL = {"Purchasing", "Marketing"}
ROWS = [select(func.count()).select_from(table) for table in (User, Assessment, Metric, Promise)]


@pytest.fixture
async def company(database: Database, clock: ManualClock) -> None:
    """The company in its database."""
    async with database.begin() as session:
        await DEMO.seed(session, clock())


async def test_a_company_is_founded_once_answers_every_week_and_is_written_to_where_people_are_real(
    company: None, stage: Stage, database: Database, clock: ManualClock, reread: Reread
) -> None:
    await _everybody_of_the_content_is_there(database, clock, reread)
    with pytest.raises(RealPeople):
        async with database.begin() as session:
            await DEMO.seed(session, clock())
    await _the_bot_writes_to_none_of_them(stage, reread)
    await _colleagues_go_on_answering_once_for_each_week(database, clock, reread)


async def _everybody_of_the_content_is_there(database: Database, clock: ManualClock, reread: Reread) -> None:
    departments = {department.name: department for department in await reread(select(Department))}
    assert list(departments) == [department.name.ru for department in CONTENT.demo.departments]
    for said in CONTENT.demo.departments:
        here = User.department_id == departments[said.name.ru].id
        assert await reread(select(func.count()).where(here, User.telegram_id >= FIRST_ACCOUNT)) == [said.colleagues]
        assert departments[said.name.ru].name_en == said.name.en
    managers = await reread(select(User.telegram_id).join(Department, Department.manager_id == User.id))
    assert managers == [said.manager for said in CONTENT.demo.departments if said.manager]
    async with database.read() as session:
        (found,) = await JoinProposals(CONTENT, CALENDAR, 7).standing(session, clock())
    assert {part.group.name_en for part in found.parts} == TOO_SMALL


async def _the_bot_writes_to_none_of_them(stage: Stage, reread: Reread) -> None:
    for person in CONTENT.demo.people:
        await stage.person(person.id, person.name).starts()
    for _ in range(5):
        await stage.tick()
        stage.clock.advance(days=3)
    accounts = await reread(select(User.telegram_id).join(Delivery, Delivery.user_id == User.id))
    assert accounts
    assert max(accounts) < FIRST_ACCOUNT


async def _colleagues_go_on_answering_once_for_each_week(
    database: Database, clock: ManualClock, reread: Reread
) -> None:
    week = CALENDAR.week_of(clock())
    answers = select(func.count()).where(Metric.date == week.isoformat(), Metric.source == "pulse")
    assert await reread(answers) == [0]
    clock.advance(weeks=1)
    for _ in range(2):
        async with database.begin() as session:
            await DEMO.catch_up(session, clock())
        assert 70 < (await reread(answers))[0] < 120


@pytest.mark.both_databases
async def test_the_gate_finds_figures_of_the_whole_past(company: None, database: Database, clock: ManualClock) -> None:
    async with database.begin() as session:
        published = await Gate(CONTENT, CALENDAR, 7).publish_due(session, clock())
    periods = [publication for publication in published if publication.kind == "checkin_period"]
    assert len(periods) == CONTENT.demo.periods
    assert all(one.company is not None for one in published if one.kind != "pulse_period")
    assert all({group.name_en for group in one.hidden} == TOO_SMALL for one in periods)
    assert all(JOINED in {cell.group.name_en for cell in one.groups if cell.group} for one in periods)
    weeks = [one for one in published if one.kind == "pulse_week"]
    assert all([group.name_en for group in week.pooled] == [JOINED, "Sales"] for week in weeks)
    pooled = [one for one in published if one.kind == "pulse_period"]
    assert len(pooled) == CONTENT.demo.periods
    assert all([cell.group.name_en for cell in one.groups if cell.group] == [JOINED, "Sales"] for one in pooled)
    key = next(cell.key for cell in pooled[-1].groups if cell.group)
    async with database.read() as session:
        card = await Drilldown(CONTENT, CALENDAR).card(session, weeks[-1], key)
    assert [point.slot for point in card.line] == [one.slot for one in pooled], "once a period, not week by week"


async def test_people_whom_nobody_invented_are_left_alone(stage: Stage, reread: Reread) -> None:
    await member(stage, 1, "Анна")
    before = [await reread(rows) for rows in ROWS]
    with pytest.raises(RealPeople):
        async with stage.database.begin() as session:
            await DEMO.seed(session, stage.clock())
    assert [await reread(rows) for rows in ROWS] == before
