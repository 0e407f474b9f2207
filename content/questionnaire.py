"""The shape of `questionnaire.yaml`: items, scales, cut-offs and quality rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, PositiveInt, model_validator

from content.base import Level, Model, ScaleKey, Text, Words, check_unique
from content.rules_vocabulary import _PROFILES, ProfileRule, QualityRule


class Option(Words):
    """One answer, 0 to 6."""

    value: int


class Scale(Words):
    """A scale: its short name, the column that keeps it, and how many of its items must be answered."""

    column: Text
    items: PositiveInt
    max: PositiveInt
    min_answered: PositiveInt


class Item(Words):
    """A statement that is answered. `key` is its key in the stored answers, `echo` how a result says it back."""

    key: Text
    scale: ScaleKey
    reverse: bool
    echo: Words | None = None

    @model_validator(mode="after")
    def _says_what_was_hard(self) -> Item:
        if self.reverse and self.echo is None:
            raise ValueError("echo: is missing (a reversed statement can't be said back as it is)")
        return self


class Cuts(Model):
    """The smallest values that count as medium and as high."""

    medium: float
    high: float


class ResultProfile(Model):
    """A name for a pattern of scale levels (L, M, H)."""

    id: Text
    when: ProfileRule


class Scoring(Model):
    """Cuts and profiles. `cut_means` is the rule; the other cuts are the same in sums, for readers and for SQL.

    `frequency_means`: the item means at which the second to fifth result word begins.
    """

    cut_means: Cuts
    frequency_means: tuple[float, float, float, float]
    echo_from: PositiveInt
    total_cuts: Cuts
    scale_cuts: Mapping[ScaleKey, Cuts]
    profiles: tuple[ResultProfile, ...]


class Reliability(Model):
    """How much a figure scatters, and the difference between two of them that is more than chance (95 %)."""

    sd: float
    reliability: float = Field(gt=0, lt=1)
    threshold: PositiveInt

    @model_validator(mode="after")
    def _more_than_chance(self) -> Reliability:
        chance = 1.96 * self.sd * math.sqrt(2 * (1 - self.reliability))
        if self.threshold < chance:
            raise ValueError(f"threshold must be at least {chance:.1f}")
        return self


class ReliableChange(Model):
    """Thresholds of change, in points of the scale or of the total."""

    EE: Reliability
    DP: Reliability
    RA: Reliability
    total: Reliability
    mean_of_three: PositiveInt
    best_of_year: PositiveInt


class Contradiction(Model):
    """Two items that can't both be true so often."""

    pair: tuple[str, str]
    both_at_least: int


class QualityRules(Model):
    """When answers are taken for careless."""

    fast_hard_seconds_per_item: float = Field(gt=0)
    fast_soft_seconds_per_item: float = Field(gt=0)
    longstring_presented: PositiveInt
    middle: int
    contradiction: Contradiction
    suspect_when: QualityRule


class Expected(Model):
    """The figures that an example must give."""

    EE: float
    DP: float
    RA: float
    score: float
    burnout_level: Level
    profile: Text
    quality: Literal["ok", "suspect"]


class Example(Model):
    """A row of answers with its figures: for the tests, and for the playground's "Answer for me"."""

    name: Text
    answers: Mapping[str, int]
    expect: Expected


class Questionnaire(Model):
    """One version of the check-in."""

    id: Text
    version: PositiveInt
    few_working_days: Words
    stem: Words
    hint: Words
    response_scale: tuple[Option, ...]
    scales: Mapping[ScaleKey, Scale]
    items: tuple[Item, ...]
    order: tuple[str, ...]
    scoring: Scoring
    reliable_change: ReliableChange
    quality: QualityRules
    examples: tuple[Example, ...]

    def item(self, key: str) -> Item:
        """The item with this key. Raises KeyError."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    @property
    def top(self) -> int:
        """The highest answer of the response scale."""
        return self.response_scale[-1].value

    @model_validator(mode="after")
    def _items_and_scales(self) -> Questionnaire:
        keys = check_unique("items", (item.key for item in self.items))
        if sorted(self.order) != sorted(keys):
            raise ValueError("order: must name every item once")
        if [option.value for option in self.response_scale] != list(range(len(self.response_scale))):
            raise ValueError("response_scale: values must count up from 0")
        if set(self.scales) != {"EE", "DP", "RA"}:
            raise ValueError("scales: must be EE, DP and RA")
        for name, scale in self.scales.items():
            count = sum(item.scale == name for item in self.items)
            if scale.items != count:
                raise ValueError(f"scales.{name}.items: is {scale.items}, but {count} items name this scale")
            if scale.max != count * self.top:
                raise ValueError(f"scales.{name}.max: must be {count * self.top}")
            if scale.min_answered > count:
                raise ValueError(f"scales.{name}.min_answered: must not be above {count}")
        return self

    @model_validator(mode="after")
    def _cuts_and_profiles(self) -> Questionnaire:
        scoring = self.scoring
        _check_cuts("total_cuts", scoring.total_cuts, scoring.cut_means, len(self.items))
        for name, scale in self.scales.items():
            if name not in scoring.scale_cuts:
                raise ValueError(f"scoring.scale_cuts.{name}: is missing")
            _check_cuts(f"scale_cuts.{name}", scoring.scale_cuts[name], scoring.cut_means, scale.items)
        ids = check_unique("scoring.profiles", (profile.id for profile in scoring.profiles))
        if set(ids) - _PROFILES:
            raise ValueError(f"scoring.profiles: unknown profile {sorted(set(ids) - _PROFILES)[0]}")
        if scoring.profiles[-1].when.text != "otherwise":
            raise ValueError("scoring.profiles: the last one must be “otherwise”")
        return self

    @model_validator(mode="after")
    def _references(self) -> Questionnaire:
        keys = {item.key for item in self.items}
        if not set(self.quality.contradiction.pair) <= keys:
            raise ValueError("quality.contradiction.pair: must name two items")
        for example in self.examples:
            if not set(example.answers) <= keys:
                raise ValueError(f"examples: “{example.name}” answers an item that doesn't exist")
        return self


def _check_cuts(field: str, cuts: Cuts, means: Cuts, items: int) -> None:
    for level in ("medium", "high"):
        expected = math.ceil(getattr(means, level) * items)
        if getattr(cuts, level) != expected:
            raise ValueError(f"scoring.{field}.{level}: must be {expected}, the smallest sum that reaches the mean")
