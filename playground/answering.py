"""*Answer for me*: presses the bot's real buttons, question after question, with an example row of answers.

What is asked after the questions and has more options than they have gets its first one; its last row goes on.
"""

import asyncio
import re
from datetime import timedelta

from .clock import Clock
from .entities import Event, Message
from .world import World

OPTIONS = 7
CHOSEN = "●"
READING = timedelta(seconds=8)


class AnswerForMe:
    """Presses option `example[i]` (0-based) of question i, at most one press in `pace` seconds.

    Each press is a callback query like any other; the next one follows when the bot has answered with an edit or a new
    message. Before each press the clock, if there is one, moves on by the time a person needs to read.
    """

    def __init__(
        self, world: World, example: list[int], clock: Clock | None, *, pace: float = 0.2, patience: float = 10.0
    ) -> None:
        self._world = world
        self._example = example
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
            while question := open_question(self._world, person_id):
                row = self._row(question, pressed)
                if row is None or not await self._press(person_id, question, row):
                    break
                pressed += 1
        finally:
            self._running.discard(person_id)
        return pressed

    def _row(self, question: Message, pressed: int) -> int | None:
        """Return which row to press, None when the example is at its end."""
        rows = rows_of(question)
        if len(rows[OPTIONS:]) > 1 and all(len(row) == 1 for row in rows):
            return len(rows) - 1 if rows[0][0]["text"].startswith(CHOSEN) else 0
        place = question_number(question, len(self._example))
        place = pressed if place is None else place
        return self._example[place] if place < len(self._example) else None

    async def _press(self, person_id: int, question: Message, row: int) -> bool:
        """Press one option; return whether the bot answered in time."""
        if self._clock:
            self._clock.advance(READING)
        answered = asyncio.Event()

        def hear(event: Event) -> None:
            if event["type"] in ("message", "deleted") and event["chat"] == person_id:
                answered.set()

        self._world.listeners.append(hear)
        try:
            pause = asyncio.create_task(asyncio.sleep(self._pace))
            self._world.person_presses(person_id, question["message_id"], row=row)
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


def open_question(world: World, person_id: int) -> Message | None:
    """The newest message with buttons, if it is a question: its first seven rows have one button each."""
    for message in reversed(world.chat(person_id)):
        if rows := rows_of(message):
            options = rows[:OPTIONS]
            is_question = len(options) == OPTIONS and all(len(row) == 1 for row in options)
            return message if is_question else None
    return None


def question_number(question: Message, total: int) -> int | None:
    """The 0-based number that a question says it has ("7 of 20", "7 из 20"), or None if it says nothing."""
    match = re.search(rf"\b(\d+)\s+\w+\s+{total}\b", question.get("text") or question.get("caption") or "")
    number = int(match[1]) - 1 if match else -1
    return number if 0 <= number < total else None
