"""The shapes of `consent.yaml`, `words.yaml` and `typed.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from content.base import Model, Text, Words, check_unique


class Consent(Words):
    """The consent text; placeholders {min_n}, {org}, {answers_kept}, {leavers_kept}, {backups_kept}.

    `changes`: what is new since the version before.
    """

    version: PositiveInt
    changes: Words | None = None

    @model_validator(mode="after")
    def _says_what_changed(self) -> Consent:
        if self.version > 1 and self.changes is None:
            raise ValueError("changes: a new version has to say what changed")
        return self


class Phrase(Words):
    """A sentence, and the button that chooses it."""

    label: Words


class Tone(Model):
    """How the message begins and ends."""

    label: Words
    opening: Words
    closing: Words


class WordsToSay(Model):
    """The sentences of a message to one's manager; every one of them goes with every other."""

    version: PositiveInt
    what: tuple[Phrase, ...]
    since: tuple[Phrase, ...]
    wish: tuple[Phrase, ...]
    tone: tuple[Tone, ...]

    @model_validator(mode="after")
    def _since_has_a_place(self) -> WordsToSay:
        if not all("{since}" in text for phrase in self.what for text in phrase.texts.values()):
            raise ValueError("what: every sentence has a place for {since}")
        return self


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is not a time zone") from None
    return name


Zone = Annotated[Text, AfterValidator(_zone)]


class Frequency(Model):
    """What people type for one option of the check-in, or for several, of which they are asked."""

    values: tuple[int, ...] = Field(min_length=1)
    words: tuple[Text, ...] = Field(min_length=1)


class AroundNumber(Model):
    """What people write before or after a number."""

    before: tuple[Text, ...]
    after: tuple[Text, ...]


class RosterWords(Model):
    """The words by which a list of people is read."""

    columns: Mapping[Literal["name", "surname", "given", "patronymic", "department"], tuple[Text, ...]]
    beside: tuple[Text, ...]
    totals: tuple[Text, ...]
    units: tuple[Text, ...]


TypedCommand = Literal[
    "menu", "start", "help", "help_now", "pause", "privacy", "delete",
    "pulse", "recommendations", "dashboard", "history", "settings", "language", "profile",
]  # fmt: skip


class Typed(Model):
    """Words for days, commands and columns, zones to choose from, cities that the time zone database does not know."""

    version: PositiveInt
    days: Mapping[int, tuple[Text, ...]]
    later: Mapping[int, tuple[Text, ...]]
    before_a_day: tuple[Text, ...]
    weekdays: Mapping[int, tuple[Text, ...]]
    before_hours: tuple[Text, ...]
    commands: Mapping[TypedCommand, tuple[Text, ...]]
    movements: Mapping[Literal["skip", "back", "later"], tuple[Text, ...]]
    fillers: tuple[Text, ...]
    frequencies: tuple[Frequency, ...]
    numbers: Mapping[int, tuple[Text, ...]]
    places: Mapping[int, tuple[Text, ...]]
    around_a_number: AroundNumber
    out_of: tuple[Text, ...]
    thanks: tuple[Text, ...]
    roster: RosterWords
    zones: tuple[Zone, ...]
    cities: Mapping[Zone, tuple[Text, ...]]

    @model_validator(mode="after")
    def _each_word_once(self) -> Typed:
        check_unique("frequencies", (words for frequency in self.frequencies for words in frequency.words))
        for name, numbers in (("numbers", self.numbers), ("places", self.places)):
            check_unique(name, (word for words in numbers.values() for word in words))
        return self
