"""What may be refused, as classes. `key` names the sentence in the catalogs that the person sees, `values` fills it."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 (a refusal is a normal answer, not an error of the program)
    """Something that was asked for is not done, for a reason that the person may know."""

    key: str
    values: Mapping[str, object] = {}


class NotYours(Refusal):
    """The object does not exist, or belongs to somebody else: both look the same from outside."""

    key = "error.not_yours"


class InviteDead(Refusal):
    """The invite is unknown, expired or used up: one text for all, so that tokens cannot be probed."""

    key = "join.link_dead"


class InviteMissing(Refusal):
    """Somebody came without an invite."""

    key = "join.without_invite"


class PlanEmpty(Refusal):
    """A plan without a word."""

    key = "recommendations.plan_empty"


class PlanTooLong(Refusal):
    """A plan that does not fit on the card."""

    key = "recommendations.plan_too_long"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}
