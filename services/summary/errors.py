"""Refusals of the summary and its figures."""

from __future__ import annotations

from services.kit.errors import Refusal


class FiguresGone(Refusal):
    """Nothing was published about the week or the group that a button names."""

    key = "group.gone"


class NothingPublished(Refusal):
    """Not a single figure was published yet."""

    key = "file.nothing"


class StepGone(Refusal):
    """The step of a button is not in the summary, or in the content, any more."""

    key = "step.gone"


class StepGroupGone(Refusal):
    """None of the groups that a step was suggested for reports by itself any more."""

    key = "step.group_gone"


class StepDayOver(Refusal):
    """A step can't come back on a day that is over, or more than a year ahead."""

    key = "step.day_over"
