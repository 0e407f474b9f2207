"""The whole path of an employee over HTTP; the playground's server, the bot and `manage.py` are separate processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import func, select

from db.database import Database
from models import Assessment, Draft, Recommendation, User
from playground.remote.processes import ROOT, PlaygroundServer, Process
from services.kit import bot_info
from tests.conftest import Reread
from tests.e2e.forks import Forked
from tests.e2e.story import SEED, Employee, seed_answers

# In two halves: nobody gets more than five messages at once, which is where Telegram begins to refuse.
SCREENS = {
    "/checkin": "checkin.already_done",
    "/recommendations": "recommendations.title",
    "/help": "help.title",
    "/help_now": "help.now_title",
}
MORE_SCREENS = {
    "/privacy": "privacy.title",
    "/cancel": "error.nothing_to_cancel",
    "/start": "home.private",
    "what is this?": "error.unknown_text",
}


async def test_the_whole_path_in_two_languages_without_a_refused_call(
    server: PlaygroundServer,
    make_bot: Callable[..., Process],
    database: Database,
    database_url: str,
    reread: Reread,
    tmp_path: Path,
) -> None:
    async with database.begin() as session:
        await bot_info.set_fact(session, bot_info.WORD_GIVEN, "long ago")
    bot = make_bot(new_interpreter="sqlite" in database_url, **server.bot_env, DATABASE_URL=database_url)
    anna, ben = Employee(server.control, 1001, "ru"), Employee(server.control, 1002, "en")
    await bot.start()
    link, _ = await asyncio.gather(_invited(tmp_path, DATABASE_URL=database_url, **server.bot_env), bot.says("ready"))

    await asyncio.gather(_lives_the_story(anna, link), _lives_the_story(ben, link))

    for assessment in await reread(select(Assessment)):
        scales = (assessment.emotional_exhaustion, assessment.depersonalization, assessment.reduced_accomplishment)
        assert (*scales, assessment.score) == SEED
        assert assessment.answers == seed_answers()
        assert assessment.burnout_level == "high"
    assert await reread(select(func.count()).select_from(Assessment)) == [2]
    assert await reread(select(Draft.id)) == []
    done = await reread(select(Recommendation).where(Recommendation.state == "done"))
    assert len(done) == 2
    assert all(step.completed and step.plan for step in done)

    await asyncio.gather(_looks_around(anna, SCREENS), _looks_around(ben, MORE_SCREENS))
    await asyncio.gather(_leaves(anna), _leaves(ben))

    for table in (User, Assessment, Recommendation):
        assert await reread(select(func.count()).select_from(table)) == [0], table
    assert await server.control.refused() == []
    assert await bot.stop() == 0
    assert "error" not in bot.output.lower(), bot.output


async def _lives_the_story(person: Employee, link: str) -> None:
    """Join, answer with a few detours, read the result, keep the defaults, try a step."""
    await person.joins(link)
    await person.answers(0, 3)
    await person.asked(3)
    await person.chooses("button.back")
    await person.presses_at(await person.asked(2), 6)  # another answer, then the right one
    await person.asked(3)
    await person.chooses("button.back")
    await person.answers(2, 5)
    await person.asked(5)
    await person.chooses("button.later")
    await person.chooses("button.go_on")
    await person.answers(5)
    await person.sees_result()
    await person.chooses("button.more")
    await person.reads("checkin.about")
    await person.chooses("button.back")
    await person.sees_result()
    await person.tries_a_step()


async def _looks_around(person: Employee, screens: Mapping[str, str]) -> None:
    """Type each of these, and see the screen that belongs to it; then a sticker is answered, too."""
    for typed, key in screens.items():
        await person.says(typed)
        await person.reads(key, date="")
    seen = len(await person.messages())
    await person.sends(sticker=True)
    await person.answered_beyond(seen)


async def _leaves(person: Employee) -> None:
    await person.says("/delete")
    await person.reads("delete.title")
    await person.says(person.t("delete.word"))
    await person.reads("delete.done")


async def _invited(folder: Path, **env: str) -> str:
    """`python manage.py invite`; gives the token in the link that its last line shows."""
    arguments = (str(ROOT / "manage.py"), "invite", "--uses", "2", "--without-help")
    manage = Forked(*arguments, folder=folder, env=env, name="manage")
    await manage.start()
    assert await manage.ended() == 0, manage.output
    return manage.output.splitlines()[-1].replace("=", " ").split()[-1]
