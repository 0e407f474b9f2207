"""The database goes away and comes back: an apology, nothing half-written, every update takes effect exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import URL, make_url, select

from db.database import Database
from db.outages import DatabaseUnavailable
from models import Assessment, DeadLetter, Draft, Recommendation
from tests.bot.story import SEED, answers, completes, data_of, looks_at_the_last, plain
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import newcomer
from transport import ingest

pytestmark = pytest.mark.both_databases

APOLOGY = "Что-то сломалось на нашей стороне, ваши ответы на месте. Попробуйте ещё раз через минуту."


@dataclass
class Outage:
    """How to take the database of a stage away, and how to bring it back."""

    stage: Stage
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]


class Gate:
    """A TCP port in front of a PostgreSQL, which can be closed with everything that runs through it."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        folder, port = self._url.query.get("host"), self._url.port or 5432
        database_reader, database_writer = await (
            asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
            if folder
            else asyncio.open_connection(self._url.host, port)
        )
        self._open |= {writer, database_writer}
        await asyncio.gather(_copy(reader, database_writer), _copy(database_reader, writer))
        self._open -= {writer, database_writer}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def outage(database_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outage]:
    """A stage whose database can go away: PostgreSQL behind a port that closes, SQLite with its file locked."""
    monkeypatch.setattr(ingest, "UNAVAILABLE_PAUSES", (0.01,))
    monkeypatch.setattr(ingest, "RETRY_PAUSES", (0.01, 0.01))
    monkeypatch.setattr("db.database.BUSY_TIMEOUT_SECONDS", 0.05)
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        database = Database(database_url)
        locks: list[sqlite3.Connection] = []

        async def begin() -> None:
            lock = sqlite3.connect(str(url.database), isolation_level=None)
            lock.execute("BEGIN IMMEDIATE")
            locks.append(lock)

        async def end() -> None:
            locks.pop().close()

        yield Outage(Stage(database, clock), begin, end)
        await database.dispose()
        return
    gate = Gate(url)
    await gate.open()
    database = Database(
        url.set(host="127.0.0.1", port=gate.port, query={"ssl": "disable"}).render_as_string(hide_password=False)
    )
    yield Outage(Stage(database, clock), gate.close, gate.open)
    await database.dispose()
    await gate.close()


async def through(outage: Outage, stage: Stage) -> None:
    """What waits is taken in while the database is unavailable; it comes back once the people have been told."""
    told = len([call for call in stage.telegram.calls if call.params.get("text") == APOLOGY])
    await outage.begin()
    taking = asyncio.create_task(stage.settle())
    async with asyncio.timeout(20):
        while len([call for call in stage.telegram.calls if call.params.get("text") == APOLOGY]) == told:
            await asyncio.sleep(0.005)
        assert not taking.done(), "the update is kept as long as the database is unavailable"
        await outage.end()
        await taking


async def test_a_press_waits_for_the_database(outage: Outage, reread: Reread) -> None:
    stage = outage.stage
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=3)
    question = anna.message["message_id"]
    stage.clock.advance(seconds=8)
    anna.queue_press("Очень редко")

    await through(outage, stage)

    (draft,) = await reread(select(Draft))
    assert (draft.position, len(draft.answers), draft.answers["9"]) == (4, 4, 1)
    said = [message["text"] for message in anna.messages]
    assert said.count(APOLOGY) == 1, "one apology, however long it takes"
    assert anna.message["message_id"] == question
    assert "5 из 20" in plain(anna.screen)
    assert await reread(select(DeadLetter)) == []
    await completes(stage, anna, SEED)
    assert len(await reread(select(Assessment))) == 1
    stage.telegram.verify()


async def test_the_last_answer_waits_for_the_database_and_submits_once(outage: Outage, reread: Reread) -> None:
    stage = outage.stage
    anna = await newcomer(stage)
    await looks_at_the_last(stage, anna, SEED)
    last, question = data_of(anna, "Примерно один день из четырёх"), anna.message["message_id"]
    for _ in range(3):
        anna.queue_press(data=last, message_id=question)

    await through(outage, stage)

    assert await reread(select(Assessment.score)) == [78]
    assert len(await reread(select(Recommendation))) == 4
    assert await reread(select(Draft)) == []


async def test_a_typed_plan_waits_for_the_database(outage: Outage, reread: Reread) -> None:
    stage = outage.stage
    anna = await newcomer(stage)
    await completes(stage, anna, SEED)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")
    stage.world.person_sends(anna.id, "В среду после планёрки")

    await through(outage, stage)

    assert await reread(select(Recommendation.plan).where(Recommendation.state == "started")) == [
        "В среду после планёрки"
    ]
    assert "Ваш план: «В среду после планёрки»" in anna.screen


async def test_a_tick_without_a_database_sends_nothing_and_goes_on_afterwards(outage: Outage) -> None:
    stage = outage.stage
    anna = await newcomer(stage)
    stage.clock.advance(days=6)  # Tuesday 10 March, 12:00 in Moscow: the slot of the invitation, two hours ago
    before = len(anna.messages)
    await outage.begin()
    with pytest.raises(DatabaseUnavailable):
        await stage.tick()
    await outage.end()

    assert await _tick_when_possible(stage) == 1
    assert await stage.tick() == 0
    assert len(anna.messages) == before + 1


async def _tick_when_possible(stage: Stage) -> Any:
    """The next tick; the pool may first have to find out that its connections are dead."""
    for _ in range(20):
        with contextlib.suppress(DatabaseUnavailable):
            return await stage.tick()
    raise AssertionError("the database never came back")
