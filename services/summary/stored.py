"""Summaries as they were sent: found again, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, ReportingGroup, StoredSummary
from services.company.memberships import Group, GroupKey
from services.gate.publications import Publication
from services.summary.weekly import Form


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step that a summary suggested: the id of an action, and for whom (no `groups` when it is for everyone)."""

    action: str
    for_everyone: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class SentSummary:
    """A summary as it was sent about the week that began on the Monday `week`; `texts` by language."""

    week: date
    form: Form
    texts: Mapping[str, str]
    steps: tuple[StoredStep, ...]


_STEPS = TypeAdapter(tuple[StoredStep, ...])


def dump(steps: tuple[StoredStep, ...]) -> list[dict[str, Any]]:
    """Return steps in the form in which they are stored."""
    found: list[dict[str, Any]] = _STEPS.dump_python(steps, mode="json")
    return found


def stored(row: StoredSummary) -> SentSummary:
    """Return the summary of a row."""
    return SentSummary(row.week, Form(row.form), row.texts, _STEPS.validate_python(row.steps))


async def find(session: AsyncSession, week: date) -> SentSummary | None:
    """Return the summary about the week that began on this Monday."""
    row = await session.get(StoredSummary, week)
    return None if row is None else stored(row)


async def latest_with_figures(session: AsyncSession) -> SentSummary | None:
    """Return the newest summary about a closed week: what employees read, word for word."""
    rows = select(StoredSummary).where(StoredSummary.form != str(Form.STARTING))
    row = await session.scalar(rows.order_by(StoredSummary.week.desc()).limit(1))
    return None if row is None else stored(row)


async def named_groups(session: AsyncSession, *published: Publication | None) -> dict[GroupKey, Group]:
    """Return every department and reporting group by key, for their names; publications keep the names of their day."""
    departments, groups = await session.scalars(select(Department)), await session.scalars(select(ReportingGroup))
    found = [
        *(Group(GroupKey.of_department(row.id), row.name, row.name_en, (row.id,)) for row in departments),
        *(Group(GroupKey.of_group(row.id), row.name, row.name_en, ()) for row in groups),
        *(group for publication in published if publication is not None for group in publication.all_groups),
    ]
    return {group.key: group for group in found}
