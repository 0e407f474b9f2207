"""The base of all content models: frozen, and an unknown field is an error, so a typo stops the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from locales import LOCALES

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ScaleKey = Literal["EE", "DP", "RA"]
Level = Literal["low", "medium", "high"]
CauseKey = Literal[
    "load", "rest", "control", "goals", "recognition", "fairness", "help", "conflict", "values", "nothing", "outside"
]
Grade = Literal["A", "B", "C", "G"]

OTHER_LOCALES = LOCALES[2:]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")
"""Levels from the lightest on: the place in the tuple is the rank."""


class Model(BaseModel):
    """Frozen; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Words(Model):
    """A text in every language; `others` are those beside Russian and English."""

    ru: Text
    en: Text
    others: Mapping[str, Text] = {}

    @model_validator(mode="before")
    @classmethod
    def _other_languages(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        others = {locale: given[locale] for locale in OTHER_LOCALES if locale in given}
        return {name: value for name, value in given.items() if name not in others} | {"others": others}

    @model_validator(mode="after")
    def _every_language(self) -> Self:
        if missing := set(OTHER_LOCALES) - set(self.others):
            raise ValueError(f"{self.en!r} has no text in {', '.join(sorted(missing))}")
        return self

    @property
    def texts(self) -> Mapping[str, str]:
        """The text by language."""
        return {"ru": self.ru, "en": self.en, **self.others}

    def in_(self, locale: str) -> str:
        """The text in this language. Raise KeyError for a language that the content doesn't have."""
        return self.texts[locale]

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
