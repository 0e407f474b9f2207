"""What HR is sent when somebody asks to be contacted: put together the same way for preview and delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest, Department, User
from services.account.permissions import is_hr

Way = Literal["telegram", "email", "words"]


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Who asks and how to reach them: in Telegram (`telegram_id`), by e-mail or in own words (`reach`)."""

    name: str
    department: str | None
    telegram_id: int
    way: Way
    reach: str | None


async def write(session: AsyncSession, author_id: int, way: Way, words: str | None) -> ContactDetails | None:
    """The letter of this person; None when the person is gone, or has no e-mail and no words where they are needed."""
    row = (
        await session.execute(
            select(User.name, Department.name, User.telegram_id, User.email)
            .outerjoin(Department, Department.id == User.department_id)
            .where(User.id == author_id)
        )
    ).one_or_none()
    if row is None:
        return None
    name, department, telegram_id, email = row
    reach = {"telegram": None, "email": email, "words": words}[way]
    return None if reach is None and way != "telegram" else ContactDetails(name, department, telegram_id, way, reach)


async def find(session: AsyncSession, request_id: int, reader: User) -> ContactDetails | None:
    """The letter that waits for this reader; None when it was erased, or the reader does not work in HR any more."""
    request = await session.get(ContactRequest, request_id)
    if request is None or request.hr_id != reader.id or not is_hr(reader):
        return None
    return await write(session, request.user_id, request.way, request.reach)  # type: ignore[arg-type]
