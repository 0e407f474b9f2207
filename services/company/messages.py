"""The notice of a move to another department."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import Department, User
from services.kit.text import name_in
from services.outbox.context import Context
from services.outbox.outbox import Subject


@dataclass(frozen=True, slots=True)
class MoveSubject(Subject):
    """From `since` on the person counts in another department.

    `moved_at`, in seconds since 1970, tells apart two moves that begin to count on one day.
    """

    since: date
    department_id: int
    moved_at: int


@dataclass(frozen=True, slots=True)
class MoveMessage:
    """From `since` on the person counts in this department, named in the person's language."""

    department: str
    since: date


async def find_move(context: Context, subject: MoveSubject, user: User) -> MoveMessage | None:
    """Needless once the person was moved on."""
    if user.department_id != subject.department_id:
        return None
    department = await context.session.get_one(Department, user.department_id)
    return MoveMessage(name_in(user.locale, department.name, department.name_en), subject.since)
