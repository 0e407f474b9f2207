"""Whom a round calls: the people of its target for whom the check-in of the period is still to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_

from models import Assessment, User
from services.company.audience import includes
from services.kit.calendar import MIN_DAYS_BETWEEN, Period


def is_invited_by_round(target: str, period: Period, at: datetime) -> ColumnElement[bool]:
    """Whether a round of that moment calls a person, as a condition on `users`.

    Left alone are those who answered in the period or too lately to answer again, postponed, or joined afterwards.
    """
    rested = at - timedelta(days=MIN_DAYS_BETWEEN)
    has_answered = exists().where(
        Assessment.user_id == User.id, or_(Assessment.period == period.start, Assessment.date > rested)
    )
    has_postponed = User.postponed_period.is_not(None) & (User.postponed_period == period.start)
    return and_(includes(target, period.start), User.join_date <= at, ~has_answered, ~has_postponed)
