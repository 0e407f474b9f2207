"""Days off in the chat: nobody is written to on a holiday, and what was due comes on the next working day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from db.database import Database
from models import Department
from services.company.calendar.country import plan_anew
from tests.bot.members import member
from tests.bot.test_deliveries import live
from tests.clock import ManualClock
from tests.fakes.stage import Player, Stage

MOSCOW = ZoneInfo("Europe/Moscow")
HOLIDAYS = {date(2026, 12, 31), *(date(2027, 1, day) for day in range(1, 9)), date(2027, 2, 22), date(2027, 2, 23)}


def moscow(month: int, day: int, hour: int = 10, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, tzinfo=MOSCOW).astimezone(UTC)


@pytest.fixture
async def russia(database: Database, clock: ManualClock) -> AsyncIterator[Stage]:
    """A company that keeps the public holidays of Russia, in December."""
    clock.advance_to(moscow(12, 1, year=2026))
    made = Stage(database, clock, holidays="RU")
    await made.company_promises()
    await made.tick()
    yield made
    made.telegram.verify()


async def written_on(stage: Stage, player: Player, until: datetime) -> list[date]:
    """The days on which somebody is written to until then."""
    days = [when.partition(" ")[0] for when, _ in await live(stage, player, until)]
    years = {"12": 2026}
    return [date(years.get(month, 2027), int(month), int(day)) for day, month in (text.split(".") for text in days)]


async def test_nobody_is_written_to_on_public_holidays(russia: Stage) -> None:
    anna = await member(russia, 1001, "Анна")
    days = await written_on(russia, anna, moscow(3, 1))
    assert len(days) >= 10
    assert [day for day in days if day in HOLIDAYS or (day.weekday() > 4 and day != date(2027, 2, 20))] == []


async def test_a_department_in_another_country_has_its_own_days_off(russia: Stage) -> None:
    """On 31 December, a Thursday, the pulse comes where it is a working day; on 16 December nobody works there."""
    anna = await member(russia, 1001, "Анна", department="Алматы")
    async with russia.database.begin() as session:
        await session.execute(update(Department).where(Department.name == "Алматы").values(country="KZ"))
        await plan_anew(session, russia.clock())
    days = await written_on(russia, anna, moscow(1, 1, 1))
    assert date(2026, 12, 31) in days
    assert date(2026, 12, 16) not in days


async def test_a_company_that_keeps_no_holidays_is_written_to(russia: Stage) -> None:
    """What is kept changes with the setting, at the first tick."""
    anna = await member(russia, 1001, "Анна")
    russia.settings = russia.settings.model_copy(update={"holidays": ""})
    russia.restart()
    assert date(2026, 12, 31) in await written_on(russia, anna, moscow(1, 1, 1))
