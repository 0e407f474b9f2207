"""What weighed most: named after a check-in, up to two, until its period closes."""

from __future__ import annotations

from content import Cause, Causes
from models import Assessment
from services.kit.calendar import Period


def named(content: Causes, row: Assessment) -> tuple[Cause, ...]:
    """Return the causes of a check-in in the order in which they were named; one that the content lost is left out."""
    return tuple(cause for id_ in (row.cause, row.second_cause) if id_ and (cause := content.get(id_)))


def may_name(row: Assessment, open_period: Period) -> bool:
    """Return whether causes may still be named: not after *Show my result*, and not once the period was published."""
    return row.causes_open and row.period == open_period.start


def name(content: Causes, row: Assessment, cause: Cause, *, is_on: bool) -> bool:
    """Name a cause, or take it back. Return False where it would be one too many: then nothing changes."""
    kept = [one for one in named(content, row) if is_on or one != cause]
    if is_on and cause not in kept:
        kept = [one for one in kept if not (one.stands_alone or cause.stands_alone)]
        if len(kept) == content.limit:
            return False
        kept.append(cause)
    row.cause, row.second_cause = [*(one.id for one in kept), None, None][: content.limit]
    return True
