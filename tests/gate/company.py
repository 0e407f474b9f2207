"""A company in which only what a test says happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.database import Database
from models import Assessment, Metric, User
from services.company import memberships
from services.company.memberships import GroupKey
from services.gate import publications
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK, Publication
from services.kit.calendar import WEEK
from tests.gate.world import CONTENT, START, Habits, Person, World, checkin_row, pulse_row

STEADY = {item.key: 3 for item in CONTENT.questionnaire.items}
LOW = {item.key: 6 if item.reverse else 0 for item in CONTENT.questionnaire.items}
HIGH = {item.key: 0 if item.reverse else 6 for item in CONTENT.questionnaire.items}


class Company(World):
    """A world without accidents: `staff` makes people who count from the first week on."""

    def __init__(self, session: AsyncSession, k: int = 7) -> None:
        super().__init__(session, "quiet", habits=Habits(rate=(0, 0)), k=k)

    async def staff(self, *sizes: int) -> list[list[Person]]:
        """Departments 1, 2, … with so many people each; their first week is open afterwards."""
        teams = []
        for number, size in enumerate(sizes, start=1):
            await self.department(number)
            teams.append(await self.employees([number] * size))
        self.monday += WEEK
        return teams

    async def pulse(self, people: Iterable[Person], **figures: float | None) -> None:
        """The pulse of the open week, 0–10; what is not given is 5."""
        values = {name: None if value is None else value * 10.0 for name, value in self._all(figures).items()}
        period = self.calendar.period_of(self.monday).start
        rows = [pulse_row(person.id, self.monday, period, values, self.now) for person in people]
        await self.session.execute(insert(Metric), rows)

    async def checkin(self, people: Iterable[Person], answers: dict[str, int], quality: str = "ok") -> None:
        """The check-in of the open period."""
        start = self.calendar.period_of(self.monday).start
        rows = [checkin_row(person.id, start, answers, quality, self.now) for person in people]
        await self.session.execute(insert(Assessment), rows)

    async def week_of(self, people: Iterable[Person], **figures: float | None) -> Publication:
        """Let these people answer and the week close; gives its publication."""
        await self.pulse(people, **figures)
        return await self.close_week()

    async def close_week(self) -> Publication:
        """Gives what was published about the week that closes."""
        slot = self.monday
        await self.close()
        found = await publications.find(self.session, PULSE_WEEK, slot)
        assert found is not None
        return found

    async def close_period(self) -> Publication:
        """Gives what was published about the period that closes."""
        period = self.calendar.period_of(self.monday)
        while self.monday < period.end:
            await self.close()
        found = await publications.find(self.session, CHECKIN_PERIOD, period.start)
        assert found is not None
        return found

    async def close_pooled(self) -> Publication:
        """Gives the pulse of the period that closes."""
        period = await self.close_period()
        found = await publications.find(self.session, PULSE_PERIOD, period.slot)
        assert found is not None
        return found

    def behind(self, publication: Publication, key: str = "company") -> int | None:
        """How many people's answers are in a cell; None where nothing was published."""
        cell = publication.cell(GroupKey(key))
        (seen,) = [seen for seen in self.log if seen.publication == publication]
        return None if cell is None else sum(bool(part.slots) for part in seen.behind(cell))

    async def change(self, person: Person, **values: Any) -> None:
        """Write into somebody's row."""
        await self.session.execute(update(User).where(User.id == person.id).values(**values))

    async def reads_since_start(self, person: Person) -> None:
        """Somebody who is a reader of figures by now has been one from the first week on."""
        await memberships.set_reading(self.session, [person.id], START)

    @staticmethod
    def _all(figures: dict[str, float | None]) -> dict[str, float | None]:
        return {"burnout": 5, "stress": 5, "productivity": 5} | figures


@asynccontextmanager
async def company_in(database: Database, k: int = 7) -> AsyncIterator[Company]:
    """A company inside one transaction."""
    async with database.begin() as session:
        yield Company(session, k)


def pooled(publication: Publication) -> list[str]:
    return [group.key for group in publication.pooled]


def shown(publication: Publication) -> list[str]:
    return [cell.key for cell in publication.groups]


def hidden(publication: Publication) -> list[str]:
    return [group.key for group in publication.hidden]


DAY = timedelta(days=1)
