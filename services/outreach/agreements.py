"""What a manager agreed with their own team: a promise for their own group, recorded and closed by the manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from content import Content
from models import Promise
from services.account.unit_of_work import UnitOfWork
from services.company.audience import Target, managed_targets, target_of
from services.kit.calendar import Calendar
from services.kit.days import parse_day
from services.kit.errors import NotAllowed
from services.outreach.promise_cards import PromiseCard, promise_cards
from services.outreach.promise_draft import DraftCard, PromiseDraft, clean_text, read_draft, read_due, require_previewed
from services.outreach.promise_writing import OFFERED, PromiseWriting, redated, with_due
from services.outreach.promises import Promises


class Agreements:
    """The use cases. Every method raises NotAllowed for people who do not manage the group now."""

    def __init__(self, content: Content, calendar: Calendar, promises: Promises, writing: PromiseWriting) -> None:
        self._calendar = calendar
        self._words_for_days = content.typed
        self._promises = promises
        self._writing = writing

    async def begin(self, uow: UnitOfWork, key: str) -> DraftCard:
        """Begin to write what was agreed for a group, or for a department in it."""
        target = await self._own(uow, key)
        draft = PromiseDraft(
            target.key, False, uow.member.locale, {}, None, "text", owner_id=uow.member.id, by_manager=True
        )
        return self._show(draft, target, uow)

    async def fill(self, uow: UnitOfWork, data: Mapping[str, Any], typed: str) -> DraftCard:
        """Take what was typed and return the draft as it is now.

        Raise NoteEmpty, NoteTooLong, DayUnreadable, NoSuchDay, DuePast, DueTooFar, DraftGone, DraftWaits.
        """
        draft = read_draft(data)
        target, today = await self._own(uow, draft.target), self._calendar.today(uow.now)
        if draft.is_ready:
            return self._show(redated(draft, typed, today, self._words_for_days), target, uow)
        if draft.asks == "due":
            day = parse_day(typed, today, self._words_for_days)
            return self._show(self._until(draft, day, uow.now), target, uow)
        texts = {draft.locale: clean_text(typed)}
        return self._show(replace(draft, texts=texts, asks="due", is_ready=draft.due is not None), target, uow)

    async def press(self, uow: UnitOfWork, data: Mapping[str, Any], step: str, value: str) -> DraftCard:
        """Take a press in place of typing: due (on the day `value`), again (the text) or date (another one); a late one
        changes nothing.

        Raise DayUnreadable, DuePast, DueTooFar, DraftGone.
        """
        draft = read_draft(data)
        target = await self._own(uow, draft.target)
        if step == "again":
            draft = replace(draft, asks="text", is_ready=False)
        elif step == "date" and draft.is_ready:
            draft = replace(draft, asks="due", is_ready=False)
        elif step == "due" and draft.asks == "due":
            draft = self._until(draft, read_due(value), uow.now)
        return self._show(draft, target, uow)

    async def confirm(self, uow: UnitOfWork, data: Mapping[str, Any] | None, stamp: str) -> PromiseCard:
        """Record what the preview showed, and tell the people of the group.

        `data`: the conversation, which the caller has ended in this transaction, so that a second press finds None.
        Raise DraftGone, DraftChanged.
        """
        draft = read_draft(data or {})
        await self._own(uow, draft.target)
        require_previewed(draft, stamp)
        return await self._writing.make(uow, draft)

    async def card(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Return an agreement of the manager's own group."""
        row = await uow.session.get(Promise, promise_id)
        if row is None or not row.by_manager:
            raise NotAllowed
        await self._own(uow, target_of(row))
        (card,) = await promise_cards(uow.session, [row], self._calendar, uow.now)
        return card

    async def keep(self, uow: UnitOfWork, promise_id: int) -> PromiseCard:
        """Close it as done: ask the people of the group whether they notice it; once."""
        await self.card(uow, promise_id)
        return await self._promises.close(uow, promise_id)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _own(self, uow: UnitOfWork, key: str) -> Target:
        if uow.member.offboarded_at is not None:
            raise NotAllowed
        day = self._calendar.period_at(uow.now).start
        for target in (await managed_targets(uow.session, uow.member.id, day)).values():
            if target.key == key:
                return target
        raise NotAllowed

    def _until(self, draft: PromiseDraft, day: date, now: datetime) -> PromiseDraft:
        return with_due(draft, day, self._calendar.today(now))

    def _show(self, draft: PromiseDraft, target: Target, uow: UnitOfWork) -> DraftCard:
        today = self._calendar.today(uow.now)
        return DraftCard(draft, target, None, tuple(today + distance for distance in OFFERED))
