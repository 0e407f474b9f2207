"""Consent after joining: withdrawn, and given again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from models import User
from services.account.access import may_be_asked
from services.account.unit_of_work import UnitOfWork
from services.kit import conversations


async def withdraw(uow: UnitOfWork) -> None:
    """Ask nothing from now on, and let no answer feed a group; records stay. Only the first press counts."""
    await uow.session.execute(
        update(User)
        .where(User.id == uow.member.id, User.consent_withdrawn_at.is_(None))
        .values(consent_withdrawn_at=uow.now, updated_at=uow.now)
    )
    await conversations.leave(uow.session, uow.member.telegram_id)


async def agree_again(session: AsyncSession, user_id: int, version: int, now: datetime) -> None:
    """Agree after a withdrawal or to a newer text; changes nothing for someone whose consent is valid."""
    works_here = User.offboarded_at.is_(None) & User.moved_at.is_(None)
    await session.execute(
        update(User)
        .where(User.id == user_id, works_here, ~may_be_asked(version))
        .values(consent_withdrawn_at=None, consent_version=version, consent_at=now, plan_at=now, updated_at=now)
    )
