"""What employees read about a promise: put together the same way for preview, delivery and screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise, User
from services.company.audience import OF_PROMISE, includes
from services.kit.text import name_in

Stage = Literal["planned", "moved", "done"]
PLANNED: Stage = "planned"
MOVED: Stage = "moved"
DONE: Stage = "done"


@dataclass(frozen=True, slots=True)
class Note:
    """A promise in the reader's language; `due` is None for what was done without having been planned here."""

    promise_id: int
    stage: Stage
    text: str
    due: date | None


def slot_of(promise_id: int, stage: Stage, due: date | None) -> str:
    """The slot of the delivery: each stage is told once, and each new date too."""
    return f"{promise_id}/{due.isoformat() if stage == MOVED and due else stage}"


def write(promise: Promise, stage: Stage, locale: str) -> Note:
    """The note about a promise for readers of this language."""
    return Note(promise.id, stage, name_in(locale, promise.text, promise.text_en), promise.due)


async def find(session: AsyncSession, slot: str, reader: User, day: date) -> Note | None:
    """The note of a delivery; None when the promise was taken back, or is further on, or is not for the reader now."""
    promise = await concerning(session, int(slot.partition("/")[0]), reader.id, day)
    if promise is None:
        return None
    for stage in (PLANNED, MOVED) if promise.state == PLANNED else (DONE,):
        if slot == slot_of(promise.id, stage, promise.due):
            return write(promise, stage, reader.locale)
    return None


async def concerning(session: AsyncSession, promise_id: int, user_id: int, day: date) -> Promise | None:
    """The promise when it is for this person, with the reporting groups of `day`."""
    return await session.scalar(
        select(Promise).join(User, includes(OF_PROMISE, day)).where(Promise.id == promise_id, User.id == user_id)
    )
