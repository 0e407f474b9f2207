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


async def list_departments(session: AsyncSession) -> list[DepartmentLine]:
    """All departments in alphabetical order."""
    rows = await session.execute(select(Department.id, Department.name).order_by(Department.name))
    return [DepartmentLine(*row) for row in rows]


async def find_or_create(session: AsyncSession, name: str, now: datetime) -> int:
    """The id of the department with this name; it is created when there is none."""
    found = await session.scalar(select(Department.id).where(Department.name == name))
    if found is not None:
        return found
    department = Department(name=name, created_at=now, updated_at=now)
    session.add(department)
    await session.flush()
    return department.id
