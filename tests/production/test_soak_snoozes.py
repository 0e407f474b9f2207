"""Two replicas die again and again while people snooze: each snooze is one row, and its message comes, once.

A short version runs with the other tests. `make soak` runs the long one and prints its figures.
"""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from content import load_content
from db.database import Database
from models import DeadLetter, Delivery, User
from playground import Playground
from playground.remote.client import until
from services.account import users
from services.account.users import NewMember
from services.kit.calendar import Calendar
from services.kit.clock import system_clock
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.wellbeing.messages import CheckinSubject
from tests.conftest import Reread
from tests.production.hurried import HurriedBot
from tests.production.test_soak import FIRST, crowded, hooked, last_to_deliver, say, until_have_left

__all__ = ["crowded"]

PERIOD_WEEKS = 4
PATIENCE_SECONDS = 120
AGREED = "as agreed"
SNOOZED = select(func.count()).select_from(Delivery).where(Delivery.kind == kinds.SNOOZED)


def quiet_zone() -> str:
    """A zone in which no week ends within the next hours: a snooze of two hours stays within week and period."""
    now = datetime.now(UTC)
    return "Etc/GMT+12" if now.weekday() == 6 and now.hour >= 18 else "UTC"


async def seed(database_url: str, server: Playground, count: int, zone: str) -> None:
    """So many people who are about to be invited, at any hour of any day."""
    database = Database(database_url)
    now = system_clock()
    calendar = Calendar(ZoneInfo(zone), PERIOD_WEEKS)
    period = calendar.period_at(now)
    invitation = PlannedMessage(kinds.CHECKIN, CheckinSubject(period.start), now, calendar.closes_at(period))
    async with database.begin() as session:
        for number in range(count):
            joining = NewMember(FIRST + number, "x", "en", "employee", None, load_content().consent.version)
            await schedule(session, await users.join(session, joining, zone, now), invitation, now)
        whenever = {"working_days": "0123456", "quiet_from": clock_time(23, 59, 59), "quiet_until": clock_time(0)}
        await session.execute(update(User).values(plan_at=None, **whenever))
    await database.dispose()
    for number in range(count):
        server.world.person_starts(FIRST + number)
    server.world.take_updates()


async def make_due(database_url: str) -> None:
    """Let the two hours of every snooze be over."""
    database = Database(database_url)
    async with database.begin() as session:
        await session.execute(update(Delivery).where(Delivery.kind == kinds.SNOOZED).values(due_at=system_clock()))
    await database.dispose()


async def snoozed_while_replicas_die(
    server: Playground, tmp_path: Path, database_url: str, reread: Reread, *, count: int, kills: int
) -> None:
    """Everybody is invited, snoozes, and is told again; half of the kills meet the presses, half the messages."""
    zone = quiet_zone()
    await seed(database_url, server, count, zone)
    settings = {"DATABASE_URL": database_url, "DEFAULT_TIMEZONE": zone, "CHECKIN_PERIOD_WEEKS": str(PERIOD_WEEKS)}
    bots = [replica(server, tmp_path / str(number), settings) for number in range(2)]
    dice = random.Random(11)
    started = time.monotonic()
    at_presses, at_messages = kills // 2, kills - kills // 2
    try:
        for bot in bots:
            await bot.start()
        await until_have_left(reread, count, bots)
        press_all(server, count)
        for number in range(at_presses):
            await until_stored(reread, count * (number + 1) // (at_presses + 1))
            await die(bots[number % 2], dice)
        await until_stored(reread, count)
        await make_due(database_url)
        for number in range(at_messages):
            await until_have_left(reread, count + count * (number + 1) // (at_messages + 1), bots)
            await die(last_to_deliver(bots), dice)
        await until_have_left(reread, 2 * count, bots)
    finally:
        for bot in bots:
            await bot.close()

    assert await reread(select(DeadLetter)) == []
    rows = await reread(select(Delivery).where(Delivery.kind == kinds.SNOOZED))
    assert [row.state for row in rows] == ["sent"] * count
    assert len({row.user_id for row in rows}) == count
    told = [sum(AGREED in message.get("text", "") for message in server.world.chat(FIRST + n)) for n in range(count)]
    assert min(told) >= 1
    assert sum(told) - count <= at_messages, "a snooze that is not met by a kill comes once"
    say(f"{count} snoozes, two replicas, {kills} kills: {sum(told) - count} twice; {time.monotonic() - started:.0f} s")


def replica(server: Playground, folder: Path, settings: dict[str, str]) -> HurriedBot:
    """One of the two, behind a webhook, with a folder of its own."""
    folder.mkdir()
    return HurriedBot(folder, **hooked(server), **settings)


def press_all(server: Playground, count: int) -> None:
    """Let everybody press *In 2 hours* under the invitation."""
    for person in range(FIRST, FIRST + count):
        invitation = max(message["message_id"] for message in server.world.chat(person))
        server.world.person_presses(person, invitation, row=1, column=1)


async def die(bot: HurriedBot, dice: random.Random) -> None:
    """At a random moment, and come back."""
    await asyncio.sleep(dice.uniform(0, 0.2))
    await bot.kill()
    await bot.start()


async def until_stored(reread: Reread, goal: int) -> None:
    """Wait until so many snoozes are stored."""

    async def reached() -> bool:
        (stored,) = await reread(SNOOZED)
        return bool(stored >= goal)

    await until(reached, lambda: f"fewer than {goal} presses are taken in", PATIENCE_SECONDS)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_no_kill_loses_a_snooze(crowded: Playground, tmp_path: Path, database_url: str, reread: Reread) -> None:
    await snoozed_while_replicas_die(crowded, tmp_path, database_url, reread, count=12, kills=1)


@pytest.mark.soak
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_ten_kills_of_two_replicas_lose_none_of_five_hundred_snoozes(
    crowded: Playground, tmp_path: Path, database_url: str, reread: Reread
) -> None:
    await snoozed_while_replicas_die(crowded, tmp_path, database_url, reread, count=500, kills=10)
