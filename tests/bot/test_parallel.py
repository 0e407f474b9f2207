"""Many presses at the same moment: one is accepted, the others are stale, and nothing exists twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from aiogram import Bot
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import func, select

from app import wiring
from db.database import Database
from models import Assessment, Draft, Recommendation
from services.kit import bot_info
from services.system import dead_letters
from services.wellbeing import breathing
from tests.bot.story import CONTENT, SEED, answers, completes, data_of, looks_at_the_last
from tests.conftest import Reread
from tests.fakes.stage import TOKEN, Player, Stage
from tests.people import member_of, newcomer
from transport.fsm_storage import SqlStorage

pytestmark = pytest.mark.both_databases

TWENTY = 20
STALE = "На это ответ уже есть. Вот вопрос, на котором вы сейчас."
FINISHED = "Эта самопроверка завершена, ответы уже не изменить."


@pytest.fixture(params=["one process", "two processes"])
async def crowd(request: pytest.FixtureRequest, stage: Stage) -> Any:
    """Feeds everything that waits at the same moment: to one dispatcher, or by turns to two, each with its own
    engine on the same database, as two processes have."""
    databases = [stage.database]
    if request.param == "two processes":
        url = stage.database.url.render_as_string(hide_password=False)
        databases.append(Database(url))
    apps = [
        wiring.create_app(stage.settings, CONTENT, database, Bot(TOKEN, session=stage.telegram), stage.clock)
        for database in databases
    ]

    async def feed() -> None:
        feeds = [
            apps[number % len(apps)].dispatcher.feed_update(apps[number % len(apps)].bot, update)
            for number, update in enumerate(stage.waiting())
        ]
        await asyncio.gather(*feeds)

    yield feed
    for database in databases[1:]:
        await database.dispose()


def toasts(stage: Stage, player: Player, since: int) -> Counter[str | None]:
    """What the presses after the first `since` were answered with."""
    return Counter(toast["text"] for toast in stage.world.toasts(player.id)[since:])


async def test_of_twenty_presses_on_one_question_one_is_accepted(stage: Stage, reread: Reread, crowd: Any) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=4)
    options = [data_of(anna, label) for label in ("Ни разу", "Очень редко", "Каждый день", "Пропустить")]
    before = len(stage.world.toasts(anna.id))
    for number in range(TWENTY):
        anna.queue_press(data=options[number % len(options)], message_id=anna.message["message_id"])

    await crowd()

    assert toasts(stage, anna, before) == {"": 1, STALE: TWENTY - 1}
    (draft,) = await reread(select(Draft))
    assert draft.position == 5
    given = {key: value for key, value in draft.answers.items() if SEED[key] != value}
    assert list(given) in (["2"], []), "only the fifth question was answered"
    assert len(draft.answers) == 5
    stage.telegram.take_refusals()


async def test_the_last_answer_submits_exactly_once(stage: Stage, reread: Reread, crowd: Any) -> None:
    anna = await newcomer(stage)
    await looks_at_the_last(stage, anna, SEED)
    last = data_of(anna, "Примерно один день из четырёх")
    before, question = len(stage.world.toasts(anna.id)), anna.message["message_id"]
    for _ in range(TWENTY):
        anna.queue_press(data=last, message_id=question)

    await crowd()

    assert toasts(stage, anna, before) == {"": 1, FINISHED: TWENTY - 1}
    assert await reread(select(Assessment.score)) == [78]
    assert await reread(select(func.count()).select_from(Draft)) == [0]
    assert len(await reread(select(Recommendation))) == 4
    assert anna.screen.startswith("Что тяготило больше всего"), "a late press leaves the next question where it is"
    stage.telegram.take_refusals()


async def test_twenty_beginnings_are_one_draft(stage: Stage, reread: Reread, crowd: Any) -> None:
    anna = await newcomer(stage)
    stage.clock.advance(days=28)  # the first draft has closed and gives way
    for _ in range(TWENTY):
        anna.queue_press(data="c1:open:0")

    await crowd()

    (draft,) = await reread(select(Draft))
    assert (draft.position, draft.answers) == (0, {})
    stage.telegram.take_refusals()


async def test_a_step_is_finished_once(stage: Stage, reread: Reread, crowd: Any) -> None:
    anna = await newcomer(stage)
    await completes(stage, anna, SEED)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    done, decline = data_of(anna, "Сделано"), data_of(anna, "Не подходит")
    for number in range(TWENTY):
        anna.queue_press(data=(done, decline)[number % 2])

    await crowd()

    closed = await reread(select(Recommendation.state).where(Recommendation.closed_at.is_not(None)))
    assert closed in (["done"], ["declined"])
    stage.telegram.take_refusals()


async def test_replicas_that_start_together_keep_the_same_facts(database: Database) -> None:
    async def start(owner: str) -> None:
        async with database.begin() as session:
            await bot_info.set_fact(session, bot_info.USERNAME, owner)
            await asyncio.sleep(0.05)  # the other one looks before this one has committed

    for owners in (("one", "two"), ("three", "four")):
        await asyncio.gather(*map(start, owners))
        async with database.read() as session:
            assert await bot_info.get_fact(session, bot_info.USERNAME) in owners


async def test_what_is_kept_once_a_person_is_put_down_by_several_at_once(stage: Stage) -> None:
    """A dialog, an exercise and a dead letter: whoever looks before they write finds nothing, and two would insert."""
    anna = await newcomer(stage)
    member, key = await member_of(stage, anna), StorageKey(bot_id=1, chat_id=anna.id, user_id=anna.id)
    letter = {"kind": "message", "telegram_id": anna.id, "handler": "", "error": "E", "callback_data": None}

    async def put(number: int) -> None:
        async with stage.database.begin() as session:
            await SqlStorage(stage.database).set_state(key, "step")
            await SqlStorage(stage.database).set_data(key, {"number": number})
            await breathing.begin(session, member.id, number)
            await dead_letters.store(session, update_id=1, **letter, now=stage.clock())  # type: ignore[arg-type]

    await asyncio.gather(*(put(number) for number in range(8)))
    async with stage.database.begin() as session:
        assert await dead_letters.count(session) == 1
        seen = (await SqlStorage(stage.database).get_data(key))["number"]
        assert await breathing.is_going_on(session, member.id, seen), "the last one wrote both"
