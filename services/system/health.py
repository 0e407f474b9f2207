"""How the bot is doing, as far as rows tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, Fact
from models.upsert import insert_into
from services.system import dead_letters

PROBE = "probed_at"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: `overdue_seconds` is the age of the oldest message that should have left, 0 when none waits."""

    overdue_seconds: float
    dead_letters: int


async def backlog(session: AsyncSession, now: datetime) -> Backlog:
    """What waits for the scheduler, and for an operator."""
    oldest = await session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
    overdue = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    return Backlog(overdue, await dead_letters.count(session))


async def write(session: AsyncSession, now: datetime) -> None:
    """Write a row: a full disk and a standby answer every question, and fail at every press."""
    probe = insert_into(session, Fact, name=PROBE, value=now.isoformat())
    await session.execute(probe.on_conflict_do_update(index_elements=[Fact.name], set_={"value": probe.excluded.value}))


async def revision(session: AsyncSession) -> str | None:
    """The revision of the schema that the database is at."""
    return await session.scalar(select(column("version_num")).select_from(table("alembic_version")))
