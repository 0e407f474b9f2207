"""The profile: who the person is to the company, and what only they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Recommendation, User
from services.account.errors import EmailTaken, NotAnEmail
from services.account.users import Member
from services.kit.errors import NotYours, TooLong
from services.kit.text import NAME_LENGTH, name_in, read_line

EMAIL_LENGTH = 254  # RFC 5321: a path of 256 characters with its two brackets
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

Field = Literal["name", "position", "email"]


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """What the profile shows. `joined` is a local date, `days` are counted from it; `avatar` is Telegram's file id."""

    name: str
    position: str | None
    email: str | None
    department: str | None
    joined: date
    days: int
    completed: int
    avatar: str | None


async def find(session: AsyncSession, member: Member, now: datetime) -> ProfileCard:
    """The own profile, by one statement."""
    completed = (
        select(func.count())
        .select_from(Recommendation)
        .where(Recommendation.user_id == User.id, Recommendation.completed)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(User, Department.name, Department.name_en, completed)
            .outerjoin(Department, Department.id == User.department_id)
            .where(User.id == member.id)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise NotYours
    user, department, department_en, count = row
    joined = member.rhythm.date_of(user.join_date)
    return ProfileCard(
        name=user.name,
        position=user.position,
        email=user.email,
        department=name_in(member.locale, department, department_en) if department else None,
        joined=joined,
        days=(member.rhythm.date_of(now) - joined).days,
        completed=count,
        avatar=user.avatar,
    )


async def fill_in(session: AsyncSession, member: Member, field: Field, text: str, now: datetime) -> ProfileCard:
    """Set a field to what was typed. Raises NoLetters, TooLong, NotAnEmail, EmailTaken."""
    value = _email(text) if field == "email" else read_line(text, NAME_LENGTH)
    return await _set(session, member, field, value, now)


async def drop(session: AsyncSession, member: Member, field: Field, now: datetime) -> ProfileCard:
    """Empty a field; only the name cannot be empty (NotYours)."""
    if field == "name":
        raise NotYours
    return await _set(session, member, field, None, now)


async def set_avatar(session: AsyncSession, member: Member, file_id: str | None, now: datetime) -> ProfileCard:
    """Keep the picture that Telegram shows of this person, or forget it."""
    return await _set(session, member, "avatar", file_id, now)


async def _set(session: AsyncSession, member: Member, column: str, value: str | None, now: datetime) -> ProfileCard:
    try:
        await session.execute(update(User).where(User.id == member.id).values({column: value, "updated_at": now}))
    except IntegrityError:  # the address is unique
        raise EmailTaken from None
    return await find(session, member, now)


def _email(text: str) -> str:
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH:
        raise TooLong(EMAIL_LENGTH)
    if not email.isprintable() or not EMAIL.fullmatch(email):
        raise NotAnEmail
    return email
