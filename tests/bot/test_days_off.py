"""Days off in the chat: nobody is written to on a holiday, and what was due comes on the next working day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from db.database import Database
from models import Delivery, Department, User
from services.account.member import get_member
from services.account.unit_of_work import UnitOfWork
from services.company.calendar.country import plan_anew
from tests.bot.test_deliveries import live
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member

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


async def test_nobody_is_written_to_on_public_holidays(russia: Stage, reread: Reread) -> None:
    """In December, January and February: somebody in Moscow and somebody of a department where others are kept.

    The Thursday of the pulse is 31 December, and Friday is off too, so it comes before; elsewhere it is a working day,
    but nobody works on 16 December. The week of 28 December has three working days, the one of 4 January none: it is
    not asked about, and that is no silence, and no gap.
    """
    russia.clock.advance_to(moscow(12, 14, 8, year=2026))
    anna, aida = await member(russia, 1001, "Анна"), await member(russia, 1003, "Аида", department="Алматы")
    async with russia.database.begin() as session:
        await session.execute(update(Department).where(Department.name == "Алматы").values(country="KZ"))
        await plan_anew(session, russia.clock())
    known = len(aida.messages)
    days = await written_on(russia, anna, moscow(12, 28, 8, year=2026))
    before = await live(russia, anna, moscow(1, 1, 1))
    assert [when for when, text in before if "недел" in text] == ["30.12 15:00"]
    sent_to_aida = select(Delivery.sent_at).join(User, User.id == Delivery.user_id).where(User.telegram_id == aida.id)
    there = {at.astimezone(MOSCOW).date() for at in await reread(sent_to_aida) if at is not None}
    assert len(aida.messages) > known
    assert date(2026, 12, 31) in there
    assert date(2026, 12, 16) not in there

    days += await written_on(russia, anna, moscow(1, 31))
    is_pulse = Delivery.kind.in_(("pulse", "pulse_quiet")) & (Delivery.state == "sent")
    of_anna = select(Delivery.dedup_key).join(User, User.id == Delivery.user_id).where(User.telegram_id == anna.id)
    asked = set(await reread(of_anna.where(is_pulse)))
    assert "2026-12-28" in asked
    assert "2027-01-04" not in asked
    await anna.says("/pulse")
    for _ in range(3):
        await anna.presses("5")
    async with russia.database.read() as session:
        uow = UnitOfWork(session, await get_member(session, 1001), russia.clock())
        board = await russia.app.services.dashboards.look(uow, 12)
    assert date(2027, 1, 4) not in board.weeks
    assert {date(2026, 12, 28), date(2027, 1, 11)} <= set(board.weeks)

    russia.clock.advance_to(moscow(2, 15))
    days += await written_on(russia, anna, moscow(2, 27))
    assert len(days) >= 9
    assert [day for day in days if day in HOLIDAYS or (day.weekday() > 4 and day != date(2027, 2, 20))] == []


async def test_a_company_that_keeps_no_holidays_is_written_to(russia: Stage) -> None:
    """What is kept changes with the setting, at the first tick."""
    russia.clock.advance_to(moscow(12, 28, 8, year=2026))
    anna = await member(russia, 1001, "Анна")
    russia.settings = russia.settings.model_copy(update={"holidays": ""})
    russia.restart()
    assert date(2026, 12, 31) in await written_on(russia, anna, moscow(1, 1, 1))


async def test_hrs_monday_moves_to_the_next_working_day(russia: Stage) -> None:
    russia.clock.advance_to(moscow(2, 19))
    olga = await member(russia, 1002, "Ольга", role="hr")
    arrived = [when for when, text in await live(russia, olga, moscow(3, 12)) if text.startswith("📊")]
    assert "23.02 09:00" not in arrived
    assert "24.02 09:00" in arrived, "Monday and Tuesday are days off"
    assert "09.03 09:00" in arrived or "08.03 09:00" not in arrived


async def test_hardly_worked_is_offered_first_where_there_were_hardly_any_working_days(russia: Stage) -> None:
    """First after a leave of three weeks, last in an ordinary month."""
    anna = await member(russia, 1001, "Анна")
    few = "Почти не было рабочих дней"
    await anna.says("/checkin")
    assert anna.buttons[-1] == [few]
    await anna.says("/pause")
    await anna.presses("До другого дня")
    await anna.says("24.12.2026")
    russia.clock.advance_to(moscow(12, 24, year=2026))
    await anna.says("/checkin")
    assert anna.buttons[0] == [few]
    assert [few] not in anna.buttons[1:]
    await anna.presses(few)
    assert anna.screen.startswith("Похоже")


@pytest.mark.parametrize(
    ("back", "comes"),
    [
        (datetime(2027, 2, 1, 16, tzinfo=MOSCOW), "01.02 16:00"),
        (datetime(2027, 2, 1, 19, tzinfo=MOSCOW), "02.02 09:00"),
        (datetime(2027, 2, 2, 3, tzinfo=MOSCOW), "02.02 09:00"),
        (datetime(2027, 2, 2, 15, tzinfo=MOSCOW), "02.02 15:00"),
        (datetime(2027, 2, 6, 15, tzinfo=MOSCOW), "08.02 09:00"),
    ],
)
async def test_a_summary_that_was_missed_is_handed_in_at_work(russia: Stage, back: datetime, comes: str) -> None:
    """On the day on which the bot is back, or at the hour of the summary; never at the hour of the own check-in."""
    russia.clock.advance_to(moscow(1, 29))
    olga = await member(russia, 1002, "Ольга", role="hr")
    async with russia.database.begin() as session:
        await session.execute(update(User).values(checkin_time=time(17), pulse_on=False))
    await live(russia, olga, moscow(2, 1, 8))  # nobody ticks at nine
    known = len(olga.messages)
    russia.clock.advance_to(back)
    await russia.tick()
    arrived = [f"{back:%d.%m %H:%M}"] if any(text["text"].startswith("📊") for text in olga.messages[known:]) else []
    arrived += [when for when, text in await live(russia, olga, back + timedelta(days=3)) if text.startswith("📊")]
    assert arrived[0] == comes
