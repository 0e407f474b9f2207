"""The shape of `recommendations.yaml`: steps, their evidence, and how they are selected."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, PositiveInt, model_validator

from content.base import LEVELS, CauseKey, Grade, Level, Model, ScaleKey, Text, Words, check_known, check_unique
from content.rules_vocabulary import PersonRule


class ShortBonus(Model):
    """What a step that takes little time gains."""

    minutes: PositiveInt
    bonus: float


class ScoreWeights(Model):
    """What is added to the mean of a recommendation's scales; `cause`: where it is meant for something named."""

    priority: Mapping[Level, float]
    grade: Mapping[Grade, float]
    short: ShortBonus
    cause: float


class MustInclude(Model):
    """When the rule holds, the best-scored of these is offered."""

    when: PersonRule
    best_of: tuple[str, ...] = Field(min_length=1)


class SelectionRules(Model):
    """How recommendations are chosen; services/wellbeing/selection.py follows it."""

    count: Mapping[Level, PositiveInt]
    max_open: PositiveInt
    max_per_category: PositiveInt
    rest_days: PositiveInt
    score: ScoreWeights
    must_include: tuple[MustInclude, ...]
    covers_no_scale: tuple[str, ...]
    without_result: Mapping[ScaleKey, str]


class Nudges(Model):
    """Days after the start of a step on which the bot asks how it goes."""

    days_after_start: tuple[PositiveInt, ...]
    after_high_result: tuple[PositiveInt, ...]
    review_day: PositiveInt


class RecommendationEvidence(Model):
    """How well a recommendation is studied."""

    grade: Grade
    note: Words
    source: Text | None


class RecommendationText(Model):
    """One thing to do."""

    id: Text
    category: Text
    dimensions: tuple[ScaleKey, ...] = Field(min_length=1)
    min_level: Level
    priority: Level
    minutes: PositiveInt
    context: tuple[str, ...] = ()
    causes: tuple[CauseKey, ...] = ()
    only_when: PersonRule | None = None
    duration: Words
    title: Words
    text: Words
    plan: Words
    evidence: RecommendationEvidence


class RecommendationCatalogue(Model):
    """The catalogue and the rules of choosing from it."""

    version: PositiveInt
    categories: Mapping[str, Words]
    evidence_words: Mapping[Grade, Words]
    kinds_of_work: Mapping[str, Words]
    selection: SelectionRules
    nudges: Nudges
    items: tuple[RecommendationText, ...]

    def get(self, id_: str) -> RecommendationText | None:
        """The recommendation with this id, or None when this version of the content no longer has it."""
        return next((item for item in self.items if item.id == id_), None)

    @model_validator(mode="after")
    def _references(self) -> RecommendationCatalogue:
        ids = check_unique("items", (item.id for item in self.items))
        for item in self.items:
            check_known(f"items.{item.id}.category", [item.category], self.categories)
            check_known(f"items.{item.id}.context", item.context, self.kinds_of_work)
            check_known(f"items.{item.id}.evidence.grade", [item.evidence.grade], self.evidence_words)
        for must in self.selection.must_include:
            check_known("selection.must_include.best_of", must.best_of, ids)
        check_known("selection.without_result", self.selection.without_result.values(), ids)
        check_known("selection.covers_no_scale", self.selection.covers_no_scale, self.categories)
        check_known("selection.count", LEVELS, self.selection.count)
        check_known("selection.score.priority", LEVELS, self.selection.score.priority)
        check_known("selection.score.grade", self.evidence_words, self.selection.score.grade)
        return self
