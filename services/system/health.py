"""How the bot is doing, as far as rows can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, Fact, StoredSummary
from models.upsert import put
from services.system import dead_letters

PROBE = "probed_at"
BACKED_UP = "backed_up_at"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: `overdue_seconds` is the age of the oldest message that should have left, 0 when none waits.

    `backed_up_at`: when the last backup was noted.
    """

    overdue_seconds: float
    dead_letters: int
    backed_up_at: datetime | None


async def backlog(session: AsyncSession, now: datetime) -> Backlog:
    """Return what waits for the scheduler, and for an operator."""
    oldest = await session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
    overdue = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    noted = await session.scalar(select(Fact.value).where(Fact.name == BACKED_UP))
    return Backlog(overdue, await dead_letters.count(session), datetime.fromisoformat(noted) if noted else None)


async def waiting(session: AsyncSession) -> int:
    """Return how many messages are planned and have not left, due or not."""
    return await session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "pending")) or 0


async def last_summary(session: AsyncSession) -> date | None:
    """Return the Monday of the newest week with a stored summary."""
    return await session.scalar(select(func.max(StoredSummary.week)))


async def note_backup(session: AsyncSession, now: datetime) -> None:
    """Remember that a backup was made, for whoever watches that there is one."""
    await put(session, Fact, {"name": BACKED_UP}, {"value": now.isoformat()})


async def write(session: AsyncSession, now: datetime) -> None:
    """Write a row: a full disk and a standby answer every question but fail at every press."""
    await put(session, Fact, {"name": PROBE}, {"value": now.isoformat()})


async def revision(session: AsyncSession) -> str | None:
    """Return the revision of the schema that the database is at."""
    return await session.scalar(select(column("version_num")).select_from(table("alembic_version")))
