"""The register of proactive messages: what each kind is about, and which area's finder tells what is in it.

A new kind of message has its rank in services/outbox/kinds.py, its subject and finder in its area's `messages.py`, a
row here and one in views/notifications.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Delivery, User
from services.account.settings import ReturnSubject, find_return
from services.company.messages import GroupingSubject, MoveSubject, ReaderSubject, find_grouping, find_move, find_reader
from services.lifecycle.messages import (
    ApprovalSubject,
    DecisionSubject,
    LeavingSubject,
    RefusalSubject,
    RelinkSubject,
    find_approval,
    find_decision,
    find_leaving,
    find_refusal,
    find_relink,
)
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import Subject
from services.outreach.messages import (
    ContactSubject,
    HeldNews,
    NoteSubject,
    find_contact,
    find_lost,
    find_note,
    find_unread,
)
from services.summary.messages import NewResults, WeekSubject, find_nothing_agreed, find_summary, find_team
from services.wellbeing.messages import (
    CheckinSubject,
    PulseSubject,
    RecommendationSubject,
    ReminderSubject,
    find_checkin,
    find_nudge,
    find_pulse,
    find_reminder,
    find_review,
    find_snoozed,
)


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One thing that a message is about; `content` is what its kind's finder returned, and its view takes."""

    id: int
    kind: str
    subject: Subject
    content: Any


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A claimed message: the first part leads, the others ride along as buttons of their own, and so do `news`.

    `held`: that the check-in is held, in a line."""

    user_id: int
    telegram_id: int
    locale: str
    due_at: datetime
    parts: tuple[MessagePart, ...]
    news: NewResults | None = None
    held: HeldNews | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The rows behind it."""
        return tuple(part.id for part in self.parts)


@dataclass(frozen=True, slots=True)
class RegisteredKind:
    """What a kind is about, and the finder of its content, which returns None for a message that is not needed."""

    subject: type[Subject]
    find: Callable[[Context, Any, User], Awaitable[Any]]


REGISTER: Mapping[str, RegisteredKind] = {
    kinds.RELINKED: RegisteredKind(RelinkSubject, find_relink),
    kinds.RELINK_REFUSED: RegisteredKind(RefusalSubject, find_refusal),
    kinds.RELINK_APPROVAL: RegisteredKind(ApprovalSubject, find_approval),
    kinds.RELINK_DECIDED: RegisteredKind(DecisionSubject, find_decision),
    kinds.OFFBOARDED: RegisteredKind(LeavingSubject, find_leaving),
    kinds.MOVED: RegisteredKind(MoveSubject, find_move),
    kinds.READER: RegisteredKind(ReaderSubject, find_reader),
    kinds.REGROUPED: RegisteredKind(GroupingSubject, find_grouping),
    kinds.CONTACT_REQUEST: RegisteredKind(ContactSubject, find_contact),
    kinds.CONTACT_UNREAD: RegisteredKind(ContactSubject, find_unread),
    kinds.CONTACT_LOST: RegisteredKind(ContactSubject, find_lost),
    kinds.HR_SUMMARY: RegisteredKind(WeekSubject, find_summary),
    kinds.TEAM_SUMMARY: RegisteredKind(WeekSubject, find_team),
    kinds.WELCOME_BACK: RegisteredKind(ReturnSubject, find_return),
    kinds.CHECKIN: RegisteredKind(CheckinSubject, find_checkin),
    kinds.SNOOZED: RegisteredKind(ReminderSubject, find_snoozed),
    kinds.NOTE: RegisteredKind(NoteSubject, find_note),
    kinds.REMINDER: RegisteredKind(ReminderSubject, find_reminder),
    kinds.PULSE: RegisteredKind(PulseSubject, find_pulse),
    kinds.PULSE_QUIET: RegisteredKind(PulseSubject, find_pulse),
    kinds.PULSE_REMINDER: RegisteredKind(PulseSubject, find_pulse),
    kinds.REVIEW: RegisteredKind(RecommendationSubject, find_review),
    kinds.NUDGE: RegisteredKind(RecommendationSubject, find_nudge),
    kinds.AGREEMENT_NUDGE: RegisteredKind(WeekSubject, find_nothing_agreed),
}


async def find_part(context: Context, row: Delivery, user: User) -> MessagePart | None:
    """Return what a planned message is about now; None when it is not needed any more."""
    if row.kind in user.muted_kinds:
        return None
    registered = REGISTER[row.kind]
    subject = registered.subject.load(row.subject)
    content = await registered.find(context, subject, user)
    return None if content is None else MessagePart(row.id, row.kind, subject, content)
