"""What the stories have in common: twenty answers, the words on the buttons, what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content import load_content
from models import Base, Draft, User
from tests.fakes.stage import Player, Stage
from views.translator import Translator

CONTENT = load_content()
Q = CONTENT.questionnaire
EXAMPLES = {example.name: example.answers for example in Q.examples}
SEED = EXAMPLES["seed row"]
CALM = EXAMPLES["honest and well (no flag although 17 answers are zero)"]
CARELESS = EXAMPLES["straight line of zeros"]
ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)  # for what no database has a part in
PACE = 8.0  # seconds that an answer takes; nobody reads slower than a careless person presses


def words(stage: Stage, locale: str = "ru") -> Translator:
    """The bot's own words, for buttons whose wording is not what a test is about."""
    return stage.app.catalogs.translator(locale)


async def answers(
    stage: Stage, player: Player, given: Mapping[str, int], *, locale: str = "ru", pace: float = PACE, until: int = 20
) -> None:
    """Answer the questions that are asked from now on, each by its button; what `given` lacks is skipped."""
    for key in Q.order[_asked(stage, player, locale) : until]:
        stage.clock.advance(seconds=pace)
        await player.presses(_option(stage, given.get(key), locale))
    await passes_over_causes(player)


async def completes(
    stage: Stage, player: Player, given: Mapping[str, int], *, pace: float = PACE, asks_causes: bool = False
) -> None:
    """The same as `answers` up to the end, and much faster: all but the last press are put into the rows.

    The person looks at a question of a draft that was just begun; only the last press goes through the bot, and another
    one that passes over what weighed most, unless the story is to stop there (`asks_causes`).
    """
    draft = await _answered_all_but_the_last(stage, player, given, pace)
    last = Q.order[-1]
    place = f"{draft.id}:{draft.questionnaire_version}:{draft.position}"
    await player.presses(data=f"a1:{place}:{given[last]}" if last in given else f"m1:skip:{place}")
    if not asks_causes:
        await passes_over_causes(player)


async def looks_at_the_last(stage: Stage, player: Player, given: Mapping[str, int]) -> None:
    """Look at the last question, with all others of a draft that was just begun answered."""
    await _answered_all_but_the_last(stage, player, given, PACE)
    await player.says("/checkin")


async def _answered_all_but_the_last(stage: Stage, player: Player, given: Mapping[str, int], pace: float) -> Draft:
    """Put the answers into the rows; time goes on as far as the last one."""
    async with stage.database.begin() as session:
        draft = (await session.scalars(select(Draft).join(User).where(User.telegram_id == player.id))).one()
        for name, value in all_but_the_last(Q.order, given, stage.clock(), timedelta(seconds=pace)).items():
            setattr(draft, name, value)
    stage.clock.advance(seconds=pace * len(Q.order))
    return draft


def all_but_the_last(
    order: Sequence[str], given: Mapping[str, int | None], begun: datetime, pace: timedelta
) -> dict[str, Any]:
    """What stands in a draft when only the last question is open, each answer given `pace` after the one before."""
    *before, _ = order
    times = {key: (begun + number * pace).timestamp() for number, key in enumerate(before, 1)}
    return {"position": len(before), "answers": {key: given.get(key) for key in before}, "times": times}


async def passes_over_causes(player: Player) -> None:
    """Go on to the result where the newest message asks what weighed most."""
    buttons = [button for row in player.message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]
    for data in (button.get("callback_data", "") for button in buttons):
        if data.startswith("w3:done"):
            await player.presses(data=data)


async def rows(stage: Stage) -> dict[str, list[tuple[Any, ...]]]:
    """Every committed row of every table that has any."""
    async with stage.database.read() as session:
        found = {
            table.name: [
                tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }
    return {name: values for name, values in found.items() if values}


def plain(text: str) -> str:
    """A text whose spaces are all of one kind, to compare with what is written down in a test."""
    return text.replace("\u00a0", " ")


def result_of(player: Player) -> str:
    """The text of the newest result on the screen, above the card that may stand below it."""
    return next(str(message["text"]) for message in reversed(player.messages) if "120" in message["text"])


def forgive_unmodified(stage: Stage) -> None:
    """Telegram refuses an edit that changes nothing, as after a double tap: that, and nothing else, is in order."""
    assert [refusal for refusal in stage.telegram.take_refusals() if "message is not modified" not in refusal] == []


def data_of(player: Player, label: str) -> str:
    """What the newest button with this text sends."""
    for message in reversed(player.messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if label in button["text"]:
                    return str(button["callback_data"])
    raise AssertionError(f"no button {label!r}")


def _asked(stage: Stage, player: Player, locale: str) -> int:
    """The place of the question on the screen, counted from 0."""
    t = words(stage, locale)
    progress = (t("checkin.progress", number=number, total=20) + "\n" for number in range(1, 21))
    return next(number for number, line in enumerate(progress) if f"\n{line}" in f"\n{player.screen}")


def _option(stage: Stage, value: int | None, locale: str) -> str:
    t = words(stage, locale)
    return t("button.skip") if value is None else t.words(Q.response_scale[value])
