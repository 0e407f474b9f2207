"""Who reads figures is in none of them, and that is fixed before a slot begins: HR cannot choose whom it is about."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from db.database import Database
from models import Delivery, Readership, User
from services.account.member import get_member
from services.account.unit_of_work import UnitOfWork
from services.company import departments, memberships, roles
from services.gate.publications import PULSE_WEEK
from services.kit.calendar import WEEK
from services.outbox import kinds
from tests.databases import until_somebody_waits
from tests.gate.company import Company
from tests.gate.weakened import ReadersAtOnce
from tests.gate.witness import Witnessed
from tests.gate.world import START, Person

TOP = 10
HALF_THE_SCALE = 5
WEEKS = 11
EMPTY = 2  # the department that nobody is in


class HrCompany(Company):
    """A company with somebody of HR, who appoints as the screens do, and a department that nobody is in."""

    hr: Person

    async def staffed(self, size: int) -> list[Person]:
        await self.department(1)
        await self.department(EMPTY)
        team = await self.employees([1] * size)
        self.hr = await self.person(None, "admin")
        self.monday += WEEK
        return team

    async def uow(self) -> UnitOfWork:
        return UnitOfWork(self.session, await get_member(self.session, self.hr.id), self.now)

    async def appoints(self, person: Person | None, department: int = EMPTY) -> None:
        name = "" if person is None else str(person.id)
        await departments.set_manager(await self.uow(), department, name, self.calendar)

    async def counted(self) -> set[int]:
        """Whose answers are in the company's figures of the newest week."""
        week = [seen for seen in self.log if seen.publication.kind == PULSE_WEEK][-1]
        return {part.person for part in week.parts}

    async def told(self, person: Person) -> int:
        rows = select(func.count(Delivery.id)).where(Delivery.user_id == person.id, Delivery.kind == kinds.READER)
        return await self.session.scalar(rows) or 0


# --- HR picks who is in a figure --------------------------------------------------------------------------------------


def rounded(total: int, people: int) -> Fraction:
    """The published mean: the nearest half, and neither below 0.5 nor above 9.5 at the threshold of seven."""
    nearest = Fraction(math.floor(Fraction(total, people) * 2 + Fraction(1, 2)), 2)
    return min(max(nearest, Fraction(1, 2)), TOP - Fraction(1, 2))


def known(team: Sequence[int], weeks: Sequence[tuple[int | None, Fraction]]) -> dict[int, int]:
    """How many points apart a person's lowest and highest possible answer are, from means without one person each.

    Answers are whole numbers that stay the same. For each sum of the whole team, every week leaves an interval to the
    person it was without, and the intervals have to add up to the sum: nothing is lost by looking at them one by one.
    """
    found = dict.fromkeys(team, (TOP, 0))
    for whole in range(TOP * len(team) + 1):
        possible = {person: range(TOP + 1) for person in team}
        for without, mean in weeks:
            if without is None:
                possible = possible if rounded(whole, len(team)) == mean else {}
            elif possible:
                fitting = [x for x in possible[without] if rounded(whole - x, len(team) - 1) == mean]
                possible = possible | {without: range(fitting[0], fitting[-1] + 1)} if fitting else {}
        low, high = (sum(end(one) for one in possible.values()) for end in (min, max))
        if possible and low <= whole <= high:
            for person, one in possible.items():
                least, most = max(one[0], whole - high + one[-1]), min(one[-1], whole - low + one[0])
                found[person] = min(found[person][0], least), max(found[person][1], most)
    return {person: most - least for person, (least, most) in found.items()}


async def picked(database: Database, seed: int, gate_type: type[Witnessed]) -> tuple[dict[int, int], list[int]]:
    """Eleven weeks in which HR appoints one after another to a department that nobody is in.

    Gives how closely each of ten people is known, and how many messages each of them got.
    """
    answers = random.Random(seed)
    async with database.begin() as session:
        company = HrCompany(session)
        company.gate_type = gate_type
        company.set_threshold(7)
        team = await company.staffed(10)
        levels = {person.id: answers.randint(0, TOP) for person in team}
        means = []
        for week in range(WEEKS):
            if week:
                await company.appoints(team[week - 1])
            for level in set(levels.values()):
                await company.pulse([person for person in team if levels[person.id] == level], stress=level)
            publication = await company.close_week()
            assert publication.company is not None
            without = set(levels) - await company.counted()
            means.append((without.pop() if without else None, Fraction(publication.company.means["stress"].value)))
            assert not without
        told = [await company.told(person) for person in team]
    return known(list(levels), means), told


async def test_hr_picks_who_is_in_a_figure_where_managers_count_at_once(sqlite: Database) -> None:
    found, _ = await picked(sqlite, 41, ReadersAtOnce)
    assert max(found.values()) < HALF_THE_SCALE, "each of ten people is known"


async def test_hr_picks_nobody_where_readers_are_fixed_in_advance(sqlite: Database) -> None:
    found, told = await picked(sqlite, 41, Witnessed)
    assert min(found.values()) >= HALF_THE_SCALE
    assert told == [*[2] * 9, 1], "each appointment and each end of one is told"


# --- when it counts ---------------------------------------------------------------------------------------------------


async def test_a_manager_counts_until_the_next_period(database: Database) -> None:
    async with database.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        await company.appoints(team[0])
        for _ in range(4):
            await company.week_of(team)
            assert team[0].id in await company.counted()
        await company.week_of(team)
        assert team[0].id not in await company.counted()
        await company.appoints(None)
        await company.week_of(team)
        assert team[0].id not in await company.counted(), "nor does the end of it hold at once"
        for _ in range(3):
            await company.week_of(team)
        assert team[0].id in await company.counted()
        assert await company.told(team[0]) == 2


async def test_a_publication_that_is_late_finds_the_readers_of_its_first_day(sqlite: Database) -> None:
    async with sqlite.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        await company.appoints(team[0])
        for _ in range(6):
            await company.pulse(team)
            company.monday += WEEK
        await company.appoints(None)
        await company.gate.publish_due(session, company.now)
        weeks = [seen for seen in company.log if seen.publication.kind == PULSE_WEEK]
        counted = [team[0].id in {part.person for part in seen.parts} for seen in weeks]
        assert counted == [True, True, True, True, False, False]


@pytest.mark.both_databases
async def test_changed_twice_in_a_week_the_last_word_counts(database: Database) -> None:
    async with database.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        for person in (team[0], team[1], team[0], None, team[1]):
            await company.appoints(person)
        rows = (await session.execute(select(Readership.user_id, Readership.reads))).all()
        assert {row.user_id: row.reads for row in rows} == {company.hr.id: True, team[0].id: False, team[1].id: True}
        for _ in range(5):
            await company.week_of(team)
        assert {person.id for person in team} - await company.counted() == {team[1].id}


async def test_a_reader_twice_over_counts_when_the_last_reason_is_gone(sqlite: Database) -> None:
    async with sqlite.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        await company.appoints(team[0], 1)
        await company.appoints(team[0])
        for _ in range(4):
            await company.week_of(team)
        await company.appoints(None)
        for _ in range(4):
            await company.week_of(team)
        await company.week_of(team)
        assert team[0].id not in await company.counted()
        await departments.set_manager(await company.uow(), 1, "", company.calendar)
        for _ in range(4):
            await company.week_of(team)
        assert team[0].id in await company.counted()


async def test_a_role_counts_from_the_next_period_and_is_told(database: Database) -> None:
    async with database.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        change = await roles.change(await company.uow(), team[0].id, "hr", company.calendar)
        assert change.since == START + 4 * WEEK
        again = await roles.change(await company.uow(), team[0].id, "admin", company.calendar)
        assert again.since is None, "a reader already"
        for _ in range(4):
            await company.week_of(team)
            assert team[0].id in await company.counted()
        await roles.change(await company.uow(), team[0].id, "employee", company.calendar)
        await company.week_of(team)
        assert team[0].id not in await company.counted()
        assert await company.told(team[0]) == 2


async def test_erasing_an_empty_department_ends_its_manager(sqlite: Database) -> None:
    async with sqlite.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        await company.appoints(team[0])
        await departments.delete(await company.uow(), EMPTY, company.calendar)
        for _ in range(5):
            await company.week_of(team)
        assert team[0].id in await company.counted()
        assert await company.told(team[0]) == 2


async def test_a_clock_that_steps_back_keeps_the_newest_word(sqlite: Database) -> None:
    async with sqlite.begin() as session:
        company = HrCompany(session)
        team = await company.staffed(12)
        company.monday += 4 * WEEK
        await company.appoints(team[0])
        company.monday -= 4 * WEEK
        await company.appoints(None)
        company.monday += 8 * WEEK
        assert not await memberships.reads_at(session, team[0].id, company.monday + timedelta(days=400))


async def test_nobody_is_a_reader_for_being_invited_as_an_employee(sqlite: Database) -> None:
    async with sqlite.begin() as session:
        company = HrCompany(session)
        await company.staffed(12)
        assert list(await session.scalars(select(User.role).join(Readership, Readership.user_id == User.id))) == [
            "admin"
        ]


@pytest.mark.both_databases
async def test_of_two_changes_at_once_the_second_counts_what_the_first_did(database: Database) -> None:
    """One makes a manager somebody of HR, while another takes their department away: they go on reading."""
    async with database.begin() as session:
        company = HrCompany(session)
        person, *_ = await company.staffed(8)
        await company.appoints(person)

    async def take_the_department() -> None:
        async with database.begin() as session:
            company.session = session
            await company.appoints(None)

    async with database.begin() as session:
        since = await roles.set_role(session, person.id, "hr", company.calendar, company.now)
        other = asyncio.ensure_future(take_the_department())
        if not database.is_sqlite:  # there the other one cannot even begin
            await until_somebody_waits(session)
    await other
    assert since is not None
    async with database.read() as session:
        assert await memberships.reads_at(session, person.id, since)
