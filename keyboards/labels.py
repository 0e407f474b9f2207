"""Words that have to fit: on a button, or on a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

LABEL_LENGTH = 32  # characters: the 30 that a phone shows of the widest button, and a mark before them
SHORTEST_NAME = 6  # of what stands on a button before a fact about it


def shortened(text: str, length: int) -> str:
    """Return at most `length` characters, an ellipsis where something is missing, after a word where one ends near."""
    if len(text) <= length:
        return text
    cut = text[:length]
    words = cut.rpartition(" ")[0] if " " in cut[length * 2 // 3 :] else cut[:-1]
    return words.rstrip(" ,;:.") + "…"


def fitting(labels: Iterable[str]) -> dict[str, str]:
    """What each label is on its button. Those that would read the same keep their ends, which may tell them apart."""
    cut = {label: _cut(label) for label in labels}
    often = Counter(cut.values())
    return {
        label: short if short == label or often[short] == 1 else _with_its_end(label) for label, short in cut.items()
    }


def _cut(label: str) -> str:
    """The whole of «… · until Friday», or as much as fits of what stands before it."""
    name, dot, fact = label.partition(" · ")
    room = LABEL_LENGTH - len(dot + fact)
    return f"{shortened(name, room)}{dot}{fact}" if dot and room >= SHORTEST_NAME else shortened(label, LABEL_LENGTH)


def _with_its_end(label: str) -> str:
    half = LABEL_LENGTH // 2
    return f"{label[: half - 1].rstrip()}…{label[-half:].lstrip()}"
