"""Updates set aside after they failed three times: kept so that an operator can see and repeat a press."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import DeadLetter

SECRET_PREFIX = "j1:"  # a joining button carries the invite's token, which is stored nowhere  # noqa: S105


async def set_aside(
    session: AsyncSession,
    *,
    update_id: int,
    kind: str,
    telegram_id: int | None,
    error: str,
    callback_data: str | None,
    now: datetime,
) -> None:
    """Keep an update's outline: never what somebody typed, never an invite's token."""
    if callback_data is not None and callback_data.startswith(SECRET_PREFIX):
        callback_data = SECRET_PREFIX
    await session.merge(
        DeadLetter(
            update_id=update_id,
            kind=kind,
            telegram_id=telegram_id,
            error=error,
            callback_data=callback_data,
            created_at=now,
        )
    )
