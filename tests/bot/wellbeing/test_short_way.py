"""An answer in the middle of a check-in, taken before anybody is looked up: what it must not take goes the long way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from models import Draft, User
from tests.bot.story import SEED, answers, data_of, plain, words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import newcomer

SHOWN = ("text", "entities", "reply_markup")


async def _in_the_middle(stage: Stage, name: str = "Анна") -> Player:
    person = await newcomer(stage, name)
    await answers(stage, person, SEED, until=4)
    return person


async def _change(stage: Stage, **values: Any) -> None:
    async with stage.database.begin() as session:
        await session.execute(update(User).values(**values))


@pytest.mark.both_databases
async def test_whoever_was_away_is_reachable_again_with_an_answer(stage: Stage, reread: Reread) -> None:
    anna = await _in_the_middle(stage)
    await _change(stage, unreachable_at=stage.clock())
    await anna.presses("Ни разу")
    assert await reread(select(User.unreachable_at)) == [None]
    assert await reread(select(Draft.position)) == [5]
    assert "6 из 20" in plain(anna.screen)


@pytest.mark.parametrize("why", ["moved_at", "offboarded_at", "consent_withdrawn_at"])
async def test_nothing_is_taken_from_whoever_may_not_be_asked(stage: Stage, reread: Reread, why: str) -> None:
    anna = await _in_the_middle(stage)
    await _change(stage, **{why: stage.clock()})
    await anna.presses("Ни разу")
    assert await reread(select(Draft.position)) == [4]
    assert "из 20" not in plain(anna.screen)


async def test_an_older_consent_is_renewed_first(stage: Stage, reread: Reread) -> None:
    anna = await _in_the_middle(stage)
    await _change(stage, consent_version=stage.app.content.consent.version - 1)
    await anna.presses("Ни разу")
    assert await reread(select(Draft.position)) == [4]


async def test_nobody_answers_for_somebody_else(stage: Stage, reread: Reread) -> None:
    anna = await _in_the_middle(stage)
    boris = await newcomer(stage, "Борис")
    await boris.presses(data=data_of(anna, "Ни разу"))
    assert sorted(await reread(select(Draft.position))) == [0, 4]
    assert "1 из 20" in plain(boris.screen)


@pytest.mark.parametrize("changed", ["9", "-1", "x", "3:1"])
async def test_an_option_that_there_is_not_is_refused(stage: Stage, reread: Reread, changed: str) -> None:
    anna = await _in_the_middle(stage)
    place = data_of(anna, "Ни разу").rpartition(":")[0]
    await anna.presses(data=f"{place}:{changed}")
    assert await reread(select(Draft.position)) == [4]


@pytest.mark.parametrize("locale", ["ru", "en"])
async def test_a_prepared_question_is_the_one_that_is_shown_on_the_long_way(stage: Stage, locale: str) -> None:
    """Each answer is chosen once, and once again after going back to it, so that it is marked."""
    anna = await newcomer(stage, locale=locale)
    t = words(stage, locale)
    for _ in range(2):
        for _ in range(3):
            await anna.presses(anna.buttons[6][0])
            prepared = anna.message
            await anna.presses(data="c1:open:0")
            stage.telegram.take_refusals()
            assert [prepared[part] for part in SHOWN] == [anna.message[part] for part in SHOWN]
        for _ in range(3):
            await anna.presses(t("button.back"))
