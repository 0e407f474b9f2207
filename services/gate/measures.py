"""What is averaged over people, as SQL: the weekly pulse and the check-in, each with which rows feed a publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func

from content import Content, Questionnaire
from content.base import LEVELS, ScaleKey
from content.questionnaire import Item
from models import Assessment, Metric
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Kind
from services.kit.calendar import Period
from services.wellbeing import points


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is averaged: an SQL expression from 0 to `top`, published in multiples of `step`."""

    name: str
    value: SQLColumnExpression[Any]
    top: float
    step: float


@dataclass(frozen=True)
class FigureSource:
    """What a kind of publication is made from: a table with a `user_id`, and its figures.

    `means` are averaged with an interval, `items` without; `levels` are 1 for people of that level and 0 for others.
    """

    kind: Kind
    table: type[Metric | Assessment]
    means: tuple[Figure, ...]
    items: tuple[Figure, ...]
    levels: Mapping[str, SQLColumnExpression[Any]]

    def feeds(self, period: Period) -> ColumnElement[bool]:
        """Which rows feed the publication about `period`: each row feeds one, and has every figure or none."""
        if self.kind == PULSE_WEEK:
            is_complete = [figure.value.is_not(None) for figure in self.means]
            return and_(Metric.source == points.PULSE, Metric.date == period.start.isoformat(), *is_complete)
        return and_(Assessment.period == period.start, Assessment.quality == "ok")

    @cached_property
    def columns(self) -> dict[str, SQLColumnExpression[Any]]:
        """Everything that is added up, by name; `x²` is the square of x."""
        figures = {figure.name: figure.value for figure in (*self.means, *self.items)}
        return figures | {f"{figure.name}²": figure.value * figure.value for figure in self.means} | dict(self.levels)


def pulse_source(content: Content) -> FigureSource:
    """The weekly pulse, brought from the stored 0–100 back to the answers' 0–10."""
    pulse, step = content.pulse, content.hr_actions.thresholds.steps.pulse
    figures = tuple(
        Figure(item.metric, getattr(Metric, item.metric) / float(pulse.answer.factor), pulse.answer.max, step)
        for item in pulse.items
    )
    return FigureSource(PULSE_WEEK, Metric, figures, (), {})


def checkin_source(content: Content) -> FigureSource:
    """The check-in: mean item scores of the scales and of the items that a rule for HR names (0–6), total (0–120)."""
    questionnaire, steps = content.questionnaire, content.hr_actions.thresholds.steps
    named = {name for rule in content.hr_actions.rules for name in rule.when.names}
    top, whole = questionnaire.top, sum(scale.max for scale in questionnaire.scales.values())
    scales = [Figure(name, _scale_mean(questionnaire, name), top, steps.item_mean) for name in questionnaire.scales]
    items = [
        Figure(f"q{item.key}", _item_score(questionnaire, item), top, steps.item_mean)
        for item in questionnaire.items
        if f"q{item.key}" in named
    ]
    return FigureSource(
        CHECKIN_PERIOD,
        Assessment,
        (*scales, Figure("total", Assessment.score, whole, steps.total)),
        tuple(items),
        {level_column(level): case((Assessment.burnout_level == level, 1), else_=0) for level in LEVELS},
    )


def level_column(level: str) -> str:
    """Under which name the people of a level are counted."""
    return f"level {level}"


def _scale_mean(questionnaire: Questionnaire, name: ScaleKey) -> SQLColumnExpression[Any]:
    scale = questionnaire.scales[name]
    column: SQLColumnExpression[Any] = getattr(Assessment, scale.column)
    return column / float(scale.items)


def _item_score(questionnaire: Questionnaire, item: Item) -> SQLColumnExpression[Any]:
    """A skipped item counts as the mean of its scale, as it does in scoring: every figure is over the same people."""
    raw = Assessment.answers[item.key].as_float()
    return func.coalesce(questionnaire.top - raw if item.reverse else raw, _scale_mean(questionnaire, item.scale))
