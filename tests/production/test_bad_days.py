"""Bad days, each against the playground's server: what was promised holds, and the bot is well again by itself."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import redis
from click.testing import CliRunner
from sqlalchemy import Select, delete, func, select, update

from manage import cli
from models import DeadLetter, Delivery, Draft, Fact, User
from playground import Playground
from playground.remote.client import ControlClient, until
from playground.server.faults import Fault
from services.account import users
from services.account.users import NewMember
from services.kit import bot_info
from services.kit.clock import system_clock
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.wellbeing.messages import PulseSubject
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.databases import Databases, PostgresDatabases
from tests.e2e.conftest import StartBot
from tests.e2e.story import Employee, make_invite, seed_rows
from tests.production.conftest import MakeRunning
from tests.production.running import RestartablePostgres, RunningBot, calls_of, database_file, files_of, rows
from tests.redis import RedisServer
from transport.stop import Stop

SORRY = "error.general"


@pytest.fixture
async def bot(playground: Playground, database_url: str) -> AsyncIterator[RunningBot]:
    """A bot that runs in this process."""
    made = RunningBot(playground, database_url)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def anna(bot: RunningBot, database_url: str) -> AsyncIterator[Employee]:
    """Somebody at the first question."""
    person = bot.employee()
    await person.joins(await make_invite(database_url))
    yield person
    await person.control.close()


@pytest.fixture
async def people(bot: RunningBot, anna: Employee, database_url: str) -> AsyncIterator[list[Employee]]:
    """Four of them."""
    others = [bot.employee(1001 + number, locale) for number, locale in ((1, "en"), (2, "ru"), (3, "ru"))]
    token = await make_invite(database_url, uses=len(others))
    await asyncio.gather(*(one.joins(token) for one in others))
    yield [anna, *others]
    for one in others:
        await one.control.close()


# --- Telegram --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_reply_that_is_lost_costs_one_more_press(
    playground: Playground, anna: Employee, reread: Reread
) -> None:
    """In whatever way it gets lost."""
    kinds: list[Any] = ["502html", "500", "cut_before", "cut_after", "429"]
    for number, kind in enumerate(kinds):
        shown = await anna.asked(number)
        playground.faults.add(Fault(kind, method="editMessageText", retry_after=30))
        await anna.presses_at(shown, 3)

        async def is_kept(position: int = number + 1) -> bool:
            return await reread(select(Draft.position)) == [position]

        await until(is_kept, lambda kind=kind: f"the answer is lost with {kind}")  # type: ignore[misc]
        assert playground.faults.waiting == [], kind
        await anna.presses_at(shown, 1)  # the old button, since nothing else is to be seen
    await anna.asked(len(kinds))
    (draft,) = await reread(select(Draft))
    assert (draft.position, list(draft.answers.values())) == (len(kinds), [3] * len(kinds))
    assert await reread(select(DeadLetter)) == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_silent_telegram_holds_up_nobody_else_for_long(
    playground: Playground, people: list[Employee], reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transport.delivery.REPLY_SECONDS", 1)
    shown = [await person.asked(0) for person in people]
    playground.faults.add(Fault("silence", method="editMessageText", seconds=60))
    for person, message in zip(people, shown, strict=True):
        await person.presses_at(message, 2)

    async def all_answered() -> bool:
        return await reread(select(Draft.position)) == [1] * len(people)

    await until(all_answered, lambda: "some answers are lost")
    await asyncio.gather(*(person.presses_at(message, 2) for person, message in zip(people, shown, strict=True)))
    await asyncio.gather(*(person.asked(1) for person in people))
    playground.faults.add(Fault("silence", count=0))


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_nobody_waits_for_the_reply_to_somebody_else(
    playground: Playground, bot: RunningBot, anna: Employee, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polling asks for the next press while a reply is on its way."""
    monkeypatch.setattr("transport.delivery.REPLY_SECONDS", 60)
    boris = bot.employee(1002, "en")
    await boris.joins(await make_invite(database_url))
    first, second = await anna.asked(0), await boris.asked(0)
    playground.faults.add(Fault("silence", method="editMessageText", seconds=60))
    before = len(await calls_of(playground, "editMessageText", 0))
    await anna.presses_at(first, 2)
    await calls_of(playground, "editMessageText", before + 1)  # which Telegram keeps to itself
    await boris.presses_at(second, 2)
    async with asyncio.timeout(30):
        await boris.asked(1)
    await bot.app.bot.session.close()  # now it is lost
    await boris.control.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds for which the bot asks to sleep; it sleeps for a hundredth of them."""
    asked_for: list[float] = []
    sleep = Stop.sleep

    async def brief(self: Stop, seconds: float) -> None:
        asked_for.append(seconds)
        await sleep(self, seconds / 100)

    monkeypatch.setattr(Stop, "sleep", brief)
    return asked_for


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_updates_wait_while_telegram_cannot_be_polled(
    playground: Playground, anna: Employee, reread: Reread, pauses: list[float]
) -> None:
    ways: list[tuple[Any, list[float]]] = [("502html", [1, 2, 5]), ("cut_before", [1, 2, 5]), ("429", [1, 1, 1])]
    for number, (kind, expected) in enumerate(ways):
        shown = await anna.asked(number)
        pauses.clear()
        playground.faults.add(Fault(kind, count=3, method="getUpdates", retry_after=1))
        playground.world.person_sends(1002, "разбудить")  # ends the poll that is waiting
        await anna.presses_at(shown, 3)
        await anna.asked(number + 1)
        assert await reread(select(Draft.position)) == [number + 1], kind
        assert pauses == expected, kind


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_of_two_with_one_token_the_newcomer_gives_up(
    playground: Playground,
    running: MakeRunning,
    database_url: str,
    databases: Databases,
    reread: Reread,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A colleague tries the production's token with an empty database of their own."""
    monkeypatch.setattr("transport.polling.COMES_BACK_SECONDS", 0.05)
    production, colleague = running(), running(database_url=databases.migrated())
    await production.start()
    await calls_of(playground, "setChatMenuButton")
    anna = production.employee()
    await anna.starts()
    await asyncio.sleep(0.1)
    await anna.starts()
    await anna.answered_beyond(1)

    await colleague.start()
    assert str(await colleague.fails()).startswith("BOT_TOKEN: another instance polls with this token: stop that one")

    before = len(await anna.messages())
    await anna.starts()
    await anna.answered_beyond(before)
    assert await reread(select(Fact.name).where(Fact.name == "bot_id")) == ["bot_id"]
    conflicts = {"error": "TelegramConflictError"}
    assert production.app.metrics.registry.get_sample_value("exhale_telegram_errors_total", conflicts)
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_webhook_that_somebody_set_is_taken_back(
    playground: Playground, bot: RunningBot, anna: Employee, pauses: list[float]
) -> None:
    playground.api.call("setWebhook", {"url": "https://bot.example.org/x"}, {})

    async def is_taken_back() -> bool:
        return not playground.world.webhook.url

    await until(is_taken_back, lambda: "the webhook stays")
    before = len(await anna.messages())
    await anna.starts()
    await anna.answered_beyond(before)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_the_token_of_another_bot_is_refused_until_it_is_wanted(
    playground: Playground, running: MakeRunning, database_url: str, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its invitations would go to people who never started it."""
    first = running()
    await first.start()
    anna = first.employee()
    await anna.starts()
    await calls_of(playground, "setChatMenuButton")
    async with first.database.begin() as session:
        await users.join(session, NewMember(1001, "Анна", "ru", "employee", None, 1), "UTC", system_clock())
        await bot_info.set_fact(session, bot_info.BOT_ID, "5")
        await bot_info.set_fact(session, bot_info.USERNAME, "former_bot")
    await first.stop()

    other = running()
    await other.start()
    error = str(await other.fails())
    assert error.startswith("BOT_TOKEN: this is the token of @")
    assert "have started @former_bot: put its token back, or run `python manage.py new-bot` first" in error

    env = {"BOT_TOKEN": playground.token, "DATABASE_URL": database_url}
    changed = await asyncio.to_thread(CliRunner(env=env).invoke, cli, ["new-bot"], input="y\n")
    assert "1 people get messages once they have started it" in changed.output
    assert (await reread(select(User)))[0].unreachable_at is not None
    third = running()
    await third.start()
    before = len(await anna.messages())
    await anna.starts()
    await anna.answered_beyond(before)
    assert (await reread(select(User)))[0].unreachable_at is None
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_three_conflicts_in_a_row_end_it(
    playground: Playground, bot: RunningBot, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """Somebody without our database polls with our token, and was there before."""
    monkeypatch.setattr("transport.polling.COMES_BACK_SECONDS", 1000)
    await calls_of(playground, "setChatMenuButton")

    async def conflict(_: object) -> Any:
        from playground.server.polling import OTHER_POLL
        from playground.wire.errors import refuse

        raise refuse(409, OTHER_POLL)

    monkeypatch.setattr("playground.local.LongPoll.get", lambda self, values: conflict(values))
    playground.world.person_sends(1002, "разбудить")
    error = await bot.fails()
    assert str(error).startswith("BOT_TOKEN: another instance polls with this token")
    assert pauses == [1, 2]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_what_nobody_waits_for_comes_once_or_is_known_to_be_uncertain(
    playground: Playground, running: MakeRunning, database_url: str, reread: Reread
) -> None:
    clock = ManualClock(system_clock())
    bot = running(clock=clock)
    await bot.start()
    anna = bot.employee()
    await anna.joins(await make_invite(database_url))
    fates: list[tuple[Any, str, int]] = [
        ("502html", "unknown", 0),
        ("500", "unknown", 0),
        ("cut_before", "unknown", 0),
        ("cut_after", "unknown", 1),
        ("429", "sent", 1),
        ("403", "skipped", 0),
    ]
    for number, (kind, state, messages) in enumerate(fates):
        before = len(await anna.messages())
        fate = await make_a_pulse_due(bot)
        playground.faults.add(Fault(kind, method="sendMessage", retry_after=1))
        await bot.app.ticker.tick()
        assert playground.faults.waiting == [], kind
        clock.advance(seconds=90)  # what was claimed and did not leave is free again
        await bot.app.ticker.tick()
        assert await reread(fate) == [state], kind
        assert len(await anna.messages()) == before + messages, kind
        await anna.answers(number, number + 1)  # and the talk goes on
        await anna.asked(number + 1)
    await anna.control.close()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_poisoned_update_is_dead_lettered_and_the_next_one_taken(
    playground: Playground, anna: Employee, reread: Reread
) -> None:
    first = await anna.asked(0)
    poisoned = playground.world.inbox.put("message", {"message_id": 1, "date": 1, "chat": {"id": "x"}})
    await anna.presses_at(first, 3)
    await anna.asked(1)
    assert await reread(select(DeadLetter.update_id)) == [poisoned["update_id"]]


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_clock_that_steps_back_doubles_and_loses_nothing(
    playground: Playground, database_url: str, reread: Reread
) -> None:
    clock = ManualClock(system_clock())
    bot = RunningBot(playground, database_url, clock=clock)
    await bot.start()
    anna = bot.employee()
    await anna.joins(await make_invite(database_url))
    before = len(await anna.messages())
    fate = await make_a_pulse_due(bot)
    await bot.app.ticker.tick()
    assert len(await anna.messages()) == before + 1

    clock.now -= timedelta(hours=1)
    await bot.app.ticker.tick()
    await anna.answers(0, 3)
    await anna.asked(3)
    clock.now += timedelta(hours=1)
    await bot.app.ticker.tick()

    assert await reread(fate) == ["sent"]
    assert len(await anna.messages()) == before + 1
    assert await reread(select(Draft.position)) == [3]
    await bot.stop()
    await anna.control.close()


# --- Redis -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_redis_dies_and_comes_back_and_nobody_notices(
    running: MakeRunning, mortal_redis: RedisServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transport.shared_limits.REDIS_REST_SECONDS", 0.05)
    bot = running(redis_url=mortal_redis.url)
    await bot.start()
    anna = bot.employee()
    await anna.joins(await make_invite(database_url))
    with redis.Redis.from_url(mortal_redis.url) as client:
        assert client.keys() == [b"exhale:flood:1001"]
        mortal_redis.kill()
        await anna.answers(0, 4)
        mortal_redis.start()
        assert client.keys() == []
        await anna.answers(4, 8)
        await anna.asked(8)
        assert client.keys() == [b"exhale:flood:1001"]
    await anna.control.close()


# --- the database ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres() -> Iterator[RestartablePostgres]:
    """A PostgreSQL of these tests' own, which they may crash."""
    server = RestartablePostgres()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def on_it(postgres: RestartablePostgres) -> PostgresDatabases:
    """Where databases are made on it."""
    return PostgresDatabases(postgres.url)


@pytest.fixture
async def on_postgres(playground: Playground, on_it: PostgresDatabases) -> AsyncIterator[tuple[RunningBot, str]]:
    """A bot on it, and the address of its database."""
    url = on_it.migrated()
    made = RunningBot(playground, url)
    await made.start()
    yield made, url
    await made.stop()


async def test_postgresql_restarts_in_the_middle_of_presses(
    on_postgres: tuple[RunningBot, str], postgres: RestartablePostgres
) -> None:
    bot, url = on_postgres
    token = await make_invite(url, uses=4)
    people = [bot.employee(1001 + number, locale) for number, locale in enumerate(("ru", "en", "ru", "ru"))]
    await asyncio.gather(*(person.joins(token) for person in people))
    shown = [await person.asked(0) for person in people]

    await asyncio.to_thread(postgres.crash)
    await asyncio.gather(*(person.presses_at(message, 4) for person, message in zip(people, shown, strict=True)))
    await asyncio.to_thread(postgres.come_back)
    await asyncio.gather(*(person.asked(1) for person in people))

    drafts = await rows(url, select(Draft))
    assert [(draft.position, list(draft.answers.values())) for draft in drafts] == [(1, [4])] * 4
    assert await rows(url, select(DeadLetter)) == []
    for person in people:
        apologies = [message for message in await person.messages() if "text" in message]
        assert sum(person.t(SORRY)[:20] in message["text"] for message in apologies) <= 1
        await person.answers(1, 3)  # the polling lock was taken again
        await person.control.close()


async def test_postgresql_restarts_while_a_message_is_on_its_way(
    playground: Playground, on_postgres: tuple[RunningBot, str], postgres: RestartablePostgres
) -> None:
    bot, url = on_postgres
    anna = bot.employee()
    await anna.joins(await make_invite(url))
    before = len(await anna.messages())
    fate = await make_a_pulse_due(bot)
    playground.faults.add(Fault("silence", method="sendMessage", seconds=0.5))
    ticking = asyncio.create_task(bot.app.ticker.tick())

    async def is_on_its_way() -> bool:
        return await rows(url, select(func.count()).where(Delivery.state == "sending")) == [1]

    await until(is_on_its_way, lambda: "nothing leaves")
    await asyncio.to_thread(postgres.crash)
    await asyncio.sleep(0.6)  # Telegram breaks the connection meanwhile
    await asyncio.to_thread(postgres.come_back)
    await ticking

    assert await rows(url, fate) == ["unknown"]
    assert len(await anna.messages()) == before
    await anna.control.close()


async def make_a_pulse_due(bot: RunningBot) -> Select[str]:
    """For everybody at this very moment, whatever hour it is; gives a question for what became of it.

    One that was due before is forgotten.
    """
    now = bot.app.clock()
    async with bot.database.begin() as session:
        week = bot.app.services.calendar.week_of(now)
        await session.execute(delete(Delivery).where(Delivery.kind == kinds.PULSE))
        await session.execute(
            update(User).values(
                plan_at=None,
                working_days="0123456",
                quiet_from=(now.replace(hour=23, minute=59)).time(),
                quiet_until=(now.replace(hour=0, minute=0, second=0, microsecond=0)).time(),
                timezone="UTC",
            )
        )
        for user_id in await session.scalars(select(User.id)):
            message = PlannedMessage(kinds.PULSE, PulseSubject(week), now, now + timedelta(days=30))
            await schedule(session, user_id, message, now)
    return select(Delivery.state).where(Delivery.kind == kinds.PULSE, Delivery.dedup_key == week.isoformat())


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_full_disk_loses_nothing(
    playground: Playground, make_bot: StartBot, database_url: str, reread: Reread
) -> None:
    """The process may write no byte more into any file, as on a full disk; then there is room again.

    After a clean stop one file holds everything.
    """
    bot = make_bot(BOT_TOKEN=playground.token, BOT_API_URL=playground.api_url, DATABASE_URL=database_url)
    await bot.start()
    anna = Employee(ControlClient(playground.url), 1001, "ru")
    await anna.joins(await make_invite(database_url))
    first = await anna.asked(0)

    _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    await anna.presses_at(first, seed_rows()[0])
    await anna.reads(SORRY)
    assert await reread(select(Draft.position)) == [0]

    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, resource.RLIM_INFINITY))
    await anna.asked(1)
    assert await reread(select(Draft.position)) == [1]
    assert await reread(select(DeadLetter)) == []
    await anna.answers(1, 3)
    await anna.asked(3)
    assert await bot.stop() == 0
    await anna.control.close()

    path = database_file(database_url)
    assert files_of(path) == [path]
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT telegram_id FROM users").fetchall() == [(1001,)]
        assert connection.execute("SELECT position FROM drafts").fetchall() == [(3,)]
        assert connection.execute("SELECT value FROM facts WHERE name = 'bot_id'").fetchone()
    copy.unlink()
