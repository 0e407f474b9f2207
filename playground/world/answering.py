"""*Answer for me*: presses the bot's real buttons, question after question, with an example row of answers."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playground.world.clock import Clock
from playground.world.entities import Event, Message
from playground.world.world import World

OPTIONS = 7
CHOSEN = "●"
READING = timedelta(seconds=8)


@dataclass(frozen=True)
class SampleAnswers:
    """What is pressed: option `rows[i]` (0-based) of question i, and the buttons that lead there and on from there.

    `option` is how the data of a question's options begins. `ways` are the beginnings of the other buttons' data. Where
    one of a screen's ways is chosen already, its last row goes on.
    """

    rows: list[int]
    option: str = ""
    ways: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """What the page needs to know when something can be answered."""
        return {"option": self.option, "ways": self.ways}


class AnswerForMe:
    """Presses what an example says, at most one press in `pace` seconds.

    Each press is a callback query like any other; the next one follows when the bot has answered with an edit or a new
    message. Before each press the clock, if there is one, moves on by the time a person needs to read.
    """

    def __init__(
        self, world: World, example: SampleAnswers, clock: Clock | None, *, pace: float = 0.2, patience: float = 10.0
    ) -> None:
        self._world = world
        self.example = example
        self._clock = clock
        self._pace = pace
        self._patience = patience
        self._running: set[int] = set()

    async def run(self, person_id: int) -> int:
        """Answer until no question is open; return the number of presses. Do nothing if it already runs."""
        if person_id in self._running:
            return 0
        self._running.add(person_id)
        pressed = 0
        try:
            while place := self._next(person_id, pressed):
                if not await self._press(person_id, *place):
                    break
                pressed += 1
        finally:
            self._running.discard(person_id)
        return pressed

    def _next(self, person_id: int, pressed: int) -> tuple[Message, int, int] | None:
        """Return the message and the place of the next button, None when nothing is asked or the example is over."""
        message = newest_keyboard(self._world, person_id)
        if message is None:
            return None
        if is_question(message, self.example.option):
            number = question_number(message, len(self.example.rows))
            place = pressed if number is None else number
            return (message, self.example.rows[place], 0) if place < len(self.example.rows) else None
        return self._way(message)

    def _way(self, message: Message) -> tuple[Message, int, int] | None:
        rows = rows_of(message)
        ways = [
            (row, column)
            for row, buttons in enumerate(rows)
            for column, button in enumerate(buttons)
            if button.get("callback_data", "").startswith(self.example.ways)
        ]
        if not ways:
            return None
        if any(button["text"].startswith(CHOSEN) for buttons in rows for button in buttons):
            return message, len(rows) - 1, 0
        return message, *ways[0]

    async def _press(self, person_id: int, message: Message, row: int, column: int) -> bool:
        """Press one button; return whether the bot answered in time."""
        if self._clock:
            self._clock.advance(READING)
        answered = asyncio.Event()

        def hear(event: Event) -> None:
            if event["type"] in ("message", "deleted") and event["chat"] == person_id:
                answered.set()

        self._world.listeners.append(hear)
        try:
            pause = asyncio.create_task(asyncio.sleep(self._pace))
            self._world.person_presses(person_id, message["message_id"], row=row, column=column)
            await asyncio.wait_for(answered.wait(), self._patience)
            await pause
        except TimeoutError:
            return False
        finally:
            self._world.listeners.remove(hear)
        return True


def rows_of(message: Message) -> list[list[dict[str, str]]]:
    """The buttons of a message, row by row."""
    rows: list[list[dict[str, str]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def newest_keyboard(world: World, person_id: int) -> Message | None:
    """The newest message with buttons."""
    return next((message for message in reversed(world.chat(person_id)) if rows_of(message)), None)


def is_question(message: Message, option: str) -> bool:
    """Whether the first seven rows have one button each, with data that begins like an option's."""
    options = rows_of(message)[:OPTIONS]
    return len(options) == OPTIONS and all(
        len(row) == 1 and row[0].get("callback_data", "").startswith(option) for row in options
    )


def question_number(question: Message, total: int) -> int | None:
    """The 0-based number that a question says it has ("7 of 20", "7 из 20"), or None if it says nothing."""
    match = re.search(rf"\b(\d+)\s+\w+\s+{total}\b", question.get("text") or question.get("caption") or "")
    number = int(match[1]) - 1 if match else -1
    return number if 0 <= number < total else None
