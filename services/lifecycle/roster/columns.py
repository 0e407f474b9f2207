"""Which columns of a list hold names and departments, by the words above them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from content.texts import RosterWords
from services.kit.text import spoken

FORGIVING = 5  # letters from which on a word may have one letter more, less or other: "подразделения", "отдела"
WORD = re.compile(r"[^\W_]+")

Column = Literal["name", "surname", "given", "patronymic", "department"]
PARTS: tuple[Column, ...] = ("surname", "given", "patronymic")


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns, counted from 0. A name stands in `full`, or else in `parts`, which belong together.

    `department` is None in a list that has no such column.
    """

    full: int | None
    parts: tuple[int, ...]
    department: int | None

    @property
    def own(self) -> frozenset[int]:
        """Return the places that say who someone is and where."""
        return frozenset(place for place in (self.full, *self.parts, self.department) if place is not None)

    def name(self, cells: Sequence[str]) -> str:
        """Return the name of a row, "" where there is none."""
        full = "" if self.full is None else _cell(cells, self.full)
        return full or " ".join(filter(None, (_cell(cells, place) for place in self.parts)))

    def department_name(self, cells: Sequence[str]) -> str:
        """Return the department of a row, "" where there is none."""
        return "" if self.department is None else _cell(cells, self.department)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are spoken; initials with dots are one word: «Ф.И.О.» is «фио»."""
    found: list[str] = []
    letters = ""
    for word in WORD.findall(spoken(text)):
        if len(word) == 1:
            letters += word
            continue
        if letters:
            found.append(letters)
            letters = ""
        found.append(word)
    return (*found, letters) if letters else tuple(found)


def find(cells: Sequence[str], words: RosterWords) -> Columns | None:
    """Return the columns when this row names at least that of the names, None otherwise."""
    titles = [words_of(cell) for cell in cells]
    places: dict[Column, int] = {}
    for column, phrases in words.columns.items():
        ranked = [
            (rank, place) for place, title in enumerate(titles) if (rank := _rank(title, phrases, words)) is not None
        ]
        if ranked:
            places[column] = min(ranked)[1]
    return _columns(places)


def _columns(places: Mapping[Column, int]) -> Columns | None:
    full = places.get("name")
    # a first name beside a full one may be anything, such as the name of an account
    has_parts = full is None or "surname" in places
    parts = tuple(places[column] for column in PARTS if column in places) if has_parts else ()
    if full is None and not ("surname" in places or "given" in places):
        return None
    return Columns(full, parts, places.get("department"))


def _rank(title: tuple[str, ...], phrases: Sequence[str], words: RosterWords) -> tuple[bool, int] | None:
    """Return how well a title says what one of these phrases says, the lower the better; None when it does not."""
    bare = tuple(word for word in title if word not in words.beside)
    known = [words_of(phrase) for phrase in phrases]
    for number, phrase in enumerate(known):
        if phrase in (title, bare):
            return False, number
    for number, phrase in enumerate(known):
        if _alike(phrase, title) or _alike(phrase, bare):
            return True, number
    single = {phrase[0] for phrase in known if len(phrase) == 1}
    if title and all(any(_is_alike(one, word) for one in single) for word in title):
        return True, len(known)
    return None


def _alike(phrase: Sequence[str], title: Sequence[str]) -> bool:
    return len(phrase) == len(title) and all(_is_alike(known, word) for known, word in zip(phrase, title, strict=True))


def _is_alike(known: str, word: str) -> bool:
    """Return whether a word is a known one, apart from one letter of a longer word."""
    if known == word:
        return True
    if len(known) < FORGIVING or abs(len(known) - len(word)) > 1:
        return False
    same = next(
        (place for place, (a, b) in enumerate(zip(known, word, strict=False)) if a != b), min(len(known), len(word))
    )
    rest, other = known[same:], word[same:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
