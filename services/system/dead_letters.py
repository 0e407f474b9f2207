"""Dead letters, updates that failed three times: kept so that an operator can see them, and repeat a press.

What is kept of one is its outline: whose it was, what failed where, and the data of a button; never what was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import DeadLetter
from models.upsert import put

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # of an invite: some buttons carry it, and it is stored nowhere
CUT = re.compile(r"^\w\w:$")  # what is left of the data of such a button
CUT_IN_SQL = "__:"
KEPT = timedelta(days=90)
RETRIES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class DeadUpdate:
    """A dead-lettered update, as an operator sees it."""

    update_id: int
    kind: str
    handler: str
    error: str
    callback_data: str | None
    retry_wanted: bool
    created_at: datetime

    @property
    def can_be_repeated(self) -> bool:
        """Only a press can be made again from what is kept."""
        return self.callback_data is not None and not CUT.match(self.callback_data)


@dataclass(frozen=True, slots=True)
class DeadPress:
    """A press that an operator wants repeated."""

    update_id: int
    telegram_id: int
    callback_data: str


async def store(
    session: AsyncSession,
    *,
    update_id: int,
    kind: str,
    telegram_id: int | None,
    handler: str,
    error: str,
    callback_data: str | None,
    now: datetime,
) -> None:
    """Keep an update's outline; an invite's token is cut off."""
    if callback_data is not None and TOKEN.search(callback_data):
        callback_data = callback_data[: len(CUT_IN_SQL)]
    outline = {
        "kind": kind,
        "telegram_id": telegram_id,
        "handler": handler,
        "error": error,
        "callback_data": callback_data,
        "retry_wanted": False,
        "created_at": now,
    }
    await put(session, DeadLetter, {"update_id": update_id}, outline)


async def find_all(session: AsyncSession) -> list[DeadUpdate]:
    """Return every dead letter, the oldest first."""
    rows = await session.scalars(select(DeadLetter).order_by(DeadLetter.created_at, DeadLetter.update_id))
    return [
        DeadUpdate(row.update_id, row.kind, row.handler, row.error, row.callback_data, row.retry_wanted, row.created_at)
        for row in rows
    ]


async def count(session: AsyncSession) -> int:
    """Return how many updates are dead-lettered."""
    return await session.scalar(select(func.count()).select_from(DeadLetter)) or 0


async def want_retry(session: AsyncSession, update_ids: list[int] | None = None) -> int:
    """Ask the bot to repeat these presses, or all of them; return how many can be."""
    which = [] if update_ids is None else [DeadLetter.update_id.in_(update_ids)]
    asked = await session.scalars(
        update(DeadLetter)
        .where(
            DeadLetter.callback_data.is_not(None),
            DeadLetter.callback_data.not_like(CUT_IN_SQL),
            DeadLetter.telegram_id.is_not(None),
            *which,
        )
        .values(retry_wanted=True)
        .returning(DeadLetter.update_id)
    )
    return len(asked.all())


async def claim_retries(session: AsyncSession) -> list[DeadPress]:
    """Claim the presses to repeat; any number of replicas may ask, each press goes to one."""
    wanted = (
        select(DeadLetter.update_id)
        .where(DeadLetter.retry_wanted)
        .limit(RETRIES_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        update(DeadLetter)
        .where(DeadLetter.update_id.in_(wanted))
        .values(retry_wanted=False)
        .returning(DeadLetter.update_id, DeadLetter.telegram_id, DeadLetter.callback_data)
    )
    return [
        DeadPress(update_id, telegram_id, data)
        for update_id, telegram_id, data in rows
        if telegram_id is not None and data is not None
    ]


async def remove(session: AsyncSession, update_id: int) -> bool:
    """Forget an update; False when it was not there."""
    removal = delete(DeadLetter).where(DeadLetter.update_id == update_id).returning(DeadLetter.update_id)
    return await session.scalar(removal) is not None


async def has_old(session: AsyncSession, now: datetime) -> bool:
    """Return whether an update has been kept for longer than anyone will look into it."""
    return bool(await session.scalar(select(exists().where(DeadLetter.created_at < now - KEPT))))


async def remove_old(session: AsyncSession, now: datetime) -> None:
    """Forget these updates."""
    await session.execute(delete(DeadLetter).where(DeadLetter.created_at < now - KEPT))
