"""Thirty times `kill -9` at random moments of check-ins: whatever a chat showed as accepted is there, and once.

`make soak` runs it on both databases and prints the figures. SOAK_SEED repeats a run's choices.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from content import load_content
from models import Assessment, DeadLetter, Draft, Recommendation, User
from playground.remote.client import ControlClient, find_button, until
from playground.remote.processes import PlaygroundServer, Process
from tests.conftest import Reread
from tests.e2e.conftest import make_bot
from tests.e2e.story import TOTAL, Employee, everybody, make_invite

__all__ = ["make_bot"]

KILLS = 30
AT_ONCE = 8
PEOPLE = 600
MOST_PRESSES = 40  # between two kills
KILLED_AT_START_SHARE = 0.2
START_SECONDS = 2.0
BACK_SHARE = 0.1

questionnaire = load_content().questionnaire
KEYS = questionnaire.order
VALUES = [option.value for option in questionnaire.response_scale]


class Walker(Employee):
    """Answers at random, goes back now and then, and remembers what the chat showed as accepted."""

    patience = 600.0  # a bot that is killed again and again may be away for long

    def __init__(self, control: ControlClient, person_id: int, locale: str, dice: random.Random) -> None:
        super().__init__(control, person_id, locale)
        self._dice = dice
        self.accepted: dict[str, int] = {}
        self.on_its_way: str | None = None
        self.is_finished = False
        self.waits: list[float] = []

    async def walks(self, token: str) -> None:
        """From the invite to the result."""
        await self.joins(token)
        place = 0
        while place < TOTAL:
            place = await self._steps(place)
        await self.reads("result.who_sees")
        self.is_finished = True

    async def _steps(self, place: int) -> int:
        """Answer the question at a place, or go back from it; gives the place that is asked then."""
        shown = await self.asked(place)
        back = find_button(shown, self.t("button.back"))
        if back is not None and self._dice.random() < BACK_SHARE:
            await self.presses_at(*back)
            return place - 1
        option = self._dice.randrange(len(VALUES))
        pressed, self.on_its_way = time.monotonic(), KEYS[place]
        await self.presses_at(shown, option)
        await (self.asked(place + 1) if place + 1 < TOTAL else self.names_a_cause())
        self.accepted[KEYS[place]], self.on_its_way = VALUES[option], None
        self.waits.append(time.monotonic() - pressed)
        return place + 1


class Crowd:
    """People who check in one after another, some at once."""

    def __init__(self, newcomers: Iterator[Walker], token: str) -> None:
        self._newcomers = newcomers
        self._token = token
        self._closing = asyncio.Event()
        self.walkers: list[Walker] = []

    @property
    def accepted(self) -> int:
        """How many presses were shown as accepted so far."""
        return sum(len(walker.waits) for walker in self.walkers)

    async def walk(self) -> None:
        """Run until `close()`, and let those who are on their way arrive."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._one_after_another())

    def close(self) -> None:
        """Let nobody in any more."""
        self._closing.set()

    async def _one_after_another(self) -> None:
        while not self._closing.is_set():
            walker = next(self._newcomers)
            self.walkers.append(walker)
            await walker.walks(self._token)


@pytest.mark.soak
async def test_thirty_kills_lose_and_double_nothing(
    make_bot: Callable[..., Process],
    database_url: str,
    reread: Reread,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = int(os.environ.get("SOAK_SEED", secrets.randbelow(1_000_000)))
    dice = random.Random(seed)
    began = time.monotonic()
    async with PlaygroundServer(tmp_path, "--people", str(PEOPLE)) as server:
        people = await everybody(server.control)
        walkers = (Walker(server.control, one.id, one.t.locale, dice) for one in people)
        crowd = Crowd(walkers, await make_invite(database_url, uses=PEOPLE))
        bot = make_bot(**server.bot_env, DATABASE_URL=database_url)
        await bot.start()
        walking = asyncio.create_task(crowd.walk())
        for _ in range(KILLS):
            await _a_random_moment(crowd, dice)
            await bot.kill()
            await _what_was_shown_is_there(crowd, reread)
            assert not walking.done(), walking
            await bot.start()
        crowd.close()
        await walking
        assert await bot.stop() == 0
        await _everybody_has_arrived_once(crowd, reread)
        with capsys.disabled():
            sys.stdout.write(_figures(crowd, seed, time.monotonic() - began))


async def _a_random_moment(crowd: Crowd, dice: random.Random) -> None:
    """While the bot still starts, or after a few more presses, at any time within the next one."""
    if dice.random() < KILLED_AT_START_SHARE:
        await asyncio.sleep(dice.uniform(0, START_SECONDS))
        return
    enough = crowd.accepted + dice.randrange(MOST_PRESSES)

    async def reached() -> bool:
        return crowd.accepted >= enough

    await until(reached, lambda: f"nobody gets on, {crowd.accepted} presses were accepted", Walker.patience)
    await asyncio.sleep(dice.uniform(0, 0.1))


async def _what_was_shown_is_there(crowd: Crowd, reread: Reread) -> None:
    """Each answer that a chat showed as accepted stands in the draft or in the finished check-in."""
    shown = {walker.id: (dict(walker.accepted), walker.on_its_way) for walker in crowd.walkers}
    stored = {**await _answers(Draft, reread), **await _answers(Assessment, reread)}
    for person, (accepted, on_its_way) in shown.items():
        there = stored.get(person, {})
        missing = {key: value for key, value in accepted.items() if key != on_its_way and there.get(key) != value}
        assert not missing, f"{person}: shown as accepted {accepted}, stored {there}"


async def _everybody_has_arrived_once(crowd: Crowd, reread: Reread) -> None:
    """One result each, with exactly the answers that were given, and one set of steps."""
    assert all(walker.is_finished for walker in crowd.walkers)
    assert await reread(select(Draft.id)) == []
    assert await reread(select(DeadLetter.update_id)) == []
    assert len(await reread(select(Assessment.id))) == len(crowd.walkers)
    finished = await _answers(Assessment, reread)
    assert finished == {walker.id: walker.accepted for walker in crowd.walkers}
    steps = await reread(select(Recommendation))
    offered = [(step.user_id, step.content_id) for step in steps]
    assert len(offered) == len(set(offered))
    assert {step.user_id for step in steps} == set(await reread(select(User.id)))


async def _answers(table: type[Draft | Assessment], reread: Reread) -> dict[int, dict[str, int]]:
    """The stored answers by Telegram account."""
    accounts = {user.id: user.telegram_id for user in await reread(select(User))}
    return {accounts[row.user_id]: row.answers for row in await reread(select(table)) if row.user_id in accounts}


def _figures(crowd: Crowd, seed: int, seconds: float) -> str:
    waits = sorted(wait for walker in crowd.walkers for wait in walker.waits)
    return (
        f"\n{KILLS} kills in {seconds:.0f} s (seed {seed}): {len(crowd.walkers)} check-ins; "
        f"{len(waits)} answers were shown as accepted, and all are there; "
        f"a press waited {waits[len(waits) // 2]:.2f} s (median), {waits[-1]:.1f} s at most\n"
    )
