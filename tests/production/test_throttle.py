"""Somebody who floods is told once and then ignored; nobody who is merely quick ever is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis
from aiogram import Bot
from sqlalchemy import select

from app import wiring
from content import load_content
from db.database import Database
from models import User
from services.account.member import find_member
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import TOKEN, Stage
from tests.people import member
from tests.redis import RedisServer
from transport.shared_limits import REDIS_SECONDS, SharedLimits
from transport.throttling import BURST, PER_SECOND, REMEMBERED, OwnLimits, Verdict

SLOWLY = "Чуть медленнее"
FORWARDED = {"type": "hidden_user", "sender_user_name": "Кто-то", "date": 1_772_600_000}


class Seconds:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_twenty_questions_at_five_a_second_never_trip() -> None:
    clock = Seconds()
    limits = OwnLimits(clock=clock)
    for _ in range(20 * 5):
        assert await limits.admit(1) is Verdict.PASS
        clock.now += 1 / PER_SECOND


async def test_a_flood_is_told_once_until_it_calms_down() -> None:
    clock = Seconds()
    limits = OwnLimits(burst=4, per_second=1, clock=clock)
    verdicts = [await limits.admit(1) for _ in range(7)]
    assert verdicts == [Verdict.PASS] * 4 + [Verdict.TELL] + [Verdict.IGNORE] * 2
    clock.now += 1
    assert [await limits.admit(1) for _ in range(2)] == [Verdict.PASS, Verdict.IGNORE]
    clock.now += 100
    assert [await limits.admit(1) for _ in range(5)] == [Verdict.PASS] * 4 + [Verdict.TELL]


async def test_everybody_has_a_bucket_and_full_ones_are_forgotten() -> None:
    clock = Seconds()
    limits = OwnLimits(burst=1, per_second=1, clock=clock)
    for person in range(REMEMBERED):
        assert await limits.admit(person) is Verdict.PASS
    clock.now += 2
    for person in range(REMEMBERED, REMEMBERED + 10):
        assert await limits.admit(person) is Verdict.PASS
    assert len(limits._buckets) == 10


async def test_it_costs_microseconds() -> None:
    limits = OwnLimits()
    started = time.process_time()
    for person in range(2000):
        await limits.admit(person)
    assert (time.process_time() - started) / 2000 < 0.0002


# --- in the bot ------------------------------------------------------------------------------------------------------


class Guarded(Stage):
    """A stage on which floods are held back."""

    def restart(self) -> None:
        client = Bot(TOKEN, session=self.telegram)
        limits = OwnLimits(burst=10, per_second=0.001)
        self.app = wiring.create_app(self.settings, load_content(), self.database, client, self.clock, limits=limits)


@pytest.fixture
async def guarded(database: Database, clock: ManualClock) -> AsyncIterator[Guarded]:
    made = Guarded(database, clock)
    yield made
    made.telegram.verify()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_flood_of_messages_gets_one_answer(guarded: Guarded) -> None:
    anna, boris = await member(guarded, 1001, "Анна"), guarded.person(1002, "Борис")
    for _ in range(13):
        await anna.says("привет")
    assert [message["text"] for message in anna.messages].count(anna.messages[-1]["text"]) == 1
    assert anna.screen.startswith(SLOWLY)
    await boris.says("привет")
    assert not boris.screen.startswith(SLOWLY)
    assert "exhale_throttled_total 3.0" in guarded.app.metrics.text().decode()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_flood_of_presses_is_answered_by_a_toast(guarded: Guarded) -> None:
    anna = await member(guarded, 1001, "Анна")
    for _ in range(12):
        await anna.presses(data="nonsense")
    guarded.telegram.take_refusals()  # edits that change nothing
    toasts = [toast["text"] for toast in guarded.world.toasts(1001)]
    assert sum(SLOWLY in toast for toast in toasts) == 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_words_of_despair_are_heard_even_then(guarded: Guarded) -> None:
    anna, stranger = await member(guarded, 1001, "Анна"), guarded.person(1002, "Борис")
    for person in (anna, stranger):
        for _ in range(12):
            await person.says("переслано: новости")
        assert person.screen.startswith(SLOWLY)
        await person.says("я больше не хочу жить")
        assert person.screen.startswith("Мне очень жаль")
        count = len(person.messages)
        await person.says("переслано: новости")
        assert len(person.messages) == count, "whoever is held back stays so for everything else"


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_words_after_sixty_forwards_are_answered(guarded: Guarded) -> None:
    anna = await member(guarded, 1001, "Анна")
    for _ in range(60):
        guarded.world.person_sends(anna.id, "пересланное", more={"forward_origin": FORWARDED})
    await guarded.settle()
    assert sum(SLOWLY in message["text"] for message in anna.messages) == 1
    await anna.says("мне нужна пауза")
    assert SLOWLY not in anna.screen


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_what_a_step_awaits_is_kept_in_a_flood(guarded: Guarded, reread: Reread) -> None:
    anna = await member(guarded, 1001, "Анна")
    for _ in range(12):
        await anna.says("привет")
    assert SLOWLY in anna.screen
    await anna.presses(data="u2:ask:position")
    await anna.says("Кладовщица")
    assert await reread(select(User.position)) == ["Кладовщица"]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_blocking_is_noticed_even_then(guarded: Guarded) -> None:
    anna = await member(guarded, 1001, "Анна")
    for _ in range(12):
        await anna.says("привет")
    assert SLOWLY in anna.screen
    await anna.blocks()
    async with guarded.database.read() as session:
        actor = await find_member(session, 1001)
    assert actor is not None
    assert not actor.is_reachable


# --- with Redis ------------------------------------------------------------------------------------------------------


async def test_replicas_count_together(redis_url: str) -> None:
    one, other = (SharedLimits(redis_url, burst=4, per_second=0.01) for _ in range(2))
    verdicts = [await limits.admit(1) for limits in (one, other) * 3]
    assert verdicts == [Verdict.PASS] * 4 + [Verdict.TELL, Verdict.IGNORE]
    assert await one.admit(2) is Verdict.PASS
    await one.close()
    await other.close()


async def test_a_bucket_in_redis_fills_up_and_is_forgotten(redis_url: str) -> None:
    limits = SharedLimits(redis_url, burst=2, per_second=20)
    assert [await limits.admit(1) for _ in range(3)] == [Verdict.PASS, Verdict.PASS, Verdict.TELL]
    with redis.Redis.from_url(redis_url) as client:
        (key,) = client.keys("exhale:*")
        assert 0 < client.pttl(key) <= 100
        while client.exists(key):
            await asyncio.sleep(0.01)
    assert await limits.admit(1) is Verdict.PASS
    await limits.close()


async def test_a_killed_redis_costs_nobody_seconds(mortal_redis: RedisServer) -> None:
    limits = SharedLimits(mortal_redis.url, burst=40, per_second=5)
    assert await limits.admit(1) is Verdict.PASS
    mortal_redis.kill()

    started = time.monotonic()
    verdicts = [await limits.admit(1) for _ in range(BURST + 5)]
    assert time.monotonic() - started < 1.5
    assert verdicts[:BURST] == [Verdict.PASS] * BURST
    assert verdicts[-1] is Verdict.IGNORE
    await limits.close()


async def test_a_silent_redis_costs_one_short_wait() -> None:
    """It takes connections and says nothing."""
    waiting: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append(writer)

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    limits = SharedLimits(f"redis://127.0.0.1:{port}/0")

    started = time.monotonic()
    for _ in range(10):
        assert await limits.admit(1) is Verdict.PASS
    assert time.monotonic() - started < 10 * REDIS_SECONDS

    await limits.close()
    for writer in waiting:
        writer.close()
    server.close()
    await server.wait_closed()


async def test_redis_is_tried_again_after_a_rest(redis_url: str) -> None:
    clock = Seconds()
    limits = SharedLimits(redis_url, burst=2, per_second=0.01, clock=clock)
    there = limits._script

    async def refuse(**_: object) -> None:
        raise redis.ConnectionError

    limits._script = refuse  # type: ignore[assignment]
    assert await limits.admit(1) is Verdict.PASS
    limits._script = there
    assert await limits.admit(1) is Verdict.PASS
    assert await limits.admit(1) is Verdict.TELL  # still counted here
    clock.now += 60
    assert await limits.admit(1) is Verdict.PASS  # Redis has seen nobody yet
    await limits.close()
