"""From answers to figures: scales, total, level, profile, quality and change. Pure functions over one questionnaire.

The rule of each function, with its figures, is data: content/questionnaire.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from statistics import median
from typing import Literal

from content import Questionnaire
from content.base import Level, ScaleKey
from content.questionnaire import Cuts, Item, Reliability
from content.rules import Value

Quality = Literal["ok", "suspect"]
Verdict = Literal["same", "none", "better", "worse"]
Frequency = Literal["hardly", "rarely", "quarter", "half", "daily"]

FREQUENCIES: tuple[Frequency, ...] = ("hardly", "rarely", "quarter", "half", "daily")
"""How often something was hard, from the lightest on, in the words of the answer scale."""

LETTERS: Mapping[Level, str] = {"low": "L", "medium": "M", "high": "H"}
"""Levels as the rules of the content write them for a scale: EE=H."""


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one check-in, each None when too few items were answered.

    `scales`: sums by scale, one decimal (EE 0–54, DP 0–30, RA 0–36); `total` 0–120; `level` of the total;
    `scale_levels` by scale; `profile`: an id of the questionnaire's profiles.
    """

    scales: Mapping[ScaleKey, float | None]
    total: float | None
    level: Level | None
    scale_levels: Mapping[ScaleKey, Level | None]
    profile: str | None


@dataclass(frozen=True, slots=True)
class Shift:
    """One figure then and now. `delta` = later − earlier in points, one decimal; a lower figure is the better one."""

    verdict: Verdict
    delta: float


@dataclass(frozen=True, slots=True)
class Creep:
    """A total that has risen little by little: `since` is the place of the earlier result it is compared with.

    `since` counts back from the check-in before this one, which is 1.
    """

    since: int
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change since the check-in before, for the total and by scale; `creep` where it only shows over time."""

    total: Shift
    scales: Mapping[ScaleKey, Shift]
    creep: Creep | None = None

    @property
    def is_worse(self) -> bool:
        """Whether it got harder, at once or little by little."""
        return self.total.verdict == "worse" or self.creep is not None


def score(questionnaire: Questionnaire, answers: Mapping[str, int]) -> Result:
    """Return the figures of raw answers, 0–6 by item key; a skipped item is simply not there.

    Item score: raw, or 6 − raw for a reversed item. Scale: mean of the answered item scores × number of items, which
    equals the plain sum when nothing was skipped; None below `min_answered`. Total: the sum of the three scales as
    they are shown. Levels: mean item score ≥ 2.5 is medium, ≥ 3.5 is high, on each scale and on the total (total 50
    and 70; Kalimo's cut of 3.5, and half-way between "2–3 times" and "about once a week").
    Raise ValueError for an unknown key or an answer that is no whole number from 0 to 6.
    """
    items = item_scores(questionnaire, answers)
    means = {name: _mean(questionnaire, name, items) for name in questionnaire.scales}
    cuts = questionnaire.scoring.cut_means
    scales = {name: _points(questionnaire, name, mean) for name, mean in means.items()}
    scale_levels = {name: None if mean is None else _level(mean, cuts) for name, mean in means.items()}
    known = [value for value in scales.values() if value is not None]
    if len(known) < len(scales):
        return Result(scales, None, None, scale_levels, None)
    total = _one_decimal(sum(map(_exact, known), Fraction(0)))
    level = _level(_exact(total), questionnaire.scoring.total_cuts)
    return Result(scales, total, level, scale_levels, _profile(questionnaire, scale_levels))


def item_scores(questionnaire: Questionnaire, answers: Mapping[str, int]) -> dict[str, int]:
    """Return the score of each answered item, reversed where the item is. Raise ValueError as `score` does."""
    items = {item.key: item for item in questionnaire.items}
    for key, raw in answers.items():
        if key not in items:
            raise ValueError("an answer has the key of no item")
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= questionnaire.top:
            raise ValueError(f"the answer to item {key} is no whole number from 0 to {questionnaire.top}")
    return {key: questionnaire.top - raw if items[key].reverse else raw for key, raw in answers.items()}


def quality(questionnaire: Questionnaire, answers: Mapping[str, int], seconds: Sequence[float]) -> Quality:
    """Return whether the answers look careless.

    `seconds`: the time for each answered item, in the order presented. Speed is their median, so neither a pause in
    the middle nor a night's break hides a careless run; without times, nothing is said about speed. A straight line
    is a run of identical raw answers in the order presented, skipped items left out; honest low answers don't make
    one, because reversed items stand between. The middle of the scale is its own reverse, so a run of it counts only
    with haste. A contradiction is agreeing often with two items that exclude each other.
    """
    rules = questionnaire.quality
    speed = median(seconds) if seconds else None
    shown = [answers[key] for key in questionnaire.order if key in answers]
    runs = [(value, sum(1 for _ in run)) for value, run in groupby(shown)]
    long = {value for value, length in runs if length >= rules.longstring_presented}
    pair = [answers.get(key, 0) for key in rules.contradiction.pair]
    signs = {
        "fast_hard": speed is not None and speed <= rules.fast_hard_seconds_per_item,
        "fast_soft": speed is not None and speed < rules.fast_soft_seconds_per_item,
        "longstring": bool(long - {rules.middle}),
        "longstring_middle": rules.middle in long,
        "contradiction": min(pair) >= rules.contradiction.both_at_least,
    }
    return "suspect" if rules.suspect_when.holds(signs) else "ok"


def frequency(questionnaire: Questionnaire, mean: float) -> Frequency:
    """Return how often something was hard, from a mean item score of 0 to 6."""
    return FREQUENCIES[sum(mean >= cut for cut in questionnaire.scoring.frequency_means)]


def strongest(questionnaire: Questionnaire, answers: Mapping[str, int], most: int = 2) -> tuple[Item, ...]:
    """Return the items that were hard most often, at least about a quarter of the time; ties go by the order asked."""
    items = item_scores(questionnaire, answers)
    hard = [key for key in questionnaire.order if items.get(key, 0) >= questionnaire.scoring.echo_from]
    return tuple(questionnaire.item(key) for key in sorted(hard, key=lambda key: -items[key])[:most])


def change(questionnaire: Questionnaire, earlier: Sequence[Result], later: Result) -> ScoreChange | None:
    """Return the change from earlier results of quality "ok" to a later one; None when the newest or later total is
    unknown.

    `earlier`: of the last twelve months, newest first, and at least the one before. A difference to the one before
    counts from the reliable change on, 1.96 × SD × √(2 × (1 − reliability)) (Jacobson & Truax 1991) widened for many
    looks a year. Below it the verdict is "none", and "same" when the figures are equal. A creep is a total far above
    the mean of the last three or the best of the year, while it didn't get better since the last one.
    """
    newest = earlier[0]
    if newest.total is None or later.total is None:
        return None
    thresholds = questionnaire.reliable_change
    total = _shift(newest.total, later.total, thresholds.total)
    return ScoreChange(
        total,
        {
            name: _shift(before, after, getattr(thresholds, name))
            for name in questionnaire.scales
            if (before := newest.scales[name]) is not None and (after := later.scales[name]) is not None
        },
        None if total.verdict in {"better", "worse"} else _creep(questionnaire, earlier, later.total),
    )


def _creep(questionnaire: Questionnaire, earlier: Sequence[Result], now: float) -> Creep | None:
    thresholds = questionnaire.reliable_change
    totals = {back: result.total for back, result in enumerate(earlier, start=1) if result.total is not None}
    if len(totals) < 2:
        return None
    best = min(totals, key=lambda back: (totals[back], back))
    recent = [totals[back] for back in sorted(totals)[:3]]
    is_above_mean = len(recent) == 3 and now - sum(recent) / 3 >= thresholds.mean_of_three
    is_above_best = now - totals[best] >= thresholds.best_of_year
    return Creep(best, totals[best], now) if is_above_mean or is_above_best else None


def _mean(questionnaire: Questionnaire, name: ScaleKey, items: Mapping[str, int]) -> Fraction | None:
    answered = [items[item.key] for item in questionnaire.items if item.scale == name and item.key in items]
    if len(answered) < questionnaire.scales[name].min_answered:
        return None
    return Fraction(sum(answered), len(answered))


def _points(questionnaire: Questionnaire, name: ScaleKey, mean: Fraction | None) -> float | None:
    return None if mean is None else _one_decimal(mean * questionnaire.scales[name].items)


def _level(value: Fraction, cuts: Cuts) -> Level:
    if value >= Fraction(cuts.high):
        return "high"
    return "medium" if value >= Fraction(cuts.medium) else "low"


def _profile(questionnaire: Questionnaire, levels: Mapping[ScaleKey, Level | None]) -> str:
    letters: dict[str, Value] = {name: level and LETTERS[level] for name, level in levels.items()}
    return next(profile.id for profile in questionnaire.scoring.profiles if profile.when.holds(letters))


def _shift(earlier: float, later: float, reliability: Reliability) -> Shift:
    delta = _one_decimal(_exact(later) - _exact(earlier))
    if delta == 0:
        return Shift("same", delta)
    if abs(delta) < reliability.threshold:
        return Shift("none", delta)
    return Shift("better" if delta < 0 else "worse", delta)


def _exact(shown: float) -> Fraction:
    """Return a figure with one decimal as what it says, 0.1 and not the nearest binary fraction."""
    return Fraction(str(shown))


def _one_decimal(value: Fraction) -> float:
    """Rounded half up, as a person would: 2.25 is 2.3."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
