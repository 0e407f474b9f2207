"""The audit log: who did what to what, and when. Rows are added and never changed or removed.

People are named by their random key, which only `users` holds; a target is a key such as `d3`, `promise 7`, `week
2026-11-16` or a person's random key, and never a name, an answer or a figure.
"""

from __future__ import annotations

from models import AuditEntry
from services.account.unit_of_work import UnitOfWork


async def record(uow: UnitOfWork, action: str, target: str) -> None:
    """Add one row in the caller's transaction. `action` is a key below `audit.` in the catalogs (`viewed_summary`)."""
    uow.session.add(AuditEntry(at=uow.now, actor_audit_key=uow.member.audit_key, action=action, target=target))
    await uow.session.flush()
