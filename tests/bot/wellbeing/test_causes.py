"""What weighed most: asked once the check-in is submitted, named by buttons or words, passed over, and never in the way
of the result."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, update

from models import Assessment, Recommendation
from tests.bot.presses import presses_twice
from tests.bot.story import (
    CALM,
    CARELESS,
    CONTENT,
    ON_SQLITE,
    SEED,
    completes,
    data_of,
    forgive_unmodified,
    looks_at_the_last,
    plain,
    words,
)
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import finished, newcomer
from views.translator import Translator

LANGUAGES = pytest.mark.parametrize("locale", ["ru", "en"])


async def asked(stage: Stage, *, locale: str = "ru", given: dict[str, int] | None = None) -> Player:
    """Somebody who has just given the last answer."""
    person = await newcomer(stage, locale=locale)
    await completes(stage, person, SEED if given is None else given, asks_causes=True)
    assert words(stage, locale)("causes.question") in person.screen
    return person


async def named_in(reread: Reread) -> list[tuple[str | None, str | None, bool]]:
    """Of each check-in, oldest first: what was named, and whether that may still be changed."""
    found = await reread(select(Assessment).order_by(Assessment.id))
    return [(row.cause, row.second_cause, row.causes_open) for row in found]


def label(t: Translator, cause: str) -> str:
    """The words on the button of a cause."""
    found = CONTENT.causes.get(cause)
    assert found is not None
    return t.words(found.words)


def marked(person: Player) -> list[str]:
    """What is marked as named on the screen."""
    return [row[0].removeprefix("● ") for row in person.buttons if row[0].startswith("● ")]


@LANGUAGES
@pytest.mark.parametrize("named", [[], ["load"], ["values", "conflict"], ["nothing"], ["load", "outside"]])
async def test_none_one_or_two_are_named_and_the_result_follows(
    stage: Stage, reread: Reread, locale: str, named: list[str]
) -> None:
    t = words(stage, locale)
    anna = await asked(stage, locale=locale)
    for place, cause in enumerate(named, 1):
        await anna.presses(label(t, cause))
        assert sorted(marked(anna)) == sorted(label(t, one) for one in named[:place])
    await anna.presses(t("causes.done" if named else "causes.skip"))

    first, second = [*named, None, None][:2]
    assert await named_in(reread) == [(first, second, False)]
    assert "78" in anna.screen
    await anna.presses(t("button.more"))
    said = t("causes.named", list="; ".join(label(t, cause).lower() for cause in named))
    assert (said in anna.screen) is bool(named)
    await anna.says("/history")
    await anna.presses(t.date(stage.clock().date(), year=True))
    assert (said in anna.screen) is bool(named)


@LANGUAGES
async def test_a_third_is_refused_kindly_until_one_is_taken_back(stage: Stage, reread: Reread, locale: str) -> None:
    t = words(stage, locale)
    anna = await asked(stage, locale=locale)
    for cause in ("load", "rest", "help"):
        await anna.presses(label(t, cause))
    assert anna.toast == t("causes.full")
    assert marked(anna) == [label(t, "load"), label(t, "rest")]

    await anna.presses(label(t, "load"))
    await anna.presses(label(t, "help"))
    assert await named_in(reread) == [("rest", "help", True)]
    forgive_unmodified(stage)


@ON_SQLITE
async def test_nothing_in_particular_stands_alone(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna = await asked(stage)
    for cause in ("load", "rest", "nothing"):
        await anna.presses(label(t, cause))
    assert await named_in(reread) == [("nothing", None, True)]
    await anna.presses(label(t, "rest"))
    assert await named_in(reread) == [("rest", None, True)]


async def test_every_button_pressed_twice(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna = await asked(stage)
    await presses_twice(stage, anna, label(t, "load"))
    assert await named_in(reread) == [("load", None, True)]
    await presses_twice(stage, anna, label(t, "load"))
    assert await named_in(reread) == [(None, None, True)]
    await presses_twice(stage, anna, t("causes.skip"))
    assert await named_in(reread) == [(None, None, False)]
    assert "Всего 78 из 120" in plain(anna.screen)


@pytest.mark.both_databases
async def test_three_presses_at_once_name_two(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna = await asked(stage)
    for cause in ("load", "rest", "help"):
        anna.queue_press(label(t, cause))
    await stage.at_once()
    ((first, second, is_open),) = await named_in(reread)
    assert {first, second} < {"load", "rest", "help"}
    assert first != second
    assert is_open
    assert t("causes.full") in [toast["text"] for toast in stage.world.toasts(anna.id)]
    forgive_unmodified(stage)


@LANGUAGES
async def test_whoever_stops_there_has_the_result_all_the_same(stage: Stage, reread: Reread, locale: str) -> None:
    t = words(stage, locale)
    anna = await asked(stage, locale=locale)
    (row,) = await reread(select(Assessment))
    assert (row.score, row.causes_open) == (78, True)
    stage.restart()

    await anna.says("/start")
    assert t("home.checkin_done") in anna.screen
    await anna.presses(t("button.my_result"))
    assert "78" in anna.screen
    await anna.says("/history")
    assert "78" in anna.screen
    await anna.says("/checkin")
    assert t("checkin.already_done", date="")[:20] in anna.screen
    await anna.says("/recommendations")
    assert t("recommendations.intro") in anna.screen
    assert await named_in(reread) == [(None, None, True)]

    await anna.says("/menu")
    await anna.presses(t("button.my_result"))
    await anna.presses(t("causes.ask"))
    await anna.presses(label(t, "goals"))
    await anna.presses(t("causes.done"))
    assert t("result.title", date="")[:10] not in anna.screen
    assert await named_in(reread) == [("goals", None, False)]
    assert not any(t("causes.ask") in row for row in anna.buttons)


@ON_SQLITE
async def test_killed_between_the_submission_and_the_question(stage: Stage, reread: Reread) -> None:
    """The answer is stored and its screen never came: the same press shows the question, and submits nothing twice."""
    anna = await newcomer(stage)
    await looks_at_the_last(stage, anna, SEED)
    last = data_of(anna, "Примерно один день из четырёх")
    question = anna.message["message_id"]
    await anna.presses(data=last)
    stage.restart()
    await anna.presses(data=last, message_id=question)
    assert anna.screen.startswith("Что тяготило больше всего в эти недели?")
    stage.restart()
    await anna.presses("Слишком много работы")
    assert await named_in(reread) == [("load", None, True)]
    forgive_unmodified(stage)


@ON_SQLITE
async def test_old_buttons_change_nothing_after_it_and_in_the_next_period(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna = await asked(stage)
    old, done = data_of(anna, label(t, "load")), data_of(anna, t("causes.skip"))
    await anna.presses(t("causes.skip"))
    for data in (old, done):
        await anna.presses(data=data)
        assert "Всего 78 из 120" in plain(anna.screen)
        assert anna.toast == t("checkin.finished")

    async with stage.database.begin() as session:
        await session.execute(update(Assessment).values(causes_open=True))
    stage.clock.advance(days=28)
    for data in (old, done):
        await anna.presses(data=data)
        assert await named_in(reread) == [(None, None, True)], "the period is closed, and its figures are published"
    await anna.says("/checkin")
    await completes(stage, anna, CALM, asks_causes=True)
    await anna.presses(data=old)
    assert await named_in(reread) == [(None, None, True), (None, None, True)]
    assert t("causes.question") in anna.screen, "what is open now"
    forgive_unmodified(stage)


@ON_SQLITE
async def test_a_cause_that_does_not_exist_and_somebody_elses_check_in(stage: Stage, reread: Reread) -> None:
    anna = await asked(stage)
    data = data_of(anna, label(words(stage), "load"))
    await anna.presses(data=data.replace("load", "weather"))
    assert anna.toast == words(stage)("error.not_yours")
    boris = await newcomer(stage, "Борис")
    for foreign in (data, data_of(anna, words(stage)("causes.skip")), "w3:ask:1"):
        await boris.presses(data=foreign)
        assert boris.toast == words(stage)("error.not_yours")
    assert await named_in(reread) == [(None, None, True)]


@ON_SQLITE
async def test_answered_anew_it_is_asked_anew(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna = await newcomer(stage)
    await completes(stage, anna, CARELESS, pace=0.5, asks_causes=True)
    await anna.presses(label(t, "load"))
    old = data_of(anna, label(t, "rest"))
    await anna.presses(t("causes.done"))
    await anna.presses(t("button.redo"))
    await anna.presses(data=old)
    assert await named_in(reread) == [("load", None, False)]
    await completes(stage, anna, SEED, asks_causes=True)
    assert marked(anna) == []
    assert await named_in(reread) == [(None, None, True)]
    forgive_unmodified(stage)


@LANGUAGES
async def test_typed_words_name_a_cause_and_others_lose_nothing(stage: Stage, reread: Reread, locale: str) -> None:
    t = words(stage, locale)
    anna = await asked(stage, locale=locale)
    await anna.says(f"  {label(t, 'help').upper()}!")
    assert marked(anna) == [label(t, "help")]
    await anna.says("мой кот" if locale == "ru" else "my cat")
    assert t("error.unknown_text") in anna.screen
    await anna.edits("3")
    assert await named_in(reread) == [("help", None, True)]
    assert len(await reread(select(Assessment))) == 1


async def steps(reread: Reread) -> dict[str, str]:
    """Each offered step with why it was chosen."""
    return {row.content_id: row.reason for row in await reread(select(Recommendation))}


@ON_SQLITE
@pytest.mark.parametrize("given", [SEED, CALM], ids=["much", "little"])
async def test_a_cause_brings_a_step_of_its_own(stage: Stage, reread: Reread, given: dict[str, int]) -> None:
    t = words(stage)
    anna = await asked(stage, given=given)
    before = await steps(reread)
    for cause in (cause.id for cause in CONTENT.causes.items if cause.id != "nothing"):
        await anna.presses(label(t, cause))
        after = await steps(reread)
        meant = {item.id for item in CONTENT.recommendations.items if cause in item.causes}
        assert meant & set(after), cause
        assert len(after) == len(before)
        await anna.presses(label(t, cause))
        assert await steps(reread) == before, "taken back, it has no say"


@LANGUAGES
async def test_conflict_opens_a_way_past_everybody_at_work(stage: Stage, locale: str) -> None:
    t = words(stage, locale)
    anna = await asked(stage, locale=locale)
    await anna.presses(label(t, "conflict"))
    await anna.presses(t("causes.done"))
    await anna.presses(t("conflict.button"))
    for key in ("conflict.title", "conflict.write_down", "conflict.rights", "help.emergency", "conflict.who_sees"):
        assert t(key) in anna.screen
    assert anna.buttons == [[t("button.my_result"), t("button.menu")]], "and no button to HR"


@ON_SQLITE
async def test_without_conflict_there_is_no_such_button(stage: Stage) -> None:
    anna = await finished(stage)
    assert not any(words(stage)("conflict.button") in row for row in anna.buttons)


@ON_SQLITE
async def test_two_people_at_once_do_not_mix(stage: Stage, reread: Reread) -> None:
    t = words(stage)
    anna, boris = await asked(stage), await asked(stage)
    anna.queue_press(label(t, "load"))
    boris.queue_press(label(t, "values"))
    await asyncio.wait_for(stage.at_once(), 10)
    assert [row[0] for row in await named_in(reread)] == ["load", "values"]
