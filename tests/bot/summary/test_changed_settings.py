"""Settings that change in a living deployment: what was published stays, and no week is described twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.database import Database
from models import StoredPublication
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK
from services.kit.calendar import WEEK
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.gate.world import START
from tests.people import Staff, hr_reader, staffed


async def live(stage: Stage, staff: Staff, weeks: int) -> None:
    """Everybody answers each week and each period; the scheduler ticks once in a week, after its close."""
    for _ in range(weeks):
        week = stage.app.services.calendar.week_of(stage.clock())
        if week >= START:
            await staff.pulse(week, staff.everybody)
            period = stage.app.services.calendar.period_at(stage.clock())
            if period.start == week:
                await staff.checkin(week, staff.everybody)
        stage.clock.advance(weeks=1)
        await stage.tick()


def with_settings(stage: Stage, **settings: Any) -> None:
    """A new start with other settings."""
    stage.settings = stage.settings.model_copy(update=settings)
    stage.restart()


async def test_a_change_of_period_threshold_or_zone_overlaps_nothing(
    database: Database, clock: Any, reread: Reread
) -> None:
    stage = Stage(database, clock, checkin_period_weeks=8)
    await stage.company_promises()
    staff = await staffed(stage, 12, 9)
    await hr_reader(stage)
    await live(stage, staff, 10)
    published = {row.id: row.payload for row in await reread(select(StoredPublication))}
    with_settings(stage, checkin_period_weeks=4)
    await live(stage, staff, 5)
    with_settings(stage, min_group=11, default_timezone="Pacific/Auckland")
    await live(stage, staff, 2)
    with_settings(stage, default_timezone="Pacific/Honolulu")
    await live(stage, staff, 2)

    rows = await reread(select(StoredPublication).order_by(StoredPublication.kind, StoredPublication.slot))
    assert {row.id: row.payload for row in rows if row.id in published} == published
    for kind in (CHECKIN_PERIOD, PULSE_WEEK):
        slots = [(row.slot, row.slot + row.payload["weeks"] * WEEK) for row in rows if row.kind == kind]
        assert all(end <= start for (_, end), (start, _) in pairwise(slots)), slots
    weeks = [row.slot for row in rows if row.kind == PULSE_WEEK]
    assert [later - earlier for earlier, later in pairwise(weeks)] == [WEEK] * (len(weeks) - 1)
    lengths = [row.payload["weeks"] for row in rows if row.kind == CHECKIN_PERIOD]
    assert (lengths[0], set(lengths)) == (8, {8, 4})
    assert {row.payload["k"] for row in rows} == {7, 11}


async def test_a_long_history_is_published_slot_by_slot(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody waits for all of it."""
    staff = await staffed(stage, 12, 9)
    await hr_reader(stage)
    for number in range(6):
        await staff.pulse(START + number * WEEK, staff.everybody)
    stage.clock.advance_to(stage.clock() + timedelta(weeks=8))
    slots_in: list[int] = []
    begin = stage.database.begin

    @asynccontextmanager
    async def counting() -> AsyncIterator[AsyncSession]:
        async with begin() as session:
            before = len((await session.scalars(select(StoredPublication.id))).all())
            yield session
            slots_in.append(len((await session.scalars(select(StoredPublication.id))).all()) - before)

    monkeypatch.setattr(stage.database, "begin", counting)
    await stage.tick()
    assert sum(slots_in) >= 7
    assert max(slots_in) == 1
