"""What happens to people's answers when the bot dies or is stopped: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Assessment, DeadLetter, Draft, User
from playground.remote.client import text_of
from playground.remote.processes import PlaygroundServer, Process
from tests.conftest import Reread
from tests.e2e.forks import forked_server
from tests.e2e.story import Employee, everybody, make_invite, seed_rows

PEOPLE = 8
UNANSWERED = 3
OPTION = 4
STOP_SECONDS = 10
REDRAWN = "message is not modified"  # a press that was taken in twice, before and after the kill, changes nothing


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PlaygroundServer]:
    """A server with more people than the usual one."""
    async with forked_server(tmp_path, "--people", str(PEOPLE)) as running:
        yield running


async def test_killed_between_two_questions_it_goes_on_from_there(
    server: PlaygroundServer, make_bot: Callable[..., Process], database_url: str, reread: Reread
) -> None:
    bot = make_bot(**server.bot_env, DATABASE_URL=database_url)
    anna = Employee(server.control, 1001, "ru")
    await bot.start()
    await anna.joins(await make_invite(database_url))
    await anna.answers(0, 5)
    shown = await anna.asked(5)

    await bot.kill()
    await anna.presses_at(shown, seed_rows()[5])  # while nobody listens
    await bot.start()

    await anna.asked(6)
    (draft,) = await reread(select(Draft))
    assert (draft.position, len(draft.answers)) == (6, 6)
    await anna.answers(6)
    await anna.sees_result()
    assert await reread(select(Assessment.score)) == [78]
    assert await reread(select(Draft.id)) == []
    assert [call for call in await server.control.refused() if REDRAWN not in call] == []


async def test_killed_in_a_burst_of_presses_it_takes_every_press_once(
    server: PlaygroundServer, make_bot: Callable[..., Process], database_url: str, reread: Reread
) -> None:
    bot = make_bot(**server.bot_env, DATABASE_URL=database_url)
    await bot.start()
    people = await _at_the_first_question(server, database_url)

    await bot.kill()
    await _press(people, times=3)  # while nobody listens, so that the next start finds them all
    # Some replies never arrive: what they tell is committed, not shown, and two more presses wait behind each of them.
    await server.control.post("faults", kind="silence", method="editMessageText", count=UNANSWERED)
    await bot.start()
    await _see_the_second(people, at_least=PEOPLE - UNANSWERED)
    await bot.kill()
    await server.control.post("faults", kind="silence", count=0)
    await bot.start()

    await _see_the_second(people, at_least=PEOPLE)
    await _everybody_answered_once(reread)


async def test_asked_to_stop_it_ends_within_seconds_and_loses_nothing(
    server: PlaygroundServer, make_bot: Callable[..., Process], database_url: str, reread: Reread
) -> None:
    bot = make_bot(**server.bot_env, DATABASE_URL=database_url)
    await bot.start()
    people = await _at_the_first_question(server, database_url)

    await _press(people)
    async with asyncio.timeout(STOP_SECONDS):
        assert await bot.stop() == 0
    accepted = select(User.telegram_id).join(Draft, Draft.user_id == User.id).where(Draft.position == 1)
    assert {person.id for person in people if await _has_seen_the_second(person)} <= set(await reread(accepted))

    await bot.start()
    await _see_the_second(people, at_least=PEOPLE)
    await _everybody_answered_once(reread)
    assert [call for call in await server.control.refused() if REDRAWN not in call] == []


async def _at_the_first_question(server: PlaygroundServer, database_url: str) -> list[Employee]:
    token = await make_invite(database_url, uses=PEOPLE)
    people = await everybody(server.control)
    await asyncio.gather(*(person.joins(token) for person in people))
    return people


async def _press(people: Sequence[Employee], *, times: int = 1) -> None:
    """Everybody presses the same option of the first question, perhaps several times, all at once."""
    shown = {person: await person.asked(0) for person in people}
    await asyncio.gather(*(person.presses_at(shown[person], OPTION) for person in people for _ in range(times)))


async def _see_the_second(people: Sequence[Employee], *, at_least: int) -> None:
    waiting = [asyncio.create_task(person.asked(1)) for person in people]
    for seen, some in enumerate(asyncio.as_completed(waiting), start=1):
        await some
        if seen == at_least:
            break
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _has_seen_the_second(person: Employee) -> bool:
    return any(person.progress(1) in text_of(message) for message in await person.messages())


async def _everybody_answered_once(reread: Reread) -> None:
    drafts = await reread(select(Draft))
    assert [(draft.position, list(draft.answers.values())) for draft in drafts] == [(1, [OPTION])] * PEOPLE
    assert await reread(select(DeadLetter)) == []
