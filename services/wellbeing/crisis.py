"""Words of despair in typed text: found by the fixed rules of content/crisis.yaml, without any model. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from content import Crisis

APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`"))
YO_TO_YE = {0x451: 0x435}
STEPS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "yo_to_ye": lambda text: text.translate(YO_TO_YE),
    "no_apostrophes": lambda text: text.translate(APOSTROPHES),
    "words_only": lambda text: "".join(char if char.isalnum() else " " for char in text),
    "trim": lambda text: " ".join(text.split()),
}
"""What the steps named in the content do."""


class Detector:
    """Says whether a text holds a trigger of either language; over-sensitive on purpose.

    A trigger's words have to come in their order with at most `gap_words` other words between two of them. With open
    edges the first word may end, and the last one begin, a longer word.
    """

    def __init__(self, crisis: Crisis) -> None:
        self._steps = [STEPS[name] for name in crisis.match.normalise]
        triggers = map(self.normalised, (*crisis.triggers.ru, *crisis.triggers.en))
        self._pattern = _pattern(triggers, crisis.match.gap_words, is_open=crisis.match.edges == "open")

    def finds(self, text: str) -> bool:
        """Whether this text has to be answered with the fixed reply. Linear in the length of the text."""
        return self._pattern.search(self.normalised(text)) is not None

    def normalised(self, text: str) -> str:
        """The text after the steps that triggers go through as well: lower-case words with single spaces."""
        for step in self._steps:
            text = step(text)
        return text


def _pattern(triggers: Iterable[str], gap_words: int, *, is_open: bool) -> re.Pattern[str]:
    """One pattern for all triggers. Neither a gap's word nor a trigger's holds a space, so nothing is tried twice."""
    gap = rf"(?: [^ ]+){{0,{gap_words}}} "
    phrases = "|".join(gap.join(map(re.escape, trigger.split())) for trigger in triggers)
    return re.compile(phrases if is_open else rf"(?<![^ ])(?:{phrases})(?![^ ])")
