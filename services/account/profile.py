"""The profile: who the person is to the company, and what only they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from models import Department, User
from services.account.errors import EmailTaken, NotAnEmail
from services.account.unit_of_work import UnitOfWork
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


async def find(uow: UnitOfWork) -> ProfileCard:
    """Return the person's own profile, in one statement."""
    row = (
        await uow.session.execute(
            select(User, Department.name, Department.name_en, User.completed_recommendations)
            .outerjoin(Department, Department.id == User.department_id)
            .where(User.id == uow.member.id)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise NotYours
    user, department, department_en, count = row
    joined = uow.member.rhythm.date_of(user.join_date)
    return ProfileCard(
        name=user.name,
        position=user.position,
        email=user.email,
        department=name_in(uow.member.locale, department, department_en) if department else None,
        joined=joined,
        days=(uow.member.rhythm.date_of(uow.now) - joined).days,
        completed=count,
        avatar=user.avatar,
    )


async def fill_in(uow: UnitOfWork, field: Field, text: str) -> ProfileCard:
    """Set a field to what was typed. Raise NoLetters, TooLong, NotAnEmail, EmailTaken."""
    value = _email(text) if field == "email" else read_line(text, NAME_LENGTH)
    return await _set(uow, field, value)


async def drop(uow: UnitOfWork, field: Field) -> ProfileCard:
    """Empty a field; only the name cannot be empty (NotYours)."""
    if field == "name":
        raise NotYours
    return await _set(uow, field, None)


async def set_avatar(uow: UnitOfWork, file_id: str | None) -> ProfileCard:
    """Keep the picture that Telegram shows of this person, or drop it."""
    return await _set(uow, "avatar", file_id)


async def _set(uow: UnitOfWork, column: str, value: str | None) -> ProfileCard:
    try:
        await uow.session.execute(
            update(User).where(User.id == uow.member.id).values({column: value, "updated_at": uow.now})
        )
    except IntegrityError:  # the address is unique
        raise EmailTaken from None
    return await find(uow)


def _email(text: str) -> str:
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH:
        raise TooLong(EMAIL_LENGTH)
    if not email.isprintable() or not EMAIL.fullmatch(email):
        raise NotAnEmail
    return email
