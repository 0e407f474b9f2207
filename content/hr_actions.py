"""The shape of `hr_actions.yaml`: what HR can do, and the rules that suggest it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, PositiveInt, model_validator

from content.base import Grade, Model, Text, Words, check_known, check_unique
from content.rules_vocabulary import GroupRule

Area = Literal["workload", "control", "reward", "community", "fairness", "values", "support", "process"]


class Steps(Model):
    """The grid on which a figure is published."""

    item_mean: float = Field(gt=0)
    total: float = Field(gt=0)
    pulse: float = Field(gt=0)
    share: float = Field(gt=0)


class Thresholds(Model):
    """From how many people what may be shown, and how coarsely."""

    min_group_floor: PositiveInt
    steps: Steps
    high_pulse: float = Field(gt=0)
    n_bands: tuple[PositiveInt, ...]


class ActionSelection(Model):
    """How many actions are shown at once, beside those that always are."""

    max_shown: PositiveInt
    max_shown_ordinary_week: PositiveInt
    always: tuple[str, ...]


class ActionEvidence(Model):
    """The grade of an action and the note behind it."""

    grade: Grade
    note: Words | None


class Horizon(Words):
    """By when something is done; `days` from now is the date that is proposed for a promise."""

    days: PositiveInt


class Action(Words):
    """What can be done about published figures: `when` is a rule over them.

    `told`: the same as a promise to the people concerned, who learn nothing from it of what the figures say.
    """

    id: Text
    priority: PositiveInt
    area: Area
    when: GroupRule
    stop: bool = False
    owner: Text
    horizon: Text
    told: Words
    evidence: ActionEvidence


class TeamTalk(Model):
    """Questions for a talk that needs no figures."""

    title: Words
    intro: Words
    questions: tuple[Words, ...]
    close: Words


class HrActions(Model):
    """What HR may see and do about it."""

    version: PositiveInt
    thresholds: Thresholds
    owners: Mapping[str, Words]
    horizons: Mapping[str, Horizon]
    selection: ActionSelection
    rules: tuple[Action, ...]
    five_questions: TeamTalk

    @model_validator(mode="after")
    def _references(self) -> HrActions:
        ids = check_unique("rules", (rule.id for rule in self.rules))
        for rule in self.rules:
            check_known(f"rules.{rule.id}.owner", [rule.owner], self.owners)
            check_known(f"rules.{rule.id}.horizon", [rule.horizon], self.horizons)
        check_known("selection.always", self.selection.always, ids)
        return self
