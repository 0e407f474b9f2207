"""The four forms of HR's summary, from publications alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from db.database import Database
from models import Assessment, Metric, Promise, Reaction
from services.kit.calendar import WEEK
from services.summary.weekly import Form, Weekly, WeeklySummary
from tests.gate.company import HIGH, STEADY, Company, company_in
from tests.gate.world import CONTENT, START


async def summary(company: Company) -> WeeklySummary:
    return await Weekly(CONTENT, company.calendar).summary(
        company.session, company.calendar.today(company.now), company.now
    )


async def test_starting(database: Database) -> None:
    async with company_in(database) as company:
        await company.department(1)
        await company.employees([1] * 12)
        found = await summary(company)
        assert (found.form, found.week, found.moved, found.steps) == (Form.STARTING, None, (), ())
        assert (found.next_pulse, found.next_checkin) == (START + WEEK, START + 4 * WEEK)


async def test_nobody_has_joined(database: Database) -> None:
    async with company_in(database) as company:
        assert (await summary(company)).form == Form.STARTING


async def test_an_ordinary_monday_names_what_clearly_moved(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(20, 20)
        for _ in range(6):
            await company.week_of([*one, *two], stress=4)
        for _ in range(3):
            await company.pulse(one, stress=9)
            await company.pulse(two, stress=4)
            await company.close()
        found = await summary(company)
        assert found.form == Form.ORDINARY
        assert found.week is not None
        assert found.week.slot == START + 8 * WEEK
        assert found.high == (), "for three weeks only"
        assert [(moved.key, moved.figure, moved.change.difference) for moved in found.moved] == [
            ("company", "stress", 1.875),
            ("d1", "stress", 3.75),
        ]
        assert found.next_checkin == START + 12 * WEEK
        assert found.checkin_closes == START + 12 * WEEK - timedelta(days=1)
        await company.pulse(one, stress=9)
        await company.pulse(two, stress=4)
        await company.close()
        high = (await summary(company)).high
        assert [(one.key, one.figure, one.value.value, one.weeks) for one in high] == [("d1", "stress", 9.0, 4)]


async def test_a_monday_after_a_period(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        await company.checkin(team, STEADY)
        await company.close_period()
        await company.checkin(team, HIGH)
        await company.pulse(team)
        await company.close_period()
        found = await summary(company)
        assert found.form == Form.PERIOD
        assert found.period is not None
        assert found.period_then is not None
        assert {moved.figure for moved in found.period_moved} == {"total", "EE", "DP", "RA"}
        assert [step.action.id for step in found.steps][-1] == "close_the_loop"
        await company.week_of(team)
        assert (await summary(company)).form == Form.ORDINARY


async def test_too_few(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        await company.week_of(team[:3])
        found = await summary(company)
        assert (found.form, found.steps, found.moved) == (Form.TOO_FEW, (), ())


async def test_it_does_not_change_when_answers_do(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        await company.checkin(team, STEADY)
        await company.pulse(team)
        await company.close_period()
        before = await summary(company)
        await company.session.execute(update(Metric).values(stress=100.0))
        await company.session.execute(delete(Assessment))
        assert await summary(company) == before


@pytest.mark.both_databases
async def test_promises_stand_with_their_last_published_echo(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(60)
        row = {
            "text": "A second pause",
            "author_audit_key": "a",
            "due": None,
            "asked_at": None,
            "department_id": None,
            "created_at": company.now,
            "updated_at": company.now,
        }
        rows: list[dict[str, Any]] = [
            {"id": 1, "state": "done", **row, "asked_at": company.now},
            {"id": 2, "state": "planned", **row, "department_id": 1, "due": START},
            {"id": 3, "state": "done", **row, "updated_at": company.now - 10 * WEEK},
        ]
        await company.session.execute(insert(Promise), rows)
        answers = [
            {"promise_id": 1, "user_id": person.id, "noticed": True, "created_at": company.now} for person in team[:50]
        ]
        await company.session.execute(insert(Reaction), answers)
        for _ in range(3):
            await company.week_of(team)
        found = (await summary(company)).promises
        assert [(line.id, line.target, line.is_done) for line in found] == [(2, "d1", False), (1, "company", True)]
        assert found[1].noticed is not None
        assert found[1].noticed.is_or_more
