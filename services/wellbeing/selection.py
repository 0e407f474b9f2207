"""Which recommendations to offer after a check-in: the rule in the `selection` part of content/recommendations.yaml."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from content import Questionnaire, RecommendationCatalogue, RecommendationText
from content.base import LEVELS, Level, ScaleKey
from content.rules import Value
from services.wellbeing.scoring import LETTERS, Result, item_scores

Reason = Literal["must", "cause", "EE", "DP", "RA", "preventive"]


@dataclass(frozen=True, slots=True)
class RecommendationChoice:
    """A recommendation to offer, and why.

    "must" belongs to a high result; "cause" to what the person said weighed most; a scale is one that is medium or high
    and that it is meant for; "preventive" is offered though no scale asks for it.
    """

    item: RecommendationText
    reason: Reason


def choose(
    catalogue: RecommendationCatalogue,
    questionnaire: Questionnaire,
    result: Result,
    answers: Mapping[str, int],
    *,
    kind_of_work: str | None,
    open_ids: Collection[str],
    recent_ids: Collection[str],
    causes: Collection[str] = (),
    scale: ScaleKey | None = None,
) -> list[RecommendationChoice]:
    """Return what to offer now, most important first; nothing without a total.

    In this order: what must be there, one for each cause that has none yet (by name), one for each high scale that has
    none yet (the highest mean first), then the best scored. `open_ids` are offered or being tried and count against
    `max_open`, as one of their category and as cover of their causes and scales; `recent_ids` were completed or
    declined within `rest_days`. `causes`: what weighed most. `kind_of_work` is the department's, None when unknown.
    With `scale`, only what is meant for it. The same input gives the same list; ties go by id.
    """
    if result.level is None:
        return []
    chooser = _Chooser(catalogue, questionnaire, result, result.level, answers, open_ids, causes)
    chooser.eligible(kind_of_work, {*open_ids, *recent_ids}, scale)
    chooser.must_include()
    chooser.cover_causes()
    chooser.cover_high_scales()
    chooser.fill()
    return chooser.chosen


class _Chooser:
    """One choice in the making: the candidates, best first, and what was taken from them."""

    def __init__(
        self,
        catalogue: RecommendationCatalogue,
        questionnaire: Questionnaire,
        result: Result,
        level: Level,
        answers: Mapping[str, int],
        open_ids: Collection[str],
        causes: Collection[str],
    ) -> None:
        self.catalogue = catalogue
        self.causes = causes
        self.rules = catalogue.selection
        self.result = result
        self.means = {name: (value or 0.0) / questionnaire.scales[name].items for name, value in result.scales.items()}
        self.values: dict[str, Value] = {
            **{f"q{item.key}": None for item in questionnaire.items},
            **{f"q{key}": value for key, value in item_scores(questionnaire, answers).items()},
            **{name: level and LETTERS[level] for name, level in result.scale_levels.items()},
            "burnout_level": level,
            "profile": result.profile,
        }
        self.taken = [item for item in catalogue.items if item.id in open_ids]
        self.room = min(self.rules.count[level], self.rules.max_open - len(set(open_ids)))
        self.candidates: list[RecommendationText] = []
        self.chosen: list[RecommendationChoice] = []

    def eligible(self, kind_of_work: str | None, out: Collection[str], scale: ScaleKey | None) -> None:
        meant = [item for item in self.catalogue.items if scale is None or scale in item.dimensions]
        eligible = [item for item in meant if item.id not in out and self._suits(item, kind_of_work)]
        self.candidates = sorted(eligible, key=lambda item: (-self._score(item), item.id))

    def must_include(self) -> None:
        for must in self.rules.must_include:
            if must.when.holds(self.values) and not any(item.id in must.best_of for item in self.taken):
                self._take(next((item for item in self.candidates if item.id in must.best_of), None), "must")

    def cover_causes(self) -> None:
        for cause in sorted(self.causes):
            if not any(cause in item.causes for item in self.taken):
                self._take(next((item for item in self.candidates if cause in item.causes), None), "cause")

    def cover_high_scales(self) -> None:
        high = [name for name, level in self.result.scale_levels.items() if level == "high"]
        for name in sorted(high, key=lambda name: -self.means[name]):
            if not any(self._covers(item, name) for item in self.taken):
                free = (item for item in self.candidates if self._covers(item, name) and self._has_room(item))
                self._take(next(free, None), name)

    def fill(self) -> None:
        for item in list(self.candidates):
            if self._has_room(item):
                self._take(item, self._reason(item))

    def _suits(self, item: RecommendationText, kind_of_work: str | None) -> bool:
        levels = [self.result.level, *(self.result.scale_levels[name] for name in item.dimensions)]
        worst = max(LEVELS.index(level) for level in levels if level is not None)
        return (
            (LEVELS.index(item.min_level) <= worst or self._is_named(item))
            and (not item.context or kind_of_work in item.context)
            and (item.only_when is None or item.only_when.holds(self.values))
        )

    def _score(self, item: RecommendationText) -> float:
        weights = self.rules.score
        need = sum(self.means[name] for name in item.dimensions) / len(item.dimensions) / 6
        short = weights.short.bonus if item.minutes <= weights.short.minutes else 0.0
        # rounded, so that equal scores tie although their terms were added in binary fractions
        named = weights.cause if self._is_named(item) else 0.0
        return round(need + weights.priority[item.priority] + weights.grade[item.evidence.grade] + short + named, 9)

    def _is_named(self, item: RecommendationText) -> bool:
        """Return whether it is meant for something that the person named."""
        return any(cause in self.causes for cause in item.causes)

    def _covers(self, item: RecommendationText, scale: ScaleKey) -> bool:
        return scale in item.dimensions and item.category not in self.rules.covers_no_scale

    def _has_room(self, item: RecommendationText) -> bool:
        return sum(other.category == item.category for other in self.taken) < self.rules.max_per_category

    def _reason(self, item: RecommendationText) -> Reason:
        if self._is_named(item):
            return "cause"
        raised = [name for name in item.dimensions if self.result.scale_levels[name] in ("medium", "high")]
        if not raised:
            return "preventive"
        worst: ScaleKey = max(raised, key=lambda name: self.means[name])
        return worst

    def _take(self, item: RecommendationText | None, reason: Reason) -> None:
        if item is not None and len(self.chosen) < self.room:
            self.chosen.append(RecommendationChoice(item, reason))
            self.taken.append(item)
            self.candidates.remove(item)
