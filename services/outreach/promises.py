"""What HR promised or did: written, told to the people it is for, kept or taken back, and whether they notice it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import (
    DONE_FOR,
    NEWS_OF_PROMISE,
    Target,
    find_target,
    includes,
    page_of_targets,
    target_of,
)
from services.company.calendar import holds
from services.kit.calendar import WEEK, Calendar
from services.kit.pages import PAGE_SIZE, Page, nearest
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule_for_all
from services.outreach.errors import PromiseGone, PromiseKept
from services.outreach.messages import note_subject
from services.outreach.notes import DONE, PLANNED, Stage
from services.outreach.promise_cards import PromiseCard, promise_cards


class Promises:
    """The use cases around promises. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    # --- what HR sees ------------------------------------------------------------------------------------------------

    async def page(self, uow: UnitOfWork, number: int) -> Page[PromiseCard]:
        """Return one page: what is planned by date, then what was done lately. Raise NotAllowed."""
        require_hr(uow.member)
        is_shown = or_(Promise.state == PLANNED, uow.now - DONE_FOR <= NEWS_OF_PROMISE)
        total = await uow.session.scalar(select(func.count()).select_from(Promise).where(is_shown))
        number, pages = nearest(number, total or 0)
        planned_by_date = case((Promise.state == PLANNED, Promise.due))
        rows = await uow.session.scalars(
            select(Promise)
            .where(is_shown)
            .order_by(Promise.state.desc(), planned_by_date, NEWS_OF_PROMISE.desc(), Promise.id.desc())
            .offset(number * PAGE_SIZE)
            .limit(PAGE_SIZE)
        )
        return Page(await promise_cards(uow.session, rows, self._calendar, uow.now), number, pages)

    async def card(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Return one promise. Raise NotAllowed, PromiseGone."""
        return await self._card(uow, await find(uow, promise_id))

    async def targets(self, uow: UnitOfWork, number: int) -> Page[Target]:
        """Return whom something can be promised to. Raise NotAllowed."""
        require_hr(uow.member)
        return await page_of_targets(uow.session, uow.member.locale, self._day(uow.now), number)

    async def target(self, uow: UnitOfWork, key: str) -> Target:
        """Return one of them. Raise NotAllowed, TargetGone."""
        require_hr(uow.member)
        return await find_target(uow.session, key, self._day(uow.now))

    async def keep(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Close it as done: ask the people it is for whether they notice it; once. Raise NotAllowed, PromiseGone."""
        require_hr(uow.member)
        return await self.close(uow, promise_id)

    async def close(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Do the same for anyone who may, which the caller has checked. Raise PromiseGone."""
        kept = await uow.session.scalar(
            update(Promise)
            .where(Promise.id == promise_id, Promise.state == PLANNED)
            .values(state=DONE, asked_at=uow.now, updated_at=uow.now)
            .returning(Promise.id)
        )
        row = await _any(uow, promise_id)
        if kept is not None:
            await audit.record(uow, "kept_promise", audited(row))
            await holds.end(uow, row.id, self._calendar)
            await tell(uow.session, row, DONE, self._calendar, uow.now)
        return await self._card(uow, row)

    async def withdraw(self, uow: UnitOfWork, promise_id: int) -> None:
        """Take a promise back, with the answers about it; what was not sent yet stays unsent.

        Raise NotAllowed, PromiseGone.
        """
        row = await find(uow, promise_id)
        await holds.end(uow, row.id, self._calendar)
        gone = await uow.session.scalar(delete(Promise).where(Promise.id == row.id).returning(Promise.id))
        if gone is None:
            raise PromiseGone
        await audit.record(uow, "withdrew_promise", audited(row))

    async def hold(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Ask no one for a check-in, from the next period on, until it is closed. Raise NotAllowed, PromiseGone,
        PromiseKept."""
        row = await find(uow, promise_id)
        if row.state != PLANNED:
            raise PromiseKept
        await holds.place(uow, row.id, self._calendar)
        return await self._card(uow, row)

    async def resume(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Ask again, though it isn't closed. Raise NotAllowed, PromiseGone."""
        row = await find(uow, promise_id)
        await holds.end(uow, row.id, self._calendar)
        return await self._card(uow, row)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _card(self, uow: UnitOfWork, row: Promise) -> PromiseCard:
        (card,) = await promise_cards(uow.session, [row], self._calendar, uow.now)
        return card

    def _day(self, now: datetime) -> date:
        """Return the day whose reporting groups apply."""
        return self._calendar.period_at(now).start


async def find(uow: UnitOfWork, promise_id: int) -> Promise:
    """Return the promise as it is now. Raise NotAllowed, PromiseGone."""
    require_hr(uow.member)
    return await _any(uow, promise_id)


async def _any(uow: UnitOfWork, promise_id: int) -> Promise:
    row = await uow.session.get(Promise, promise_id, populate_existing=True)
    if row is None:
        raise PromiseGone
    return row


async def tell(
    session: AsyncSession,
    row: Promise,
    stage: Stage,
    calendar: Calendar,
    now: datetime,
    *conditions: ColumnElement[bool],
) -> None:
    """Plan a note to everyone whom the promise is for, until the answers about it would be counted."""
    asked_until = calendar.week_closes_at(calendar.week_of(now) + WEEK)
    message = PlannedMessage(kinds.NOTE, note_subject(row.id, stage, row.due), now, asked_until)
    people = and_(includes(target_of(row), calendar.period_at(now).start), *conditions)
    await schedule_for_all(session, people, message, now)


def audited(row: Promise) -> str:
    """Return what the audit log calls it."""
    return f"promise {row.id} {target_of(row)}"
