"""Departments: the list to choose from, and finding or creating one by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department as a person chooses it."""

    id: int
    name: str


def name_in(locale: str, name: str, name_en: str | None) -> str:
    """The name for readers of this language."""
    return (locale == "en" and name_en) or name


async def list_departments(session: AsyncSession, locale: str) -> list[DepartmentLine]:
    """All departments in alphabetical order of the names in this language."""
    rows = await session.execute(select(Department.id, Department.name, Department.name_en))
    lines = [DepartmentLine(id_, name_in(locale, name, name_en)) for id_, name, name_en in rows]
    return sorted(lines, key=lambda line: line.name.casefold())


async def find_or_create(session: AsyncSession, name: str, now: datetime, *, name_en: str | None = None) -> int:
    """The id of the department with this name; it is created when there is none."""
    found = await session.scalar(select(Department.id).where(Department.name == name))
    if found is not None:
        return found
    department = Department(name=name, name_en=name_en, created_at=now, updated_at=now)
    session.add(department)
    await session.flush()
    return department.id
