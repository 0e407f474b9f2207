"""The audit log: who did what to what, and when. Rows are added and never changed or removed.

People are named by their random key, which only `users` holds; a target is a key such as `d3`, `promise 7`, `week
2026-11-16` or a person's random key, and never a name, an answer or a figure.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditEntry
from services.account.users import Member


async def record(session: AsyncSession, member: Member, action: str, target: str, now: datetime) -> None:
    """Add one row in the caller's transaction. `action` is a key below `audit.` in the catalogs (`viewed_summary`)."""
    session.add(AuditEntry(at=now, actor_audit_key=member.audit_key, action=action, target=target))
    await session.flush()
