"""What leaves by itself: at Telegram's rate, once, and written down only by whoever holds the row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from aiogram.utils.formatting import Text
from sqlalchemy import select, update

import scheduler
from app import wiring
from models import Delivery, User
from services.account import users
from services.account.settings import ReturnSubject
from services.demo.company import DemoCompany
from services.outbox import kinds
from services.outbox.outbox import Outcome, PlannedMessage, schedule
from services.wellbeing.messages import PulseSubject
from tests.conftest import ConfigureLogs, Reread
from tests.demo import a_young_company
from tests.fakes.stage import TOKEN, Player, Stage
from tests.people import member
from transport import delivery
from transport.delivery import Sent
from views.notifications import proactive
from views.screen import Screen

LEAVES = select(Delivery).where(Delivery.state != "pending", Delivery.state != "skipped").order_by(Delivery.id)


async def due_now(stage: Stage, *kinds_: str, names: int = 1) -> list[Player]:
    """So many people, each with something due at this moment."""
    people = [await member(stage, 1001 + number, "Анна") for number in range(names)]
    await make_due(stage, *kinds_)
    return people


async def make_due(stage: Stage, *kinds_: str) -> None:
    """Something is due at this moment for everybody."""
    now = stage.clock()
    week = stage.app.services.calendar.week_of(now)
    async with stage.database.begin() as session:
        await session.execute(update(User).values(plan_at=None, working_days="0123456"))
        for user_id in await session.scalars(select(User.id)):
            for kind in kinds_:
                until = None if kind != kinds.WELCOME_BACK else now.date() - timedelta(days=1)
                if until:
                    await session.execute(update(User).where(User.id == user_id).values(paused_until=until))
                subject = ReturnSubject(until) if until else PulseSubject(week)
                message = PlannedMessage(kind, subject, now, now + timedelta(days=3))
                await schedule(session, user_id, message, now)


async def outcomes(reread: Reread) -> list[str]:
    return [row.state for row in await reread(LEAVES)]


async def test_429_holds_back_what_nobody_waits_for_and_not_the_replies(stage: Stage, reread: Reread) -> None:
    people = await due_now(stage, kinds.PULSE, names=3)
    stage.telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30)
    before = len(stage.telegram.called("sendMessage"))

    assert await stage.tick() == 0
    assert len(stage.telegram.called("sendMessage")) == before + 1  # one call was enough to know
    assert await stage.tick() == 0
    assert len(stage.telegram.called("sendMessage")) == before + 1

    await people[0].says("/menu")
    assert len(stage.telegram.called("sendMessage")) == before + 2

    stage.clock.advance(seconds=90)  # what was claimed and did not leave is free again
    assert await stage.tick() == 3
    assert await outcomes(reread) == ["sent"] * 3
    assert "exhale_telegram_429" in stage.app.metrics.text().decode()


async def test_a_clock_that_goes_back_does_not_prolong_a_429(stage: Stage) -> None:
    await due_now(stage, kinds.PULSE)
    stage.telegram.refuse("sendMessage", 429, "Too Many Requests", retry_after=30)
    assert await stage.tick() == 0
    assert not stage.app.ticker._may_send()
    stage.clock.now -= timedelta(hours=1)
    assert stage.app.ticker._may_send()


@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
async def test_a_broken_connection_is_uncertain_and_never_repeated(
    stage: Stage, reread: Reread, carried_out: bool
) -> None:
    (anna,) = await due_now(stage, kinds.PULSE)
    messages = len(anna.messages)
    stage.telegram.break_connection("sendMessage", carried_out=carried_out)
    await stage.tick()
    stage.clock.advance(minutes=10)
    await stage.tick()
    assert await outcomes(reread) == ["unknown"]
    assert len(anna.messages) == messages + carried_out


async def test_without_a_connection_nothing_was_sent_and_everything_waits(stage: Stage) -> None:
    for url in ("http://127.0.0.1:1", "http://no-such-host.invalid"):
        client = wiring.create_bot(stage.settings, TOKEN, url)
        sent = await delivery.send(client, 1001, Screen(Text("…")))
        assert (sent.outcome, sent.retry_after > 0) == (Outcome.UNSENT, True)
        await client.session.close()


async def test_what_is_unsent_leaves_when_telegram_is_back(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_now(stage, kinds.WELCOME_BACK, names=3)

    async def unsent(*_: object) -> Sent:
        return Sent(Outcome.UNSENT, retry_after=30)

    monkeypatch.setattr("scheduler.send", unsent)
    assert await stage.tick() == 0
    assert await outcomes(reread) == ["leased", "leased"], "one attempt was enough to know"
    monkeypatch.undo()
    stage.clock.advance(seconds=90)
    assert await stage.tick() == 3
    assert await outcomes(reread) == ["sent"] * 3


async def test_whoever_is_not_there_is_left_alone_after_one_attempt_and_quietly(
    stage: Stage, reread: Reread, configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO", as_json=True, folder=None, sql_echo=False)
    for number, refusal in enumerate(
        (
            (400, "Bad Request: chat not found"),
            (400, "Bad Request: user not found"),
            (400, "Bad Request: PEER_ID_INVALID"),
            (400, "Bad Request: USER_ID_INVALID"),
            (400, "Bad Request: INPUT_USER_DEACTIVATED"),
            (400, "Bad Request: have no rights to send a message"),
            (403, "Forbidden: user is deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user"),
        )
    ):
        await member(stage, 1001 + number, "Анна")
        await make_due(stage, kinds.PULSE)
        stage.telegram.refuse("sendMessage", *refusal)
        before = len(stage.telegram.called("sendMessage"))
        for _ in range(2):
            await stage.tick()
            stage.clock.advance(minutes=10)
        assert len(stage.telegram.called("sendMessage")) == before + 1, refusal
        unreachable = [user.unreachable_at is not None for user in await reread(select(User))]
        assert unreachable == [True] * (number + 1), refusal
    levels = {json.loads(line)["level"] for line in capfd.readouterr().err.splitlines()}
    assert not levels & {"warning", "error"}


async def test_nobody_invented_is_written_to(stage: Stage, reread: Reread) -> None:
    """The company of `manage.py demo-data`, on a bot that real people talk to."""
    services = stage.app.services
    async with stage.database.begin() as session:
        demo = DemoCompany(a_young_company(), services.calendar, "Europe/Moscow")
        await demo.seed(session, stage.clock())
        await users.write_to_nobody(session, stage.clock())
    invented = set(await reread(select(User.telegram_id)))
    hr = await member(stage, 77_001, "Ирина", role="hr")
    before = len(stage.telegram.called("sendMessage"))
    for _ in range(5):
        stage.clock.advance(days=3)
        await stage.tick()
    written_to = {int(call.params["chat_id"]) for call in stage.telegram.called("sendMessage")[before:]}
    assert written_to == {hr.id}
    assert not written_to & invented


async def test_an_edit_that_changes_nothing_is_not_sent(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.says("/settings")
    screen, label = anna.message["message_id"], anna.buttons[0][0]

    def edits() -> int:
        return len(stage.telegram.called("editMessageText"))

    before = edits()
    for _ in range(3):
        anna.queue_press(label, message_id=screen)
    await stage.settle()
    assert edits() == before + 1
    assert not stage.telegram.take_refusals()


async def test_what_was_shown_before_is_shown_again(stage: Stage) -> None:
    """Presses that were made before the first answer came carry the message as it was then."""
    anna = await member(stage, 1001, "Анна")
    await anna.says("/settings")
    screen, first = anna.message["message_id"], anna.screen
    there = anna.message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await anna.presses(data=there, message_id=screen)
    assert anna.screen != first
    back = anna.message["reply_markup"]["inline_keyboard"][-1][0]["callback_data"]
    await anna.presses(data=back, message_id=screen)
    assert anna.screen == first
    for data in (there, back):
        anna.queue_press(data=data, message_id=screen)
    await stage.settle()
    assert anna.screen == first


async def test_whoever_blocked_the_bot_is_left_alone_until_they_are_back(stage: Stage, reread: Reread) -> None:
    (anna,) = await due_now(stage, kinds.PULSE)
    stage.telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await stage.tick()
    assert await outcomes(reread) == []
    assert await reread(select(Delivery.state).where(Delivery.kind == kinds.PULSE)) == ["skipped"]
    (user,) = await reread(select(User))
    assert user.unreachable_at is not None
    assert user.plan_at is None

    await anna.says("/menu")
    (user,) = await reread(select(User))
    assert user.unreachable_at is None
    assert user.plan_at == stage.clock()


async def test_what_is_too_large_is_not_tried_again(stage: Stage, reread: Reread) -> None:
    await due_now(stage, kinds.PULSE)
    stage.telegram.refuse("sendMessage", 413, "Request Entity Too Large")
    calls = len(stage.telegram.called("sendMessage"))
    for _ in range(3):
        await stage.tick()
        stage.clock.advance(minutes=2)
    assert await outcomes(reread) == ["failed"]
    assert len(stage.telegram.called("sendMessage")) == calls + 1


async def test_a_token_that_is_refused_fails_nobodys_message(stage: Stage, reread: Reread) -> None:
    await due_now(stage, kinds.PULSE, names=2)
    stage.telegram.refuse("sendMessage", 401, "Unauthorized")
    await stage.tick()
    stage.clock.advance(minutes=3)
    assert await stage.tick() == 2
    assert await outcomes(reread) == ["sent", "sent"]


async def test_one_that_cannot_be_made_stops_nobody_else(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_now(stage, kinds.PULSE, names=3)
    make = proactive

    def stumble(t: Any, due: Any) -> Any:
        if due.user_id == 2:
            raise KeyError("pulse.title")
        return make(t, due)

    monkeypatch.setattr(scheduler, "proactive", stumble)
    assert await stage.tick() == 2
    assert {row.user_id: row.state for row in await reread(LEAVES)} == {1: "sent", 2: "failed", 3: "sent"}


async def test_they_leave_one_after_the_other_and_not_too_fast(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await due_now(stage, kinds.PULSE, names=6)
    in_flight, most = 0, 0
    moments: list[float] = []
    call = stage.telegram._carry_out

    async def count(*arguments: Any) -> Any:
        nonlocal in_flight, most
        in_flight += 1
        most = max(most, in_flight)
        moments.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.005)
        in_flight -= 1
        return await call(*arguments)

    monkeypatch.setattr(stage.telegram, "_carry_out", count)
    assert await stage.tick() == 6
    assert most == 1
    assert moments[-1] - moments[0] >= 5 / scheduler.MESSAGES_PER_SECOND * 0.9


# --- two replicas ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def other(stage: Stage, database_url: str) -> Any:
    """Another replica on the same database, with the same Telegram and clock."""
    from db.database import Database

    database = Database(database_url)
    made = Stage(database, stage.clock)
    made.telegram, made.world = stage.telegram, stage.world
    made.restart()
    yield made
    await database.dispose()


class Held:
    """Keeps the next message on its way until it is let go, as a process that is stopped in the middle does."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self._send = stage.telegram._carry_out
        self._is_first = True
        monkeypatch.setattr(stage.telegram, "_carry_out", self._hold)

    async def _hold(self, *arguments: Any) -> Any:
        if self._is_first and arguments[0] == "sendMessage":
            self._is_first = False
            self.reached.set()
            await self.go_on.wait()
        return await self._send(*arguments)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("kind", "state", "messages"),
    [(kinds.PULSE, "sent", 2), (kinds.WELCOME_BACK, "unknown", 1)],
    ids=["prompt", "notice"],
)
async def test_a_replica_that_was_stopped_settles_nothing_that_another_took_over(
    stage: Stage, other: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch, kind: str, state: str, messages: int
) -> None:
    (anna,) = await due_now(stage, kind)
    before = len(anna.messages)
    held = Held(stage, monkeypatch)
    asleep = asyncio.create_task(stage.tick())
    await held.reached.wait()
    (row,) = await reread(LEAVES)
    assert row.state == "sending"

    stage.clock.advance(minutes=2)
    await other.tick()
    (taken,) = await reread(LEAVES)
    assert taken.state == state
    held.go_on.set()
    await asleep

    (row,) = await reread(LEAVES)
    assert (row.state, row.sent_at, row.message_id) == (taken.state, taken.sent_at, taken.message_id)
    assert len(anna.messages) == before + messages


@pytest.mark.both_databases
async def test_a_replica_that_wakes_with_old_claims_sends_none_of_them(
    stage: Stage, other: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await due_now(stage, kinds.PULSE, names=3)
    before = [len(person.messages) for person in people]
    held = Held(stage, monkeypatch)
    asleep = asyncio.create_task(stage.tick())
    await held.reached.wait()
    stage.clock.advance(minutes=2)
    await other.tick()
    held.go_on.set()
    await asleep

    assert await outcomes(reread) == ["sent"] * 3
    doubled = [len(person.messages) - count for person, count in zip(people, before, strict=True)]
    assert sorted(doubled) == [1, 1, 2]


@pytest.mark.both_databases
async def test_one_replica_is_the_sender_until_it_stops(
    stage: Stage, other: Stage, monkeypatch: pytest.MonkeyPatch, reread: Reread
) -> None:
    await due_now(stage, kinds.PULSE)
    assert await stage.app.ticker._sender.acquire()
    await other.app.ticker._tick_by_clock()
    assert await outcomes(reread) == []
    assert "exhale_is_sender 0.0" in other.app.metrics.text().decode()

    await stage.app.ticker._sender.release()
    await other.app.ticker._tick_by_clock()
    assert await outcomes(reread) == ["sent"]
    assert "exhale_is_sender 1.0" in other.app.metrics.text().decode()
    await other.app.ticker._sender.release()


# --- the ticks themselves --------------------------------------------------------------------------------------------


@pytest.fixture
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scheduler, "TICK", timedelta(seconds=1))
    yield


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_the_ticks_go_on_when_the_clock_steps_back(
    stage: Stage, quick_ticks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = asyncio.Semaphore(0)
    ticker = stage.app.ticker

    async def tick() -> None:
        ticks.release()

    monkeypatch.setattr(ticker, "_tick_by_clock", tick)
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC), tick=True) as traveller:
        ticker.start()
        await asyncio.wait_for(ticks.acquire(), 5)
        traveller.shift(timedelta(hours=-1))
        for _ in range(2):
            await asyncio.wait_for(ticks.acquire(), 10)
        await ticker.stop()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_stop_waits_for_the_message_on_its_way_and_for_no_other(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_now(stage, kinds.PULSE, names=3)
    held = Held(stage, monkeypatch)
    stage.app.ticker.start()
    await asyncio.wait_for(held.reached.wait(), 10)
    stopping = asyncio.create_task(stage.app.ticker.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    held.go_on.set()
    await asyncio.wait_for(stopping, 10)
    assert await outcomes(reread) == ["sent", "leased", "leased"]


async def test_a_weekend_offline_brings_one_message_in_a_decent_hour(stage: Stage, reread: Reread) -> None:
    """From Friday evening to Monday morning nothing ticks, with a pulse, a step and an invitation in between."""
    anna = await member(stage, 1001, "Анна")
    stage.clock.advance_to(datetime(2026, 3, 13, 15, 0, tzinfo=UTC))  # Friday
    await stage.tick()
    before = len(anna.messages)

    stage.clock.advance_to(datetime(2026, 3, 16, 3, 0, tzinfo=UTC))  # Monday, 6:00 in Moscow
    assert await stage.tick() == 0
    stage.clock.advance_to(datetime(2026, 3, 16, 7, 0, tzinfo=UTC))
    await stage.tick()
    assert len(anna.messages) - before <= 1
    for _ in range(9):
        stage.clock.advance(hours=8)
        await stage.tick()
    sent = [row for row in await reread(LEAVES) if row.leader_id is None]
    assert sent, "nothing was due"
    for row in sent:
        assert 9 <= (row.sent_at + timedelta(hours=3)).hour < 20
