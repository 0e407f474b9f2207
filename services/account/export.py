"""A person's own data: everything that is stored about them, to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, or_, select, update

from models import Department, User
from services.account.errors import ExportTooOften
from services.account.personal_rows import Identity, mentions, owned_rows, signed_rows
from services.account.unit_of_work import UnitOfWork

EXPORTS_A_DAY = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of someone else that points at the person: which table, by which column, and the row's primary key."""

    table: str
    column: str
    row: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """Every row that is about the person, by table, with its columns; `day` is the person's own date."""

    day: date
    department: str | None
    tables: dict[str, list[dict[str, Any]]]
    mentions: list[Mention]


async def count_export(uow: UnitOfWork) -> None:
    """Count one export of this local day, by one conditional UPDATE. Raise ExportTooOften."""
    today = uow.member.rhythm.date_of(uow.now)
    is_another_day = User.export_day.is_distinct_from(today)
    counted = await uow.session.execute(
        update(User)
        .where(User.id == uow.member.id, or_(is_another_day, User.export_count < EXPORTS_A_DAY))
        .values(export_count=case((is_another_day, 1), else_=User.export_count + 1), export_day=today)
        .execution_options(synchronize_session=False)
    )
    if not counted.rowcount:  # type: ignore[attr-defined]
        raise ExportTooOften(EXPORTS_A_DAY)


async def collect(uow: UnitOfWork) -> Export:
    """Walk all tables for what is the person's own, and for what points at them."""
    audit_key = await uow.session.scalar(select(User.audit_key).where(User.id == uow.member.id))
    person = Identity(uow.member.id, uow.member.telegram_id, audit_key or "")
    tables = {}
    for table, is_theirs in (owned_rows(person) | signed_rows(person)).items():
        rows = await uow.session.execute(select(table).where(is_theirs).order_by(*table.primary_key))
        tables[table.name] = [dict(row) for row in rows.mappings()]
    found = []
    for column, points_here in mentions(person):
        rows = await uow.session.execute(select(*column.table.primary_key.columns).where(points_here))
        found += [Mention(column.table.name, column.name, tuple(row)) for row in rows]
    department = await uow.session.scalar(select(Department.name).where(Department.id == uow.member.department_id))
    return Export(uow.member.rhythm.date_of(uow.now), department, tables, found)
