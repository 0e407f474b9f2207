"""The check-in is held: no one is asked in a period because HR has first to do what it promised.

A hold is of whole periods, from the next one on, so that no one is asked halfway through one and a figure is never over
half a period. Closing what was promised, or HR, ends it: the period that is held then stays so, the one after it is
asked again. The gate publishes nothing about a held period, and takes no one in it for someone who did not answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, Hold
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.calendar.country import plan_anew
from services.kit.calendar import Calendar
from services.kit.calendar.held import HeldPeriods
from services.outbox import kinds


async def standing(session: AsyncSession, promise_ids: Collection[int]) -> Mapping[int, HeldPeriods]:
    """Return what is held for these promises and has not been ended, by promise."""
    rows = await session.scalars(select(Hold).where(Hold.promise_id.in_(promise_ids), Hold.until.is_(None)))
    return {row.promise_id: HeldPeriods(row.first, None) for row in rows if row.promise_id is not None}


async def place(uow: UnitOfWork, promise_id: int, calendar: Calendar) -> None:
    """Hold the check-in from the next period on until this promise is closed; a second press finds the first hold.

    Invitations to the period that were planned already are taken back.
    """
    if await standing(uow.session, [promise_id]):
        return
    first = calendar.period_at(uow.now).end
    uow.session.add(Hold(promise_id=promise_id, first=first, author_audit_key=uow.member.audit_key, created_at=uow.now))
    await uow.session.flush()
    await uow.session.execute(
        update(Delivery)
        .where(Delivery.kind == kinds.CHECKIN, Delivery.dedup_key == str(first), Delivery.state.in_(kinds.WAITING))
        .values(state="skipped", lease_owner=None, lease_until=None, updated_at=uow.now)
    )
    await audit.record(uow, "held_checkin", f"promise {promise_id} period {first}")


async def end(uow: UnitOfWork, promise_id: int, calendar: Calendar) -> None:
    """Ask again: this promise is closed, or HR has changed its mind. Change nothing where nothing is held for it."""
    if await _end(uow.session, Hold.promise_id == promise_id, calendar, uow.now):
        await audit.record(uow, "ended_hold", f"promise {promise_id}")


async def end_orphans(session: AsyncSession, calendar: Calendar, now: datetime) -> None:
    """End the holds of a promise that is gone together with the people it was for: no one could close it any more."""
    await _end(session, Hold.promise_id.is_(None), calendar, now)


async def _end(session: AsyncSession, which: ColumnElement[bool], calendar: Calendar, now: datetime) -> bool:
    """End a hold; return False when there was none. One that hasn't begun leaves nothing held; a period that is held
    stays so.
    """
    period = calendar.period_at(now)
    until = case((Hold.first > period.start, Hold.first), else_=period.end)
    ended = await session.execute(
        update(Hold).where(and_(which, Hold.until.is_(None))).values(until=until).returning(Hold.id)
    )
    if not ended.all():
        return False
    await plan_anew(session, now)
    return True
