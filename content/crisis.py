"""The shape of `crisis.yaml`: how typed text is read for words of despair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveInt, PrivateAttr, model_validator

from content.base import Model, Text, Words

MIN_PREFIX, MIN_SLIP = 3, 6
"""Letters that a prefix, and a word whose misspellings count as well, must have: shorter ones find too much."""


@dataclass(frozen=True, slots=True, eq=False)
class Stem:
    """A word, or with `is_open` the beginning of one; with `slips` a single misspelling of it is the same.

    `parse` gives one object for one text, so that stems are compared by what they are and not by what is in them.
    """

    letters: str
    is_open: bool = False
    slips: bool = False

    @classmethod
    @cache
    def parse(cls, text: str) -> Stem:
        """Read `word`, `begin*`, `~word` or `~begin*`. Raises ValueError."""
        found = re.fullmatch(r"(~?)([a-z\u0430-\u044f0-9]+)(\*?)", text)
        if found is None:
            raise ValueError(f"“{text}” is no stem: small letters, ~ before or * after them")
        stem = cls(found[2], is_open=bool(found[3]), slips=bool(found[1]))
        if stem.is_open and len(stem.letters) < MIN_PREFIX:
            raise ValueError(f"“{text}” must have {MIN_PREFIX} letters before the *")
        if stem.slips and len(stem.letters) < MIN_SLIP:
            raise ValueError(f"“{text}” must have {MIN_SLIP} letters after the ~")
        return stem


Alternatives = tuple[Stem, ...]
"""Words of which any will do. There are thousands, nearly all with one word: a set would be four times as large."""
Phrase = tuple[Alternatives, ...]
"""Words that follow one another, each with its alternatives."""
Slot = tuple[Phrase, ...]
"""Phrases of which one has to be there."""
Pattern = tuple[Slot, ...]
"""Slots that all have to be filled, in any order."""


@cache
def _alone(text: str) -> Alternatives:
    return (Stem.parse(text),)


def _stem(text: str) -> str:
    Stem.parse(text)
    return text


StemText = Annotated[Text, AfterValidator(_stem)]


class CrisisRule(Model):
    """Patterns of one meaning. `window`: the words among which a pattern's slots stand; `near`: how far off, in words,
    an exclusion may stand."""

    tier: Literal["explicit", "ambiguous", "violence"]
    window: PositiveInt = 6
    near: int = Field(3, ge=0)
    find: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()


class Lookalike(Model):
    """Signs of one alphabet, and the letters of the other one that they are written for."""

    seen: Text
    meant: Text

    def table(self) -> dict[int, int]:
        """The same for `str.translate`."""
        return str.maketrans(self.seen, self.meant)

    @model_validator(mode="after")
    def _pairs(self) -> Lookalike:
        if len(self.seen) != len(self.meant):
            raise ValueError("every sign in “seen” needs its letter in “meant”")
        return self


class Lookalikes(Model):
    """What stands for letters in Russian and in English words."""

    russian: Lookalike
    english: Lookalike


class Crisis(Model):
    """How typed text is read for words of despair.

    `words` are lists of alternatives that patterns name in angle brackets, `joined` are words that people write
    together, `spelt_right` are words that look like a misspelling of another one and are none. `misspelt` are everyday
    mistakes with the right word. `sounds` are changes, in this order, after which words that sound alike are written
    alike.
    """

    version: PositiveInt
    pause_days: PositiveInt
    contacts_default: tuple[Words, ...]
    lookalikes: Lookalikes
    joined: tuple[StemText, ...]
    spelt_right: tuple[StemText, ...]
    misspelt: Mapping[StemText, StemText] = Field(default_factory=dict)
    sounds: Mapping[str, str] = Field(default_factory=dict)
    words: Mapping[str, tuple[Text, ...]]
    rules: Mapping[str, tuple[CrisisRule, ...]]
    _slots: dict[str, Slot] = PrivateAttr(default_factory=dict)  # read once: thousands of patterns share a few hundred

    @model_validator(mode="after")
    def _patterns(self) -> Crisis:
        known: set[str] = set()
        for name, alternatives in self.words.items():
            for other in re.findall(r"<(\w+)>", " ".join(alternatives)):
                if other not in known:
                    raise ValueError(f"words.{name}: “<{other}>” does not stand above it")
            known.add(name)
        named: set[str] = set()
        for field, text in self._texts():
            named.update(re.findall(r"<(\w+)>", text))
            try:
                self.pattern(text)
            except ValueError as error:
                raise ValueError(f"{field}: “{text}”: {error}") from None
        unused = set(self.words) - named
        if unused:
            raise ValueError(f"words.{min(unused)}: is named by no pattern")
        return self

    @model_validator(mode="after")
    def _exclusions(self) -> Crisis:
        for language, rules in self.rules.items():
            seen: set[str] = set()
            for place, rule in enumerate(rules):
                field = f"rules.{language}.{place}"
                for text in (*rule.find, *rule.unless):
                    if _width(self.pattern(text)) > rule.window:
                        raise ValueError(f"{field}: “{text}” is wider than the window")
                for text in rule.find:
                    if text in seen:
                        raise ValueError(f"{field}.find: “{text}” stands there twice")
                    seen.add(text)
                for text in rule.unless:
                    if rule.unless.count(text) > 1:
                        raise ValueError(f"{field}.unless: “{text}” stands there twice")
                    if text in rule.find:
                        raise ValueError(f"{field}.unless: “{text}” excludes what is to be found")
        return self

    def _texts(self) -> Iterator[tuple[str, str]]:
        for name, alternatives in self.words.items():
            yield f"words.{name}", "|".join(alternatives)
        for language, rules in self.rules.items():
            for place, rule in enumerate(rules):
                yield from ((f"rules.{language}.{place}.find", text) for text in rule.find)
                yield from ((f"rules.{language}.{place}.unless", text) for text in rule.unless)

    def pattern(self, text: str) -> Pattern:
        """Read a pattern: a space between slots, `|` between alternatives, `_` between words that follow one another,
        and `<name>` for a list of `words`. Raises ValueError."""
        return tuple(self._slot(slot) for slot in text.split())

    def _slot(self, text: str) -> Slot:
        if text not in self._slots:
            self._slots[text] = self._read_slot(text)
        return self._slots[text]

    def _read_slot(self, text: str) -> Slot:
        phrases = [phrase for alternative in text.split("|") for phrase in self._phrases(alternative)]
        single = tuple(dict.fromkeys(stem for phrase in phrases if len(phrase) == 1 for stem in phrase[0]))
        return (*([(single,)] if single else []), *(phrase for phrase in phrases if len(phrase) > 1))

    def _phrases(self, text: str) -> Iterator[Phrase]:
        parts: list[Slot] = []
        for word in text.split("_"):
            if word.startswith("<"):
                name = word[1:].removesuffix(">")
                if name not in self.words:
                    raise ValueError(f"“{word}” is not defined")
                parts.append(self._slot("|".join(self.words[name])))
            else:
                parts.append(((_alone(word),),))
        for combination in product(*parts):
            yield tuple(words for phrase in combination for words in phrase)


def _width(pattern: Pattern) -> int:
    """The words that the pattern's longest phrase needs, with the shortest ones in the other slots."""
    shortest = sum(min(map(len, slot)) for slot in pattern)
    return max(shortest - min(map(len, slot)) + max(map(len, slot)) for slot in pattern)
