"""`manage.py status`: one look at a running bot, from its rows; `doctor` says what is wrong and what to do."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from config import Settings
from ops.version import VERSION
from services.kit.calendar import days_off
from services.system import health


async def status_lines(session: AsyncSession, settings: Settings, now: datetime) -> list[str]:
    """Return the lines: queue, oldest due, dead letters, last summary, last backup, calendar. No one is named."""
    found = await health.backlog(session, now)
    waiting = await health.waiting(session)
    summary = await health.last_summary(session)
    overdue = timedelta(seconds=round(found.overdue_seconds))
    return [
        f"version: {VERSION}, schema {await health.revision(session)}",
        f"queue: {waiting} messages planned",
        f"oldest due: {f'waits for {overdue}' if overdue else 'none waits'}",
        f"dead letters: {found.dead_letters}",
        f"last summary: {f'of the week from {summary}' if summary else 'none yet'}",
        f"last backup: {f'{found.backed_up_at:%Y-%m-%d %H:%MZ}' if found.backed_up_at else 'none noted'}",
        f"calendar: {await asyncio.to_thread(_calendar, settings.country)}",
    ]


def _calendar(country: str) -> str:
    if not country:
        return "no public holidays are kept"
    return f"public holidays of {country} until the end of {days_off.known_until(country)}"
