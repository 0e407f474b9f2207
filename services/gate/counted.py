"""The two side counts of the gate, as SQL over the people who count: steps ticked off, and promises noticed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Select, Subquery, and_, case, func, select

from models import Promise, Reaction, Recommendation

NEVER_COUNTED: Final = "professional"  # being offered a tip of this category tells the level


def ticked_off(people: Subquery, begin: datetime, end: datetime) -> Select[str, int, int]:
    """Count by category, of the people with a tip open between two moments, those who ticked one off."""
    is_done = and_(Recommendation.state == "done", Recommendation.closed_at < end)
    return (
        select(
            Recommendation.category.label("name"),
            func.count(case((is_done, Recommendation.user_id)).distinct()).label("part"),
            func.count(Recommendation.user_id.distinct()).label("whole"),
        )
        .join(people, people.c.user_id == Recommendation.user_id)
        .where(
            people.c.agreed,
            Recommendation.category != NEVER_COUNTED,
            Recommendation.created_at < end,
            Recommendation.closed_at.is_(None) | (Recommendation.closed_at >= begin),
        )
        .group_by(Recommendation.category)
        .order_by(Recommendation.category)
    )


def noticed(people: Subquery, begin: datetime, end: datetime, closes_at: datetime) -> Select[int, int, int]:
    """Count by promise, of the answers given before `closes_at` about what was asked between two moments, "noticed"."""
    return (
        select(
            Reaction.promise_id.label("name"),
            func.count(case((Reaction.noticed, Reaction.id))).label("part"),
            func.count(Reaction.id).label("whole"),
        )
        .join(Promise, Promise.id == Reaction.promise_id)
        .join(people, people.c.user_id == Reaction.user_id)
        .where(people.c.agreed, Promise.asked_at >= begin, Promise.asked_at < end, Reaction.created_at < closes_at)
        .group_by(Reaction.promise_id)
        .order_by(Reaction.promise_id)
    )
