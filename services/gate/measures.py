"""What is averaged over people, as SQL: the weekly pulse, the check-in and the pulse of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from content import Content, Questionnaire
from content.base import LEVELS, ScaleKey
from models import Assessment, Membership, Metric, Readership
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK, Kind
from services.kit.calendar import WEEK, Period
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
    """What a kind of publication is made from: the rows of a table, and the figures in them.

    `means` are averaged; `counts` are 1 for the people who are counted under a name and 0 for others, and get noise.
    """

    kind: Kind
    table: type[Metric | Assessment]
    means: tuple[Figure, ...]
    counts: Mapping[str, SQLColumnExpression[Any]]

    def feeds(self, period: Period) -> ColumnElement[bool]:
        """Return which rows feed the publication about `period`: each has every figure or none."""
        if self.kind == CHECKIN_PERIOD:
            return and_(Assessment.period == period.start, Assessment.quality == "ok")
        last = period.end - WEEK
        is_complete = [figure.value.is_not(None) for figure in self.means]
        return and_(
            Metric.source == points.PULSE, Metric.date.between(period.start.isoformat(), last.isoformat()), *is_complete
        )

    def answers(self, people: FromClause, period: Period) -> Subquery:
        """Return one row for everyone of `people` who answered: `user_id`, and every figure by name.

        There may be rows of others as well.
        """
        columns = {figure.name: figure.value for figure in self.means} | dict(self.counts)
        named: list[SQLColumnExpression[Any]] = [value.label(name) for name, value in columns.items()]
        return select(self.table.user_id, *named).where(self.feeds(period)).subquery("answers")

    def sums(self, answers: Subquery) -> Mapping[str, SQLColumnExpression[Any]]:
        """Return what is added up over `answers`, by name; `x²` is the square of the mean x."""
        squares = {f"{figure.name}²": answers.c[figure.name] * answers.c[figure.name] for figure in self.means}
        columns = {name: answers.c[name] for name in (*(figure.name for figure in self.means), *self.counts)}
        return {name: func.sum(value) for name, value in (columns | squares).items()}

    def apart(self, answers: Subquery) -> tuple[ColumnElement[Any], ...]:
        """Return by what people of one department are counted apart."""
        return ()


@dataclass(frozen=True)
class PooledSource(FigureSource):
    """The pulse of a period: of everyone who answered, their own mean over the weeks with an answer.

    Left out is what was answered before the consent that holds now, and people who changed places or began to read
    figures in between: so that whatever is in here was in its week as well.
    """

    def answers(self, people: FromClause, period: Period) -> Subquery:
        """Return one row for everyone who answered in at least one week: `user_id`, own means, `weeks`.

        `weeks` are the bits of a number, one for each week with an answer; that of the first is 1.
        """
        bits = {(period.start + number * WEEK).isoformat(): 1 << number for number in range(period.weeks)}
        columns = [
            *(func.avg(figure.value).label(figure.name) for figure in self.means),
            func.sum(case(bits, value=Metric.date, else_=0)).label("weeks"),
        ]
        return self.given(people, period, Metric.user_id, *columns).group_by(Metric.user_id).subquery("answers")

    def apart(self, answers: Subquery) -> tuple[ColumnElement[Any], ...]:
        """Return the weeks with an answer: which rests of weeks a person is in rests on them."""
        return (answers.c.weeks,)

    def given(self, people: FromClause, period: Period, *columns: SQLColumnExpression[Any]) -> Select[Any]:
        """Return columns of the answers that count."""
        given = and_(people.c.user_id == Metric.user_id, Metric.created_at >= people.c.consent_at)
        changed = [
            exists().where(table.user_id == Metric.user_id, table.since > period.start, table.since < period.end)
            for table in (Membership, Readership)
        ]
        return select(*columns).join(people, given).where(self.feeds(period), *(~inside for inside in changed))


def pulse_source(content: Content) -> FigureSource:
    """Return the weekly pulse, brought from the stored 0–100 back to the answers' 0–10."""
    return FigureSource(PULSE_WEEK, Metric, _pulse(content), {})


def pooled_source(content: Content) -> PooledSource:
    """Return the pulse of a period."""
    return PooledSource(PULSE_PERIOD, Metric, _pulse(content), {})


def checkin_source(content: Content) -> FigureSource:
    """Return the check-in: mean item scores of the scales (0–6), total (0–120), people by level and by named cause."""
    questionnaire, steps = content.questionnaire, content.hr_actions.thresholds.steps
    top, whole = questionnaire.top, sum(scale.max for scale in questionnaire.scales.values())
    scales = [Figure(name, _scale_mean(questionnaire, name), top, steps.item_mean) for name in questionnaire.scales]
    return FigureSource(
        CHECKIN_PERIOD,
        Assessment,
        (*scales, Figure("total", Assessment.score, whole, steps.total)),
        {
            **{level_column(level): case((Assessment.burnout_level == level, 1), else_=0) for level in LEVELS},
            **{cause_column(cause.id): _names(cause.id) for cause in content.causes.counted},
        },
    )


def level_column(level: str) -> str:
    """Return under which name the people of a level are counted."""
    return f"level {level}"


def cause_column(cause: str) -> str:
    """Return under which name the people who named a cause are counted."""
    return f"cause {cause}"


def _names(cause: str) -> SQLColumnExpression[Any]:
    return case((or_(Assessment.cause == cause, Assessment.second_cause == cause), 1), else_=0)


def _pulse(content: Content) -> tuple[Figure, ...]:
    pulse, step = content.pulse, content.hr_actions.thresholds.steps.pulse
    return tuple(
        Figure(item.metric, getattr(Metric, item.metric) / float(pulse.answer.factor), pulse.answer.max, step)
        for item in pulse.items
    )


def _scale_mean(questionnaire: Questionnaire, name: ScaleKey) -> SQLColumnExpression[Any]:
    scale = questionnaire.scales[name]
    column: SQLColumnExpression[Any] = getattr(Assessment, scale.column)
    return column / float(scale.items)
