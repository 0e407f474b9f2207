"""Twenty parallel taps on one question, taken in by two processes on one database: one counts, nineteen are stale.

Two processes cannot poll with one token, so each feeds its own Dispatcher.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import select

from db.database import Database
from models import Draft
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.e2e.forks import forks
from tests.e2e.story import make_invite
from tests.fakes.stage import Player, Stage

pytestmark = pytest.mark.both_databases

TAPS = 20
PROCESSES = 2
OPTION = 4
SECONDS = 60


async def test_of_twenty_taps_in_two_processes_one_counts(stage: Stage, database_url: str, reread: Reread) -> None:
    anna = _anna(stage)
    await anna.starts(await make_invite(database_url, now=stage.clock()))
    await anna.presses(anna.buttons[0][0])
    context = forks()
    together, toasts = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=_be_a_dispatcher, args=(database_url, together, toasts)) for _ in "ab"]
    for process in processes:
        process.start()

    answers = Counter([await asyncio.to_thread(toasts.get, timeout=SECONDS) for _ in range(TAPS)])
    for process in processes:
        await asyncio.to_thread(process.join, SECONDS)

    assert answers == {"": 1, stage.app.catalogs.translator("ru")("checkin.stale"): TAPS - 1}
    (draft,) = await reread(select(Draft))
    assert (draft.position, list(draft.answers.values())) == (1, [OPTION])
    assert [process.exitcode for process in processes] == [0] * PROCESSES


def _be_a_dispatcher(database_url: str, together: Barrier, toasts: Queue[str]) -> None:
    asyncio.run(_take_taps(database_url, together, toasts))


async def _take_taps(database_url: str, together: Barrier, toasts: Queue[str]) -> None:
    """Show the first question here, too, and take in half of the taps when the other process is as far."""
    stage = Stage(Database(database_url), ManualClock())
    anna = _anna(stage)
    await anna.says("/checkin")
    for _ in range(TAPS // PROCESSES):
        anna.queue_press(row=OPTION)
    await asyncio.to_thread(together.wait, SECONDS)
    await stage.at_once()
    for toast in stage.world.toasts(anna.id):
        toasts.put(toast["text"])
    await stage.database.dispose()


def _anna(stage: Stage) -> Player:
    return stage.person(1001, "Анна")
