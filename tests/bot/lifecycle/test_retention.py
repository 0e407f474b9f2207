"""What is kept of people who are out, and that it is erased when it was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from db.database import Database
from keyboards.company import PersonDeed
from models import Assessment, Invite, Metric, User
from services.lifecycle.retention import Retention
from tests.bot.past import check_in
from tests.bot.rows import all_rows
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import crowd, id_of, invite, member, row_of


async def test_a_leaver_is_erased_with_the_archive_on_the_day_that_was_said(
    database: Database, clock: ManualClock
) -> None:
    stage = Stage(database, clock, retention_days=30)
    olga, anna = await member(stage, 1000, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await check_in(stage, anna, stage.clock())
    await olga.presses(data=PersonDeed(action="offboard", person=await id_of(stage, anna)).pack())
    assert "3\u00a0апреля\u00a02026" in olga.screen
    stage.clock.advance(days=29, hours=23)
    await stage.tick()
    assert await row_of(stage, anna) is not None
    assert (await all_rows(stage))["old_users"]
    stage.clock.advance(hours=1)
    await stage.tick()
    assert await row_of(stage, anna) is None
    rows = await all_rows(stage)
    assert rows["old_users"] == rows["assessments"] == []
    await stage.tick()
    assert [row["name"] for row in rows["users"]] == ["Ольга"]


async def test_somebody_who_is_in_is_never_erased(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна", ago=timedelta(days=4000))
    await stage.tick()
    assert await row_of(stage, anna) is not None


@pytest.mark.both_databases
async def test_who_came_back_meanwhile_stays(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    now = stage.clock()
    retention = Retention(timedelta(days=1), timedelta(days=730))
    async with stage.database.begin() as session:
        await session.execute(update(User).values(offboarded_at=now - timedelta(days=2)))
    async with stage.database.read() as session:
        (due,) = await retention.due(session, now)
    async with stage.database.begin() as session:
        await session.execute(update(User).values(offboarded_at=None))
    async with stage.database.begin() as session:
        assert not await retention.erase(session, due, now)
        assert not await retention.erase(session, due + 1, now), "nor is there anybody else"
    assert await reread(select(User.telegram_id)) == [anna.id]


@pytest.mark.both_databases
async def test_many_go_in_batches(stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.lifecycle.retention.AT_ONCE", 10)
    await crowd(stage, [f"Имя {number}" for number in range(15)])
    async with stage.database.begin() as session:
        await session.execute(update(User).values(offboarded_at=stage.clock() - timedelta(days=400), plan_at=None))
    await stage.tick()
    assert len(await reread(select(User.id))) == 5
    await stage.tick()
    assert await reread(select(User.id)) == []


async def test_a_name_is_forgotten_with_its_invite(stage: Stage, reread: Reread) -> None:
    await invite(stage, name="Анна Новая", hours=168)
    used = await invite(stage, name="Борис", hours=168)
    await stage.person(1002, "Борис").starts(used)
    stage.clock.advance(days=6, hours=23)
    await stage.tick()
    assert "Анна Новая" in await reread(select(Invite.name))
    stage.clock.advance(hours=1)
    await stage.tick()
    assert set(await reread(select(Invite.name))) == {None}


@pytest.mark.both_databases
@pytest.mark.parametrize("column", ["offboarded_at", "moved_at"])
async def test_looking_for_them_does_not_read_everybody(stage: Stage, column: str) -> None:
    """A tick asks this all the time: an index answers it, however many people there are."""
    is_sqlite = stage.database.is_sqlite
    async with stage.database.begin() as session:
        if not is_sqlite:
            await session.execute(text("SET LOCAL enable_seqscan = off"))
        statement = f"SELECT id FROM users WHERE {column} <= :then ORDER BY {column} LIMIT 100"
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        plan = await session.execute(text(explain + statement), {"then": stage.clock()})
        assert f"ix_users_{column}" in str(plan.all())


async def test_answers_are_kept_as_long_as_the_consent_says(
    database: Database, clock: ManualClock, reread: Reread
) -> None:
    stage = Stage(database, clock, answers_months=6)
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, stage.clock())
    stage.clock.advance(weeks=4)
    async with stage.database.begin() as session:
        for table in (Assessment, Metric):
            await session.execute(update(table).values(period=stage.clock().date() - timedelta(days=150)))
    await check_in(stage, anna, stage.clock())
    await stage.tick()
    assert len(await reread(select(Assessment.id))) == 2
    stage.clock.advance(days=40)
    await stage.tick()
    rows = await all_rows(stage)
    assert len(rows["assessments"]) == 1
    assert len([row for row in rows["metrics"] if row["source"] == "assessment"]) == 1
    assert await row_of(stage, anna) is not None, "only the old answers go"
