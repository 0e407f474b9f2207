"""Invites: made by an operator or HR, opened by a link, used up by exactly one statement."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Invite
from services.errors import InviteDead

TOKEN_BYTES = 32  # 256 bits
TOKEN_SHAPE = re.compile(r"^[A-Za-z0-9_-]{43}$")  # 32 bytes in URL-safe base64


@dataclass(frozen=True, slots=True)
class Entry:
    """What an invite gives: a role, perhaps a department, until when the link works."""

    role: str
    department_id: int | None
    expires_at: datetime


def token_hash(token: str) -> str:
    """The SHA-256 under which a token is stored, as hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def create(
    session: AsyncSession, *, role: str, department_id: int | None, uses: int, lifetime: timedelta, now: datetime
) -> str:
    """Make an invite and give its token, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invite(
            token_hash=token_hash(token),
            role=role,
            department_id=department_id,
            uses_left=uses,
            expires_at=now + lifetime,
            created_at=now,
        )
    )
    await session.flush()
    return token


async def look_up(session: AsyncSession, token: str, now: datetime) -> Entry:
    """What this token would give, without using it. Raises InviteDead."""
    row = await session.execute(select(Invite.role, Invite.department_id, Invite.expires_at).where(*_alive(token, now)))
    return _entry(row.one_or_none())


async def use(session: AsyncSession, token: str, now: datetime) -> Entry:
    """Use the invite once, by one conditional UPDATE. Raises InviteDead."""
    row = await session.execute(
        update(Invite)
        .where(*_alive(token, now))
        .values(uses_left=Invite.uses_left - 1)
        .returning(Invite.role, Invite.department_id, Invite.expires_at)
        .execution_options(synchronize_session=False)
    )
    return _entry(row.one_or_none())


def _alive(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if not TOKEN_SHAPE.match(token):
        raise InviteDead
    return Invite.token_hash == token_hash(token), Invite.uses_left > 0, Invite.expires_at > now


def _entry(row: object) -> Entry:
    if row is None:
        raise InviteDead
    return Entry(*row)  # type: ignore[misc]
