"""Twenty parallel taps on one question, taken in by two processes on one database: one counts, nineteen are stale.

Two processes cannot poll with one token, so each feeds its own Dispatcher.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import select

from db.database import Database
from models import Draft
from playground.remote.client import until
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.e2e.forks import fork
from tests.e2e.story import make_invite
from tests.fakes.stage import Player, Stage

pytestmark = pytest.mark.both_databases

TAPS = 20
PROCESSES = 2
OPTION = 4
GO = "go"


async def test_of_twenty_taps_in_two_processes_one_counts(
    stage: Stage, database_url: str, reread: Reread, tmp_path: Path
) -> None:
    anna = _anna(stage)
    await anna.starts(await make_invite(database_url, now=stage.clock()))
    await anna.presses(anna.buttons[0][0])
    files = [tmp_path / str(number) for number in range(PROCESSES)]
    processes = [await fork(_be_a_dispatcher, database_url, file) for file in files]

    async def are_ready() -> bool:
        assert [process.returncode for process in processes] == [None] * PROCESSES
        return all(file.exists() for file in files)

    await until(are_ready, lambda: "a process was not ready")
    (tmp_path / GO).touch()
    assert [await process.wait() for process in processes] == [0] * PROCESSES

    answers = Counter(chain.from_iterable(json.loads(file.read_text()) for file in files))
    assert answers == {"": 1, stage.app.catalogs.translator("ru")("checkin.stale"): TAPS - 1}
    (draft,) = await reread(select(Draft))
    assert (draft.position, list(draft.answers.values())) == (1, [OPTION])


def _be_a_dispatcher(database_url: str, file: Path) -> None:
    """Leave what the taps were answered with in `file`, which is there when they can be taken in."""
    file.write_text(json.dumps(asyncio.run(_take_taps(database_url, file))))


async def _take_taps(database_url: str, file: Path) -> list[str]:
    """Show the first question here, too, and take in half of the taps when the other process is as far."""
    stage = Stage(Database(database_url), ManualClock())
    anna = _anna(stage)
    await anna.says("/checkin")
    for _ in range(TAPS // PROCESSES):
        anna.queue_press(row=OPTION)
    _wait_for_the_other(file)
    await stage.at_once()
    await stage.database.dispose()
    return [toast["text"] for toast in stage.world.toasts(anna.id)]


def _wait_for_the_other(file: Path) -> None:
    file.touch()
    while not file.with_name(GO).exists():
        time.sleep(0.001)


def _anna(stage: Stage) -> Player:
    return stage.person(1001, "Анна")
