"""Refusals of a step's plan."""

from __future__ import annotations

from services.kit.errors import Refusal


class PlanEmpty(Refusal):
    """A plan without a word."""

    key = "recommendations.plan_empty"


class PlanTooLong(Refusal):
    """A plan that does not fit on the card."""

    key = "recommendations.plan_too_long"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}
