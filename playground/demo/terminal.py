"""How `make demo` looks in the terminal: what the bot shows, cut to its first lines, and what a person does."""

import os
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from playground.remote.client import rows_of

WIDTH = 78
BOLD, DIM, GREEN, RED, PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"
IN_COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
Message = dict[str, Any]


def painted(text: str, style: str) -> str:
    """In bold or in colour, where the terminal can."""
    return f"{style}{text}{PLAIN}" if style and IN_COLOUR and text else text


class Script:
    """What one story prints: at once while it is `live`, otherwise when it `goes_live`."""

    def __init__(self, *, live: bool) -> None:
        self.lines = 0
        self._live = live
        self._held: list[str] = []
        self._pressed: list[str] = []

    def presses(self, label: str) -> None:
        """A press; several in a row share a line."""
        self._pressed.append(f"▸ [{label}]")

    def says(self, line: str = "", style: str = "") -> None:
        """One line."""
        if self._pressed:
            presses = "  " + " ".join(self._pressed)
            self._pressed.clear()
            self.says(presses, DIM)
        self.lines += 1
        if self._live:
            _write(painted(line, style))
        else:
            self._held.append(painted(line, style))

    def shows(self, message: Message, most: int) -> None:
        """A message behind a bar, at most so many lines of its text, and its buttons below."""
        lines = list(_wrapped(message))
        for line, is_bold in lines[:most]:
            self.says(f"  │ {painted(line, BOLD if is_bold else '')}")
        if len(lines) > most:
            self.says("  │ …", DIM)
        buttons = " ".join(f"[{button['text']}]" for row in rows_of(message) for button in row).replace("\xa0", " ")
        if buttons:
            self.says(f"    {textwrap.shorten(buttons, WIDTH, placeholder=' …')}")

    def goes_live(self) -> None:
        """Print what was held back."""
        self._live = True
        for line in self._held:
            _write(line)
        self._held.clear()


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _wrapped(message: Message) -> Iterator[tuple[str, bool]]:
    """The lines of a message that are not empty, none wider than the terminal, and whether each is bold."""
    for line, is_bold in _lines_of(message):
        for part in textwrap.wrap(line, WIDTH):
            yield part, is_bold


def _lines_of(message: Message) -> Iterator[tuple[str, bool]]:
    """The lines of a message, and whether each begins in bold. Entities count in UTF-16 units, two bytes each."""
    bold = {
        unit
        for entity in message.get("entities") or message.get("caption_entities") or ()
        if entity["type"] == "bold"
        for unit in range(entity["offset"], entity["offset"] + entity["length"])
    }
    unit = 0
    for line in str(message.get("text") or message.get("caption") or "").split("\n"):
        yield line.replace("\xa0", " "), unit in bold
        unit += len(line.encode("utf-16-le")) // 2 + 1
