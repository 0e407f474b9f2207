"""Killed again and again: every update takes effect once, nothing that is due is lost, and notices never double.

A short version of each kind runs with the other tests. `make soak` runs the others and prints their figures.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from content import load_content
from db.database import Database
from models import Assessment, DeadLetter, Delivery, User
from playground import Playground
from playground.__main__ import people
from playground.remote.client import ControlClient, rows_of, until
from playground.remote.processes import Process
from playground.server.faults import Fault
from services.account import users
from services.account.settings import ReturnSubject
from services.account.users import NewMember
from services.kit.calendar import Calendar
from services.kit.clock import system_clock
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.wellbeing.messages import PulseSubject
from tests.conftest import Reread
from tests.e2e.conftest import StartBot
from tests.e2e.story import TOTAL, Employee, make_invite, seed_answers, seed_rows
from tests.production.hurried import HurriedBot
from tests.production.running import RunningBot, free_port
from tests.production.test_locks import cut_all_connections

FIRST = 1001
ZONE = ZoneInfo("Europe/Moscow")
LONGEST_LIFE_SECONDS = 0.6


def say(line: str) -> None:
    """A figure for whoever reads the run."""
    sys.stderr.write(f"\n{line}\n")


@pytest.fixture
async def crowded() -> AsyncIterator[Playground]:
    """Telegram with many people."""
    server = Playground(people=people(2000), port=0)
    await server.start()
    yield server
    await server.stop()


# --- updates ---------------------------------------------------------------------------------------------------------


async def killed_again_and_again(
    server: Playground, bot: Process, database_url: str, reread: Reread, *, count: int, kills: int
) -> None:
    """All presses of `count` check-ins wait; the bot dies `kills` times and is stopped once while it takes them in.

    It can start each time, so its locks have died with it.
    """
    employees = [
        Employee(ControlClient(server.url), FIRST + number, server.world.people[FIRST + number].language_code or "en")
        for number in range(count)
    ]
    token = await make_invite(database_url, uses=count)
    before = RunningBot(server, database_url)
    await before.start()
    for start in range(0, count, 8):
        await asyncio.gather(*(employee.joins(token) for employee in employees[start : start + 8]))
    await before.stop()
    for employee in employees:
        message = await employee.asked(0)
        first = rows_of(message)[0][0]["callback_data"].split(":")
        for position, row in enumerate(seed_rows()):
            data = ":".join([*first[:-2], str(position), str(load_content().questionnaire.response_scale[row].value)])
            server.world.person_presses(employee.id, message["message_id"], data)

    started = time.monotonic()
    dice = random.Random(42)
    for number in range(kills + 1):
        await bot.start()
        await bot.says("ready")
        await asyncio.sleep(dice.uniform(0.05, LONGEST_LIFE_SECONDS))  # a random moment is the point
        if number == kills // 2:
            assert await bot.stop() == 0
        else:
            await bot.kill()
    await bot.start()
    await bot.says("ready")

    async def all_done() -> bool:
        return await reread(select(func.count()).select_from(Assessment)) == [count]

    await until(all_done, lambda: f"some are not done:\n{bot.output[-3000:]}")
    assert await bot.stop() == 0
    results = await reread(select(Assessment))
    assert [result.answers for result in results] == [seed_answers()] * count
    assert len({result.user_id for result in results}) == count
    assert await reread(select(DeadLetter)) == []
    say(f"{count * TOTAL} updates, {kills} kills, one SIGTERM: each once; {time.monotonic() - started:.0f} s")
    await asyncio.gather(*(employee.control.close() for employee in employees))


def hooked(server: Playground) -> dict[str, str]:
    """Settings of a bot behind a webhook."""
    port = str(free_port())
    return {
        "BOT_TOKEN": server.token,
        "BOT_API_URL": server.api_url,
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/updates",
        "WEBHOOK_SECRET": secrets.token_urlsafe(24),
        "WEB_PORT": port,
    }


def polled(server: Playground) -> dict[str, str]:
    """Settings of a bot that polls."""
    return {"BOT_TOKEN": server.token, "BOT_API_URL": server.api_url}


WAYS = {"polling": polled, "webhook": hooked}


@pytest.mark.parametrize(
    ("databases", "way"),
    [("sqlite", "polling"), pytest.param("postgresql", "webhook", marks=pytest.mark.soak)],
    indirect=["databases"],
)
async def test_no_kill_loses_or_doubles_an_update(
    crowded: Playground, make_bot: StartBot, database_url: str, reread: Reread, way: str
) -> None:
    bot = make_bot(**WAYS[way](crowded), DATABASE_URL=database_url)
    await killed_again_and_again(crowded, bot, database_url, reread, count=3, kills=1)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
async def test_ten_kills_lose_and_double_none_of_a_thousand_updates(
    crowded: Playground, make_bot: StartBot, database_url: str, reread: Reread, way: str
) -> None:
    bot = make_bot(**WAYS[way](crowded), DATABASE_URL=database_url)
    await killed_again_and_again(crowded, bot, database_url, reread, count=50, kills=10)


# --- what is due -----------------------------------------------------------------------------------------------------


async def seed(database_url: str, server: Playground, count: int) -> None:
    """So many people with something due: half of them a prompt, half a notice. They all know the bot."""
    database = Database(database_url)
    now = system_clock()
    pulse = PlannedMessage(kinds.PULSE, PulseSubject(Calendar(ZONE, 4).week_of(now)), now, now + timedelta(days=30))
    returned = now.date() - timedelta(days=1)
    greeting = PlannedMessage(kinds.WELCOME_BACK, ReturnSubject(returned), now, now + timedelta(days=30))
    async with database.begin() as session:
        for number in range(count):
            joining = NewMember(FIRST + number, "x", "en", "employee", None, load_content().consent.version)
            user_id = await users.join(session, joining, "UTC", now)
            is_prompt = number % 2 == 0
            await schedule(session, user_id, pulse if is_prompt else greeting, now)
        await session.execute(
            update(User).values(
                plan_at=None,
                paused_until=returned,
                working_days="0123456",
                quiet_from=clock_time(23, 59, 59),
                quiet_until=clock_time(0),
            )
        )
    await database.dispose()
    for number in range(count):
        server.world.person_starts(FIRST + number)
    server.world.take_updates()


async def replicas_die(
    server: Playground, tmp_path: Path, database_url: str, reread: Reread, *, count: int, kills: int, replicas: int
) -> None:
    """Of several replicas the one that sends is killed again and again."""
    await seed(database_url, server, count)
    bots = [replica_of(server, tmp_path / str(number), database_url) for number in range(replicas)]
    for bot in bots:
        await bot.start()
    started = time.monotonic()
    dice = random.Random(7)
    try:
        for number in range(kills):
            goal = count * (number + 1) // (kills + 2)
            await until_have_left(reread, goal, bots)
            await asyncio.sleep(dice.uniform(0, 0.2))
            sender = last_to_deliver(bots)
            await sender.kill()
            await sender.start()
        await until_have_left(reread, count, bots)
    finally:
        for bot in bots:
            await bot.close()

    rows = await reread(select(Delivery).where(Delivery.kind.in_((kinds.PULSE, kinds.WELCOME_BACK))))
    due = [row for row in rows if row.kind != kinds.PULSE or row.dedup_key == week_now()]
    assert Counter(row.kind for row in due) == {kinds.PULSE: count / 2, kinds.WELCOME_BACK: count / 2}
    assert {row.state for row in due} <= {"sent", "unknown"}
    prompts, notices = received(server, count)
    doubles = sum(times - 1 for times in prompts)
    uncertain = sum(row.state == "unknown" for row in due)
    assert min(prompts) >= 1
    assert doubles <= kills
    assert max(notices) <= 1
    assert notices.count(0) <= uncertain <= kills
    say(
        f"{count} due, {replicas} replicas, {kills} kills: {doubles} prompts twice, no notice twice, "
        f"{uncertain} uncertain, {notices.count(0)} of them not arrived; {time.monotonic() - started:.0f} s"
    )


def week_now() -> str:
    return Calendar(ZONE, 4).week_of(datetime.now(UTC)).isoformat()


def received(server: Playground, count: int) -> tuple[list[int], list[int]]:
    """How many messages each person has got: those who were due a prompt, and those who were due a notice."""
    chats = [server.world.chat(FIRST + number) for number in range(count)]
    got = [sum(message["from"]["is_bot"] for message in chat) for chat in chats]
    return got[::2], got[1::2]


def last_to_deliver(bots: list[HurriedBot]) -> HurriedBot:
    """The replica whose log grew last by a delivery; any of them while nothing has left."""
    return max(bots, key=lambda bot: bot.output.rpartition(" delivered ")[0][-200:].rpartition("\n")[2][:27])


def replica_of(server: Playground, folder: Path, database_url: str) -> HurriedBot:
    """One of several bots behind webhooks, with a folder of its own."""
    folder.mkdir()
    return HurriedBot(folder, **hooked(server), DATABASE_URL=database_url)


async def until_have_left(reread: Reread, goal: int, bots: list[HurriedBot]) -> None:
    """Wait until so many messages have left, as long as it goes forward."""
    left = select(func.count()).where(Delivery.state.in_(("sent", "unknown")))
    reached = [-1]

    async def forward() -> bool:
        before, reached[:] = reached[0], await reread(left)
        return reached[0] > before or reached[0] >= goal

    while reached[0] < goal:
        await until(forward, lambda: "it stands still:\n" + "\n".join(bot.output[-1500:] for bot in bots))


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_no_kill_loses_what_is_due(
    crowded: Playground, tmp_path: Path, database_url: str, reread: Reread
) -> None:
    await replicas_die(crowded, tmp_path, database_url, reread, count=20, kills=1, replicas=2)


@pytest.mark.soak
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_ten_kills_of_three_replicas_lose_none_of_two_thousand(
    crowded: Playground, tmp_path: Path, database_url: str, reread: Reread
) -> None:
    await replicas_die(crowded, tmp_path, database_url, reread, count=2000, kills=10, replicas=3)


# --- a replica that freezes ------------------------------------------------------------------------------------------


@pytest.mark.soak  # its short version is in test_sending.py, without processes
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_frozen_sender_wakes_with_old_claims_and_sends_none_of_them(
    crowded: Playground, tmp_path: Path, database_url: str, reread: Reread
) -> None:
    """As on a machine that is paused: SIGSTOP with a message on its way, until its sessions and its leases are over."""
    count = 40
    await seed(database_url, crowded, count)
    frozen, other = (replica_of(crowded, tmp_path / name, database_url) for name in ("frozen", "other"))
    crowded.faults.add(Fault("silence", method="sendMessage", seconds=1))
    try:
        await frozen.start()
        await until(lambda: asked_in_vain(crowded), lambda: "no message is on its way")
        os.kill(frozen.pid, signal.SIGSTOP)
        assert await reread(select(Delivery.id).where(Delivery.state == "leased")), "it has no old claims"
        (doubtful,) = await reread(select(Delivery).where(Delivery.state == "sending"))
        await cut_all_connections(database_url)

        await other.start()
        await until_have_left(reread, count, [other])
        os.kill(frozen.pid, signal.SIGCONT)
        await frozen.says("message may not have arrived")
        assert await other.stop() == 0

        await make_due_again(database_url, user_id=1)  # it sends this when it is past everything that it had claimed
        await until(lambda: has_got(crowded, FIRST, 2), lambda: f"it is not well again:\n{frozen.output[-3000:]}")
        assert await frozen.stop() == 0
    finally:
        await frozen.close()
        await other.close()

    prompts, notices = received(crowded, count)
    is_prompt = doubtful.kind == kinds.PULSE
    assert prompts == [2] + [1] * (len(prompts) - 1)
    assert sorted(notices) == ([1] if is_prompt else [0]) + [1] * (len(notices) - 1)
    (settled,) = await reread(select(Delivery.state).where(Delivery.id == doubtful.id))
    assert settled == ("sent" if is_prompt else "unknown")


async def asked_in_vain(server: Playground) -> bool:
    """Whether the fault has met a call, which now waits for its answer."""
    return server.faults.waiting == []


async def has_got(server: Playground, person_id: int, count: int) -> bool:
    """Whether the bot has sent so many messages to a person."""
    return [message["from"]["is_bot"] for message in server.world.chat(person_id)].count(True) == count


async def make_due_again(database_url: str, user_id: int) -> None:
    """As if it had never been sent."""
    database = Database(database_url)
    async with database.begin() as session:
        await session.execute(
            update(Delivery)
            .where(Delivery.user_id == user_id, Delivery.state == "sent")
            .values(state="pending", sent_at=None, due_at=system_clock())
        )
    await database.dispose()
