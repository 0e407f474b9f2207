"""Whether what people name changes what HR is offered first: `python -m benchmarks.causes`.

The invented company of the playground answers for 26 weeks. For each department and each check-in period the first
action is chosen twice: as it is, and as it would be without causes. Two departments are too small to be shown.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, load_content
from db.database import Database
from migrations import runner
from models import Department
from services.demo.company import DemoCompany
from services.gate import publications
from services.gate.gate import Gate
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from services.summary.steps.suggestions import ActionFigures, Actions

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEKS = 26
EVER = 1_000
Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class FirstSteps:
    """Of one department the first action in each period, with causes and without; None where nothing was shown."""

    department: str
    pairs: tuple[Pair, ...]

    @property
    def differs(self) -> bool:
        """Whether causes led to another first action in most of the periods."""
        return sum(one != other for one, other in self.pairs) > len(self.pairs) / 2


async def first_steps(database: Database, content: Content) -> list[FirstSteps]:
    """Let the company live in an empty database for WEEKS weeks, and look back."""
    calendar = Calendar(ZoneInfo("Europe/Moscow"), 4)
    company, gate = DemoCompany(content, calendar, "Europe/Moscow"), Gate(content, calendar, 7)
    async with database.begin() as session:
        await company.seed(session, BEGIN)
        now = BEGIN
        for _ in range(WEEKS):
            now += WEEK
            await company.catch_up(session, now)
        await gate.publish_due(session, now)
        return await looked_back(session, content, calendar.period_at(BEGIN).next().start)


async def looked_back(session: AsyncSession, content: Content, since: date) -> list[FirstSteps]:
    """Return the first steps of each department in the periods that were published from a day on."""
    weeks = await publications.history(session, PULSE_WEEK, EVER)
    periods = await publications.history(session, CHECKIN_PERIOD, EVER)
    lived = [period for period in periods if period.slot >= since]
    return [
        FirstSteps(row.name_en or row.name, tuple(_pair(content, row.id, period, periods, weeks) for period in lived))
        for row in await session.scalars(select(Department).order_by(Department.id))
    ]


def _pair(
    content: Content, department: int, period: Publication, periods: list[Publication], weeks: list[Publication]
) -> Pair:
    """The first actions for a department after a period, with causes and without."""
    before = next((one for one in periods if one.period.end == period.slot), None)
    closed = [week for week in weeks if week.slot < period.period.end][-8:]
    bare = replace(period, groups=tuple(replace(cell, causes=()) for cell in period.groups))
    first, without = (_first(content, department, ActionFigures(closed, one, before)) for one in (period, bare))
    return first, without


def _first(content: Content, department: int, evidence: ActionFigures) -> str | None:
    if evidence.period is None or (group := evidence.period.group_of(department)) is None:
        return None
    if evidence.period.cell(group.key) is None:
        return None
    return Actions(content.hr_actions).for_cell(evidence.period, group.key, evidence)[0].id


def table(found: list[FirstSteps]) -> Iterator[str]:
    """The lines of the report."""
    yield f"{'department':14}{'periods':>8}{'differ':>8}  first action with causes, and without"
    for one in found:
        differ = sum(first != without for first, without in one.pairs)
        (first, without), _ = Counter(one.pairs).most_common(1)[0]
        yield f"{one.department:14}{len(one.pairs):>8}{differ:>8}  {first or '–'} | {without or '–'}"
    changed = sum(one.differs for one in found)
    yield f"causes lead to a different first step in {changed} of {len(found)} departments over {WEEKS} weeks"


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'causes.db'}"
        await runner.upgrade(url)
        database = Database(url)
        print(*table(await first_steps(database, load_content())), sep="\n")
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(main())
