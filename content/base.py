"""The base of all content models: frozen, and an unknown field is an error, so a typo stops the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ScaleKey = Literal["EE", "DP", "RA"]
Level = Literal["low", "medium", "high"]
CauseKey = Literal[
    "load", "rest", "control", "goals", "recognition", "fairness", "help", "conflict", "values", "nothing", "outside"
]
Grade = Literal["A", "B", "C", "G"]

LEVELS: tuple[Level, ...] = ("low", "medium", "high")
"""Levels from the lightest on: the place in the tuple is the rank."""


class Model(BaseModel):
    """Frozen; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Words(Model):
    """A text in both languages."""

    ru: Text
    en: Text

    def in_(self, locale: str) -> str:
        """The text in this language. Raises KeyError for a language that the content doesn't have."""
        return {"ru": self.ru, "en": self.en}[locale]

    def __getitem__(self, locale: str) -> str:
        return self.in_(locale)


def check_unique(field: str, values: Iterable[str]) -> list[str]:
    """Return the values as a list. Raise ValueError when one of them occurs twice."""
    seen: list[str] = []
    for value in values:
        if value in seen:
            raise ValueError(f"{field}: “{value}” occurs twice")
        seen.append(value)
    return seen


def check_known(field: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError when a value is not among the known ones."""
    for value in values:
        if value not in set(known):
            raise ValueError(f"{field}: “{value}” is not defined")
