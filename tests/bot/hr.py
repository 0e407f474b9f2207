"""HR at work, for the tests of HR's screens: who they are, and how they get somewhere."""

from __future__ import annotations

from services.kit import bot_info
from tests.bot.members import member
from tests.fakes.stage import Player, Stage

LANGUAGES = ("ru", "en")


async def hr_person(
    stage: Stage, *, language: str = "ru", role: str = "hr", person_id: int = 2001, name: str = "Ольга"
) -> Player:
    """Somebody of HR, of a department «Кадры»; the bot knows its own name."""
    async with stage.database.begin() as session:
        await bot_info.set_fact(session, bot_info.USERNAME, "exhale_bot")
    return await member(stage, person_id, name, role=role, department="Кадры", language=language)


async def goes(stage: Stage, player: Player, key: str, language: str = "ru") -> None:
    """From /hr to the page with this key below `hr.`."""
    await player.says("/hr")
    await player.presses(stage.app.catalogs.translator(language)(f"hr.{key}"))
