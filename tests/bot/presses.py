"""Everything pressed twice."""

from __future__ import annotations

from typing import Any

from tests.fakes.stage import Player, Stage

HARMLESS = ("message is not modified", "message to delete not found")


async def presses_twice(stage: Stage, player: Player, label: str | None = None, **how: Any) -> None:
    """Two presses of one button before the bot answers the first; Telegram may only say that nothing changed."""
    for _ in range(2):
        player.queue_press(label, **how)
    await stage.settle()
    assert all(any(words in refusal for words in HARMLESS) for refusal in stage.telegram.take_refusals())
