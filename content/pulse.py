"""The shape of `pulse.yaml`: the three weekly questions and what follows from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, PositiveInt, model_validator

from content.base import Model, ScaleKey, Text, Words, check_unique
from content.rules_vocabulary import PulseRule


class PulseScale(Model):
    """The buttons of a pulse question; the stored metric is answer × factor."""

    min: int
    max: int
    factor: PositiveInt
    buttons_per_row: PositiveInt


class PulseItem(Words):
    """One question of the pulse and the metric that it feeds."""

    metric: Literal["burnout", "stress", "productivity"]
    label: Words
    low: Words
    high: Words


class BurnoutPoint(Model):
    """How a finished check-in becomes a point of the burnout line: score / max_score × 100."""

    metric: Literal["burnout"]
    max_score: PositiveInt
    source: Text
    example: Mapping[str, float]


class PulseDisplay(Model):
    """The own line: the mean of the latest weeks, when enough of them were answered."""

    weeks_of_line: PositiveInt
    min_weeks: PositiveInt


class PulseTrend(Model):
    """When the latest weeks are called different from those before."""

    weeks: PositiveInt
    min_weeks_each: PositiveInt
    threshold: PositiveInt


class PulseOffer(Model):
    """What a pulse may lead to."""

    when: PulseRule
    action: Literal["offer_recommendation", "offer_checkin"]
    dimension: ScaleKey | None = None


class PulseLine(Words):
    """What a week with these answers is told, and the buttons under it; a step is one for `dimension`."""

    id: Text
    when: PulseRule
    is_hard: bool = False
    buttons: tuple[Literal["talk", "step", "chart"], ...] = Field(min_length=1, max_length=2)
    dimension: ScaleKey | None = None

    @model_validator(mode="after")
    def _a_step_has_its_scale(self) -> PulseLine:
        if ("step" in self.buttons) != (self.dimension is not None):
            raise ValueError(f"lines.{self.id}.dimension: goes with the button “step”")
        return self


class Pulse(Model):
    """The three weekly questions."""

    id: Text
    version: PositiveInt
    answer: PulseScale
    intro: Words
    items: tuple[PulseItem, ...]
    on_questionnaire: BurnoutPoint
    display: PulseDisplay
    trend: PulseTrend
    offers: tuple[PulseOffer, ...]
    lines: tuple[PulseLine, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_item_per_metric(self) -> Pulse:
        check_unique("items", (item.metric for item in self.items))
        return self

    @model_validator(mode="after")
    def _there_is_a_line_for_every_week(self) -> Pulse:
        check_unique("lines", (line.id for line in self.lines))
        if self.lines[-1].when.text != "otherwise":
            raise ValueError("lines: the last one must be “otherwise”")
        return self
