"""Writing a promise, field by field, until it is saved and told to the people it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Typed
from models import Delivery, Promise, User
from services.account.member import office_rhythm
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import find_target, name_targets, target_of
from services.company.errors import TargetGone
from services.company.memberships import GroupKey
from services.kit.calendar import Calendar
from services.kit.days import parse_day
from services.kit.errors import DayUnreadable
from services.kit.pages import Page, page_of
from services.outbox import kinds
from services.outreach.errors import DraftWaits, DuePast, DueTooFar, PromiseKept
from services.outreach.notes import DONE, MOVED, PLANNED
from services.outreach.owners import Owner, find_owner, names_of, possible_owners
from services.outreach.promise_cards import PromiseCard, promise_cards
from services.outreach.promise_draft import (
    DraftCard,
    Field,
    PromiseDraft,
    SuggestedPromise,
    clean_text,
    next_field,
    read_draft,
    read_due,
    require_previewed,
    wording_of,
)
from services.outreach.promises import audited, find, tell

FARTHEST = timedelta(days=366)
OFFERED = (timedelta(weeks=1), timedelta(weeks=2), timedelta(weeks=4))  # dates to press instead of typing one


@dataclass(frozen=True, slots=True)
class SavedPromise:
    """What was saved; `is_older`: someone else had made a promise of the same suggested step before."""

    card: PromiseCard
    is_older: bool = False


class PromiseWriting:
    """The use cases of the dialog. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._words_for_days = content.typed

    async def begin(self, uow: UnitOfWork, key: str, *, is_done: bool) -> DraftCard:
        """Begin to write. Raise NotAllowed, TargetGone."""
        require_hr(uow.member)
        target = await find_target(uow.session, key, self._day(uow.now))
        return await self._show(
            uow.session,
            PromiseDraft(target.key, is_done, uow.member.locale, {}, None, "text", owner_id=uow.member.id),
            uow.now,
        )

    async def begin_suggested(self, uow: UnitOfWork, key: str, suggested: SuggestedPromise) -> DraftCard | PromiseCard:
        """Return a draft of a suggested step with everything filled in, or the promise that was made of it already.

        Raise NotAllowed, TargetGone.
        """
        require_hr(uow.member)
        target = await find_target(uow.session, key, self._day(uow.now))
        made = await _made_of(uow.session, target.key, suggested.action)
        if made is not None:
            return await self._card(uow, made)
        draft = PromiseDraft(
            target.key,
            False,
            uow.member.locale,
            {},
            await self._working_day(uow, suggested.days),
            "text",
            is_ready=True,
            owner_id=uow.member.id,
            action=suggested.action,
        )
        texts = {locale: suggested.words.in_(locale) for locale in (draft.locale, draft.second_locale)}
        return await self._show(uow.session, replace(draft, texts=texts), uow.now)

    async def revise(self, uow: UnitOfWork, promise_id: int, field: Field) -> DraftCard:
        """Begin to change the text or the date of a planned promise. Raise NotAllowed, PromiseGone, PromiseKept."""
        row = await find(uow, promise_id)
        if row.state != PLANNED:
            raise PromiseKept
        texts = {"ru": row.text} if row.text_en is None else {"ru": row.text, "en": row.text_en}
        draft = PromiseDraft(
            target_of(row), False, uow.member.locale, texts, row.due, field, promise_id=row.id, owner_id=row.owner_id
        )
        return await self._show(uow.session, draft, uow.now)

    async def fill(self, uow: UnitOfWork, data: Mapping[str, Any], typed: str) -> DraftCard:
        """Take what was typed and return the draft as it is now.

        Raise NotAllowed, NoteEmpty, NoteTooLong, DayUnreadable, NoSuchDay, DuePast, DueTooFar, DraftGone, DraftWaits,
        TargetGone.
        """
        require_hr(uow.member)
        draft, today = read_draft(data), self._calendar.today(uow.now)
        if draft.is_ready:
            return await self._show(uow.session, redated(draft, typed, today, self._words_for_days), uow.now)
        if draft.asks == "due":
            day = parse_day(typed, today, self._words_for_days)
            return await self._show(uow.session, with_due(draft, day, today), uow.now)
        first = {} if draft.asks == "text" else {draft.locale: draft.in_(draft.locale)}
        language = draft.locale if draft.asks == "text" else draft.second_locale
        draft = replace(draft, texts={**first, language: clean_text(typed)})
        return await self._show(uow.session, next_field(draft), uow.now)

    async def press(self, uow: UnitOfWork, data: Mapping[str, Any], step: str, value: str) -> DraftCard:
        """Take a press in place of typing; one for a step that is over changes nothing.

        `step`: skip (the second text), due (on the day `value`), again (the text), date (another one) or owner (the
        person `value`).

        Raise NotAllowed, DayUnreadable, DuePast, DueTooFar, DraftGone, OwnerGone, TargetGone.
        """
        require_hr(uow.member)
        draft = read_draft(data)
        if step == "again":
            draft = replace(draft, asks="text", is_ready=False)
        elif step == "date" and draft.is_ready and not draft.is_done:
            draft = replace(draft, asks="due", is_ready=False)
        elif step == "owner" and draft.is_ready:
            owner_id = await find_owner(uow.session, draft.target, value)
            draft = replace(draft, owner_id=owner_id, names_owner=True)
        elif step == "skip" and draft.asks == "second":
            draft = next_field(replace(draft, texts={draft.locale: draft.in_(draft.locale)}))
        elif step == "due" and draft.asks == "due":
            draft = with_due(draft, read_due(value), self._calendar.today(uow.now))
        return await self._show(uow.session, draft, uow.now)

    async def owners(self, uow: UnitOfWork, data: Mapping[str, Any], number: int) -> Page[Owner]:
        """Return who may be named as doing it: HR, and the managers of those it is for. Raise NotAllowed, DraftGone."""
        require_hr(uow.member)
        return page_of(await possible_owners(uow.session, read_draft(data).target), number)

    async def confirm(self, uow: UnitOfWork, data: Mapping[str, Any] | None, stamp: str) -> SavedPromise:
        """Save what the preview showed, and tell the people it is for.

        `data`: the conversation, which the caller has ended in this transaction, so that a second press finds None.
        Raise NotAllowed, DraftGone, DraftChanged, TargetGone, PromiseGone, PromiseKept.
        """
        require_hr(uow.member)
        draft = read_draft(data or {})
        require_previewed(draft, stamp)
        if draft.promise_id is None:
            await find_target(uow.session, draft.target, self._day(uow.now))
            if draft.action and (made := await _made_of(uow.session, draft.target, draft.action)) is not None:
                return SavedPromise(await self._card(uow, made), is_older=True)  # someone of HR was faster
            return SavedPromise(await self.make(uow, draft))
        return SavedPromise(await self._card(uow, await self._change(uow, draft, draft.promise_id)))

    # --- inside ------------------------------------------------------------------------------------------------------

    async def make(self, uow: UnitOfWork, draft: PromiseDraft) -> PromiseCard:
        """Save a promise and tell people. The caller has checked who may, and whether the target is there."""
        row = Promise(
            department_id=draft.target.department_id,
            group_id=draft.target.group_id,
            **wording_of(draft),
            due=draft.due,
            state=DONE if draft.is_done else PLANNED,
            asked_at=uow.now if draft.is_done else None,
            author_audit_key=uow.member.audit_key,
            owner_id=await _owner_of(uow.session, draft),
            action=draft.action,
            by_manager=draft.by_manager,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.session.add(row)
        await uow.session.flush()
        await audit.record(uow, "promised", audited(row))
        await tell(uow.session, row, draft.stage, self._calendar, uow.now)
        return await self._card(uow, row)

    async def _change(self, uow: UnitOfWork, draft: PromiseDraft, promise_id: int) -> Promise:
        """Save what was changed here and nothing else, so that two people can change one promise at once.

        People told an earlier date are told the new one; a new text just replaces the old.
        """
        row = await find(uow, promise_id)
        was_due = row.due
        values: dict[str, Any] = {"due": draft.due} if draft.asks == "due" else dict(wording_of(draft))
        if draft.names_owner:
            values["owner_id"] = await _owner_of(uow.session, draft)
        changed = await uow.session.scalar(
            update(Promise)
            .where(Promise.id == row.id, Promise.state == PLANNED)
            .values(**values, updated_at=uow.now)
            .returning(Promise.id)
        )
        if changed is None:
            raise PromiseKept
        await uow.session.refresh(row)
        await audit.record(uow, "changed_promise", audited(row))
        if row.due != was_due:
            await tell(uow.session, row, MOVED, self._calendar, uow.now, _was_told(row.id))
        return row

    async def _show(self, session: AsyncSession, draft: PromiseDraft, now: datetime) -> DraftCard:
        today = self._calendar.today(now)
        targets = await name_targets(session)
        if draft.target not in targets:
            raise TargetGone
        offered = tuple(today + distance for distance in OFFERED)
        owners = await names_of(session, [draft.owner_id])
        return DraftCard(draft, targets[draft.target], owners.get(draft.owner_id), offered)

    async def _working_day(self, uow: UnitOfWork, days: int) -> date:
        """Return the first working day of the organisation from so many days on."""
        office = await office_rhythm(uow.session, self._calendar.zone)
        return office.date_of(office.suitable(self._calendar.today(uow.now) + timedelta(days=days)))

    async def _card(self, uow: UnitOfWork, row: Promise) -> PromiseCard:
        (card,) = await promise_cards(uow.session, [row], self._calendar, uow.now)
        return card

    def _day(self, now: datetime) -> date:
        """Return the day whose reporting groups apply."""
        return self._calendar.period_at(now).start


async def _made_of(session: AsyncSession, target: GroupKey, action: str) -> Promise | None:
    """Return the promise that was made of a suggested step for these people and is still to be kept."""
    planned = select(Promise).where(Promise.action == action, Promise.state == PLANNED).order_by(Promise.id)
    return next((row for row in await session.scalars(planned) if target_of(row) == target), None)


async def _owner_of(session: AsyncSession, draft: PromiseDraft) -> int | None:
    """Return who does it, unless that person's record was erased since."""
    return draft.owner_id if draft.owner_id in await names_of(session, [draft.owner_id]) else None


def with_due(draft: PromiseDraft, day: date, today: date) -> PromiseDraft:
    if day < today:
        raise DuePast
    if day > today + FARTHEST:
        raise DueTooFar
    return replace(draft, due=day, asks="due", is_ready=True)


def redated(draft: PromiseDraft, typed: str, today: date, words: Typed) -> PromiseDraft:
    """Take a day that was typed below a preview; "ok" and "thanks" there are no new text.

    Raise DraftWaits for anything else, NoSuchDay, DuePast, DueTooFar.
    """
    if draft.is_done or (draft.promise_id is not None and draft.asks != "due"):
        raise DraftWaits
    try:
        return with_due(draft, parse_day(typed, today, words), today)
    except DayUnreadable:
        raise DraftWaits from None


def _was_told(promise_id: int) -> ColumnElement[bool]:
    """Return whether a person was sent a note about this promise, as a condition on `users`."""
    return exists().where(
        Delivery.user_id == User.id,
        Delivery.kind == kinds.NOTE,
        Delivery.subject_id == promise_id,
        Delivery.state.in_(kinds.SPENT),
    )
