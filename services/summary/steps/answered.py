"""What a summary does not suggest because HR has answered it, and what comes back with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise, StepAnswer
from services.company.audience import DONE_FOR, target_of
from services.company.memberships import GroupKey
from services.summary.steps.suggestions import SuggestedAction, SuggestedFor, Unsuggested


async def unsuggested(session: AsyncSession, on: date, now: datetime) -> Unsuggested:
    """Return what isn't suggested in a summary that is read on a day, and what comes back with it.

    Beside HR's answers, what is promised or was done lately as the same step for the same people.
    """
    silent, returning = set[SuggestedFor](), set[SuggestedFor]()
    for row in await session.scalars(select(StepAnswer)):
        step = (row.action, GroupKey(row.target))
        if row.until > on:
            silent.add(step)
        elif row.state == "later":
            returning.add(step)
    is_alive = or_(Promise.state == "planned", Promise.updated_at >= now - DONE_FOR)
    for promise in await session.scalars(select(Promise).where(Promise.action.is_not(None), is_alive)):
        silent.add((promise.action or "", target_of(promise)))
    return Unsuggested(frozenset(silent), frozenset(returning))


async def forget_returned(session: AsyncSession, steps: Iterable[SuggestedAction], on: date) -> None:
    """Forget answers whose step has come back with the summary of this day: it stays until it is answered again."""
    shown: list[ColumnElement[bool]] = [
        and_(StepAnswer.action == step.action.id, StepAnswer.target.in_(step.cells)) for step in steps
    ]
    if shown:
        await session.execute(delete(StepAnswer).where(StepAnswer.until <= on, or_(*shown)))
