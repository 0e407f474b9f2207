"""What HR promised or did: written, told to the people it is for, kept or taken back, and whether they notice it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Delivery, Promise, User
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import DONE_FOR, Target, find_target, includes, name_targets, page_of_targets, target_of
from services.company.errors import TargetGone
from services.kit.calendar import WEEK, Calendar
from services.kit.days import parse_day
from services.kit.pages import PAGE_SIZE, Page, nearest
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule_for_all
from services.outreach.errors import DraftChanged, DuePast, DueTooFar, PromiseGone, PromiseKept
from services.outreach.messages import note_subject
from services.outreach.notes import DONE, MOVED, PLANNED, Stage
from services.outreach.promise_cards import PromiseCard, promise_cards
from services.outreach.promise_draft import (
    DraftCard,
    Field,
    PromiseDraft,
    clean_text,
    next_field,
    read_draft,
    read_due,
    wording_of,
)

FARTHEST = timedelta(days=366)
OFFERED = (timedelta(weeks=1), timedelta(weeks=2), timedelta(weeks=4))  # dates to press instead of typing one


class Promises:
    """The use cases around promises. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._words_for_days = content.typed.days

    # --- what HR sees ------------------------------------------------------------------------------------------------

    async def page(self, uow: UnitOfWork, number: int) -> Page[PromiseCard]:
        """One page: what is planned by date, then what was done lately. Raises NotAllowed."""
        require_hr(uow.member)
        is_shown = or_(Promise.state == PLANNED, Promise.updated_at >= uow.now - DONE_FOR)
        total = await uow.session.scalar(select(func.count()).select_from(Promise).where(is_shown))
        number, pages = nearest(number, total or 0)
        planned_by_date = case((Promise.state == PLANNED, Promise.due))
        rows = await uow.session.scalars(
            select(Promise)
            .where(is_shown)
            .order_by(Promise.state.desc(), planned_by_date, Promise.updated_at.desc(), Promise.id.desc())
            .offset(number * PAGE_SIZE)
            .limit(PAGE_SIZE)
        )
        return Page(await promise_cards(uow.session, rows, self._calendar, uow.now), number, pages)

    async def card(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """One promise. Raises NotAllowed, PromiseGone."""
        return await self._card(uow, await _find(uow, promise_id))

    async def targets(self, uow: UnitOfWork, number: int) -> Page[Target]:
        """Whom something can be promised to. Raises NotAllowed."""
        require_hr(uow.member)
        return await page_of_targets(uow.session, self._day(uow.now), number)

    async def target(self, uow: UnitOfWork, key: str) -> Target:
        """One of them. Raises NotAllowed, TargetGone."""
        require_hr(uow.member)
        return await find_target(uow.session, key, self._day(uow.now))

    # --- writing -----------------------------------------------------------------------------------------------------

    async def begin(self, uow: UnitOfWork, key: str, *, is_done: bool) -> DraftCard:
        """Begin to write. Raises NotAllowed, TargetGone."""
        target = await self.target(uow, key)
        return await self._show(
            uow.session, PromiseDraft(target.key, is_done, uow.member.locale, {}, None, "text"), uow.now
        )

    async def revise(self, uow: UnitOfWork, promise_id: int, field: Field) -> DraftCard:
        """Begin to change the text or the date of a planned promise. Raises NotAllowed, PromiseGone, PromiseKept."""
        row = await _find(uow, promise_id)
        if row.state != PLANNED:
            raise PromiseKept
        texts = {"ru": row.text} if row.text_en is None else {"ru": row.text, "en": row.text_en}
        draft = PromiseDraft(target_of(row), False, uow.member.locale, texts, row.due, field, promise_id=row.id)
        return await self._show(uow.session, draft, uow.now)

    async def fill(self, uow: UnitOfWork, data: Mapping[str, Any], typed: str) -> DraftCard:
        """Take what was typed; gives the draft as it now is.

        Raises NotAllowed, NoteEmpty, NoteTooLong, DayUnreadable, NoSuchDay, DuePast, DueTooFar, DraftGone, TargetGone.
        """
        require_hr(uow.member)
        draft = read_draft(data)
        if draft.asks == "due":
            day = parse_day(typed, self._calendar.today(uow.now), self._words_for_days)
            return await self._show(uow.session, _with_due(draft, day, self._calendar.today(uow.now)), uow.now)
        first = {} if draft.asks == "text" else {draft.locale: draft.in_(draft.locale)}
        language = draft.locale if draft.asks == "text" else draft.second_locale
        draft = replace(draft, texts={**first, language: clean_text(typed)})
        return await self._show(uow.session, next_field(draft), uow.now)

    async def press(self, uow: UnitOfWork, data: Mapping[str, Any], step: str, value: str) -> DraftCard:
        """Take a press in place of typing; one for a step that is over changes nothing.

        `step`: skip (the second text), due (on the day `value`) or again (the text).

        Raises NotAllowed, DayUnreadable, DuePast, DueTooFar, DraftGone, TargetGone.
        """
        require_hr(uow.member)
        draft = read_draft(data)
        if step == "again":
            draft = replace(draft, asks="text", is_ready=False)
        elif step == "skip" and draft.asks == "second":
            draft = next_field(replace(draft, texts={draft.locale: draft.in_(draft.locale)}))
        elif step == "due" and draft.asks == "due":
            draft = _with_due(draft, read_due(value), self._calendar.today(uow.now))
        return await self._show(uow.session, draft, uow.now)

    async def confirm(self, uow: UnitOfWork, data: Mapping[str, Any] | None, stamp: str) -> PromiseCard:
        """Save what the preview showed, and tell the people it is for.

        `data`: the conversation, which the caller has ended in this transaction, so that a second press finds None.
        Raises NotAllowed, DraftGone, DraftChanged, TargetGone, PromiseGone, PromiseKept.
        """
        require_hr(uow.member)
        draft = read_draft(data or {})
        if not draft.is_ready or draft.stamp != stamp:
            raise DraftChanged
        if draft.promise_id is None:
            return await self._card(uow, await self._make(uow, draft))
        return await self._card(uow, await self._change(uow, draft, draft.promise_id))

    async def keep(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """It is done: ask the people it is for whether they notice it; once. Raises NotAllowed, PromiseGone."""
        require_hr(uow.member)
        kept = await uow.session.scalar(
            update(Promise)
            .where(Promise.id == promise_id, Promise.state == PLANNED)
            .values(state=DONE, asked_at=uow.now, updated_at=uow.now)
            .returning(Promise.id)
        )
        row = await _find(uow, promise_id)
        if kept is not None:
            await audit.record(uow, "kept_promise", _audited(row))
            await self._tell(uow.session, row, DONE, uow.now)
        return await self._card(uow, row)

    async def withdraw(self, uow: UnitOfWork, promise_id: int) -> None:
        """Take a promise back, with the answers about it; what was not sent yet stays unsent.

        Raises NotAllowed, PromiseGone.
        """
        row = await _find(uow, promise_id)
        gone = await uow.session.scalar(delete(Promise).where(Promise.id == row.id).returning(Promise.id))
        if gone is None:
            raise PromiseGone
        await audit.record(uow, "withdrew_promise", _audited(row))

    # --- helpers -----------------------------------------------------------------------------------------------------

    async def _make(self, uow: UnitOfWork, draft: PromiseDraft) -> Promise:
        target = await find_target(uow.session, draft.target, self._day(uow.now))
        row = Promise(
            department_id=target.key.department_id,
            group_id=target.key.group_id,
            **wording_of(draft),
            due=draft.due,
            state=DONE if draft.is_done else PLANNED,
            asked_at=uow.now if draft.is_done else None,
            author_audit_key=uow.member.audit_key,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.session.add(row)
        await uow.session.flush()
        await audit.record(uow, "promised", _audited(row))
        await self._tell(uow.session, row, draft.stage, uow.now)
        return row

    async def _change(self, uow: UnitOfWork, draft: PromiseDraft, promise_id: int) -> Promise:
        """A new date is told to those who were told the earlier one; a new text is simply there."""
        row = await _find(uow, promise_id)
        was_due = row.due
        changed = await uow.session.scalar(
            update(Promise)
            .where(Promise.id == row.id, Promise.state == PLANNED)
            .values(**wording_of(draft), due=draft.due, updated_at=uow.now)
            .returning(Promise.id)
        )
        if changed is None:
            raise PromiseKept
        await uow.session.refresh(row)
        await audit.record(uow, "changed_promise", _audited(row))
        if row.due != was_due:
            await self._tell(uow.session, row, MOVED, uow.now, _was_told(row.id))
        return row

    async def _tell(
        self, session: AsyncSession, row: Promise, stage: Stage, now: datetime, *conditions: ColumnElement[bool]
    ) -> None:
        """A note to everybody whom the promise is for, until the answers about it would be counted."""
        message = PlannedMessage(kinds.NOTE, note_subject(row.id, stage, row.due), now, self._asked_until(now))
        people = and_(includes(target_of(row), self._day(now)), *conditions)
        await schedule_for_all(session, people, message, now)

    async def _show(self, session: AsyncSession, draft: PromiseDraft, now: datetime) -> DraftCard:
        today = self._calendar.today(now)
        targets = await name_targets(session)
        if draft.target not in targets:
            raise TargetGone
        return DraftCard(draft, targets[draft.target], tuple(today + distance for distance in OFFERED))

    async def _card(self, uow: UnitOfWork, row: Promise) -> PromiseCard:
        (card,) = await promise_cards(uow.session, [row], self._calendar, uow.now)
        return card

    def _day(self, now: datetime) -> date:
        """The day whose reporting groups hold."""
        return self._calendar.period_at(now).start

    def _asked_until(self, now: datetime) -> datetime:
        """When the answers to what is asked now are counted."""
        return self._calendar.week_closes_at(self._calendar.week_of(now) + WEEK)


async def _find(uow: UnitOfWork, promise_id: int) -> Promise:
    require_hr(uow.member)
    row = await uow.session.get(Promise, promise_id, populate_existing=True)
    if row is None:
        raise PromiseGone
    return row


def _with_due(draft: PromiseDraft, day: date, today: date) -> PromiseDraft:
    if day < today:
        raise DuePast
    if day > today + FARTHEST:
        raise DueTooFar
    return replace(draft, due=day, asks="due", is_ready=True)


def _was_told(promise_id: int) -> ColumnElement[bool]:
    """Whether a person was sent a note about this promise, as a condition on `users`."""
    return exists().where(
        Delivery.user_id == User.id,
        Delivery.kind == kinds.NOTE,
        Delivery.subject_id == promise_id,
        Delivery.state.in_(kinds.SPENT),
    )


def _audited(row: Promise) -> str:
    return f"promise {row.id} {target_of(row)}"
