"""A company of invented people that changes from week to week, written straight into the tables."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, load_content
from models import Assessment, Department, Membership, Metric, ReportingGroup, User
from services.company import memberships, roles
from services.kit.calendar import WEEK, Calendar, Period
from services.wellbeing import scoring
from services.wellbeing.checkin import columns_of
from tests.gate.witness import Seen, Witnessed

CONTENT: Content = load_content()
START = date(2026, 4, 20)  # a Monday on which a check-in period begins, whatever its length
ZONE = ZoneInfo("Europe/Moscow")
METRICS = ("burnout", "stress", "productivity")
ITEMS = {item.key: item for item in CONTENT.questionnaire.items}
CAUSES = tuple(cause.id for cause in CONTENT.causes.items if not cause.stands_alone)


@dataclass
class Person:
    """What the world remembers of somebody. `level` (0–1) is where the answers of an unchanging person lie.

    `causes`: what an unchanging person names.
    """

    id: int
    role: str = "employee"
    withdrawn: bool = False
    level: float = 0.5
    pulse: dict[str, int] = field(default_factory=dict)
    checkin: dict[str, int] = field(default_factory=dict)
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Habits:
    """How the world behaves. Shares are chances per person or per week.

    `is_static`: people answer the same every time, and everybody answers. `may_skip`: a part of the pulse may stay
    empty. `events`: what may happen in a week.
    """

    people: tuple[int, int] = (8, 60)
    departments: tuple[int, int] = (2, 8)
    answering: float = 0.75
    is_static: bool = False
    may_skip: float = 0.1
    suspect: float = 0.1
    events: tuple[str, ...] = (
        "join",
        "join",
        "leave",
        "move",
        "withdraw",
        "agree",
        "delete",
        "role",
        "manager",
        "regroup",
        "threshold",
        "length",
        "late",
    )
    rate: tuple[int, int] = (0, 5)
    thresholds: tuple[int, ...] = (5, 6, 7, 8, 10)


class World:
    """A company in a database. `gate_type` makes its gate; `log` gets what it published; `now` is in the open week."""

    def __init__(
        self,
        session: AsyncSession,
        seed: str,
        gate_type: type[Witnessed] = Witnessed,
        habits: Habits = Habits(),
        k: int = 7,
    ) -> None:
        self.session = session
        self.random = random.Random(seed)
        self.weighing = random.Random(f"{seed}, what weighs")  # causes leave all other chances as they are
        self.habits = habits
        self.gate_type = gate_type
        self.k = k
        self.calendar = Calendar(ZONE, 4)
        self.monday = START - WEEK
        self.people: dict[int, Person] = {}
        self.departments: list[int] = []
        self.groups: list[int] = []
        self.log: list[Seen] = []
        self._ids = 0
        self.gate = self._gate()

    @property
    def now(self) -> datetime:
        """The Wednesday of the open week."""
        return datetime.combine(self.monday + timedelta(days=2), time(9), UTC)

    async def found(self) -> None:
        """Departments, two named groups without members yet, and people who count from START on."""
        for number in range(1, self.random.randint(*self.habits.departments) + 1):
            await self.department(number)
        for number in (1, 2):
            await self.session.execute(
                insert(ReportingGroup).values(
                    id=number, name=f"Together {number}", created_at=self.now, updated_at=self.now
                )
            )
            self.groups.append(number)
        weights = [self.random.uniform(0.3, 3) for _ in self.departments]
        number = self.random.randint(*self.habits.people)
        await self.employees(self.random.choices(self.departments, weights)[0] for _ in range(number))
        self.monday += WEEK

    async def week(self) -> None:
        """One week: things happen, people answer, the week closes and the gate publishes what is due."""
        for _ in range(self.random.randint(*self.habits.rate)):
            await getattr(self, f"_{self.random.choice(self.habits.events)}")()
        await self.answer()
        await self.close()

    async def answer(self) -> None:
        """The pulse of this week, and in the last but one week of a period the check-in."""
        await self._store(Metric, [row for person in self.people.values() if (row := self._pulse(person))])
        period = self.calendar.period_of(self.monday)
        if period.invitation_week == self.monday:
            await self._store(
                Assessment, [row for person in self.people.values() if (row := self._checkin(person, period))]
            )
        if not self.habits.is_static:
            await self._edit(self.monday)

    async def close(self) -> Any:
        """The week ends; gives what the gate published."""
        self.monday += WEEK
        return await self.gate.publish_due(self.session, self.now)

    # --- making things -----------------------------------------------------------------------------------------------

    async def department(self, number: int) -> int:
        await self.session.execute(
            insert(Department).values(
                id=number, name=f"Department {number:02}", created_at=self.now, updated_at=self.now
            )
        )
        self.departments.append(number)
        return number

    async def person(self, department_id: int | None, role: str = "employee") -> Person:
        """Somebody who joins now and counts from the next Monday on."""
        person = self._new(role)
        await self.session.execute(insert(User).values(user_row(person.id, role, department_id, self.now)))
        since = await memberships.join(self.session, person.id, department_id, self.calendar, self.now)
        await memberships.begin_reading(self.session, person.id, since)
        return person

    async def employees(self, places: Iterable[int]) -> list[Person]:
        """The same of many at once, in these departments; they are no readers of figures."""
        found = [(place, self._new("employee")) for place in places]
        since = self.monday + WEEK
        people = [user_row(person.id, person.role, place, self.now) for place, person in found]
        members = [{"user_id": person.id, "department_id": place, "since": since} for place, person in found]
        await self.session.execute(insert(User), people)
        await self.session.execute(insert(Membership), members)
        return [person for _, person in found]

    def _new(self, role: str) -> Person:
        self._ids += 1
        person = Person(self._ids, role, level=self.random.random())
        person.pulse = {name: self._around(person.level, 10) for name in METRICS}
        person.checkin = {key: self._around(person.level, 6) for key in ITEMS}
        person.causes = self._causes()
        self.people[person.id] = person
        return person

    async def appoint(self, manager: int | None, department: int) -> None:
        """A department gets another manager, or none."""
        former = await self.session.scalar(select(Department.manager_id).where(Department.id == department))
        await self.session.execute(update(Department).where(Department.id == department).values(manager_id=manager))
        await self._settle(*(one for one in (former, manager) if one is not None))

    def set_threshold(self, k: int) -> None:
        """A new MIN_GROUP: the bot is started again with it."""
        self.k = k
        self.gate = self._gate()

    async def _settle(self, *people: int) -> None:
        await roles.settle_readers(self.session, people, self.calendar, self.now)

    # --- what may happen ---------------------------------------------------------------------------------------------

    async def _join(self) -> None:
        if len(self.people) < self.habits.people[1]:
            await self.person(self.random.choice([*self.departments, *self.departments, None]))

    async def _leave(self) -> None:
        await self._set(self._somebody(), offboarded_at=self.now)

    async def _delete(self) -> None:
        if person := self._somebody():
            del self.people[person.id]
            await self.session.execute(delete(User).where(User.id == person.id))

    async def _move(self) -> None:
        if person := self._somebody():
            department = self.random.choice(self.departments)
            await memberships.move(self.session, person.id, department, self.calendar, self.now)

    async def _withdraw(self) -> None:
        if person := self._somebody():
            person.withdrawn = True
            await self._set(person, consent_withdrawn_at=self.now)

    async def _agree(self) -> None:
        if person := self._somebody(withdrawn=True):
            person.withdrawn = False
            await self._set(person, consent_withdrawn_at=None, consent_at=self.now)

    async def _role(self) -> None:
        if person := self._somebody():
            person.role = self.random.choice(("employee", "employee", "hr", "admin"))
            await self._set(person, role=person.role)
            await self._settle(person.id)

    async def _manager(self) -> None:
        person = self._somebody()
        manager = None if person is None or self.random.random() < 0.3 else person.id
        await self.appoint(manager, self.random.choice(self.departments))

    async def _regroup(self) -> None:
        chosen = self.random.sample(self.departments, min(2, len(self.departments)))
        group = self.random.choice([*self.groups, None])
        await memberships.regroup(self.session, chosen, group, self.calendar, self.now)

    async def _late(self) -> None:
        await self._edit(self.monday - WEEK)

    async def _threshold(self) -> None:
        self.set_threshold(self.random.choice(self.habits.thresholds))

    async def _length(self) -> None:
        if self.random.random() < 0.2:
            self.calendar = Calendar(ZONE, self.random.choice((4, 8, 12)))
            self.gate = self._gate()

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _store(self, table: type[Metric | Assessment], rows: list[dict[str, Any]]) -> None:
        """Insert answers; who has answered in a period already (its length was changed) does not answer again."""
        if rows:
            dialect = postgresql if self.session.get_bind().dialect.name == "postgresql" else sqlite
            await self.session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)

    async def _edit(self, week: date) -> None:
        """Somebody answers a question of that week anew."""
        if person := self._somebody():
            mine = (Metric.user_id == person.id, Metric.date == week.isoformat())
            await self.session.execute(update(Metric).where(*mine).values(stress=self.random.randint(0, 10) * 10.0))

    def _gate(self) -> Witnessed:
        return self.gate_type(self.log, CONTENT, self.calendar, self.k)

    def _somebody(self, withdrawn: bool = False) -> Person | None:
        fitting = [person for person in self.people.values() if person.withdrawn is withdrawn]
        return self.random.choice(fitting) if fitting else None

    async def _set(self, person: Person | None, **values: Any) -> None:
        if person is not None:
            await self.session.execute(update(User).where(User.id == person.id).values(**values))

    def _around(self, level: float, top: int) -> int:
        return min(top, max(0, round(level * top + self.random.gauss(0, 0.12 * top))))

    def _answers(self) -> bool:
        return self.habits.is_static or self.random.random() < self.habits.answering

    def _pulse(self, person: Person) -> dict[str, Any] | None:
        if person.withdrawn or not self._answers():
            return None
        values = person.pulse if self.habits.is_static else {n: self._around(person.level, 10) for n in METRICS}
        figures: dict[str, float | None] = {name: value * 10.0 for name, value in values.items()}
        if self.random.random() < self.habits.may_skip:
            figures[self.random.choice(METRICS)] = None
        return pulse_row(person.id, self.monday, self.calendar.period_of(self.monday).start, figures, self.now)

    def _checkin(self, person: Person, period: Period) -> dict[str, Any] | None:
        if person.withdrawn or not self._answers():
            return None
        answers = person.checkin if self.habits.is_static else {k: self._around(person.level, 6) for k in ITEMS}
        if self.random.random() < self.habits.may_skip:
            answers = {key: value for key, value in answers.items() if key != "7"}
        quality = "suspect" if self.random.random() < self.habits.suspect else "ok"
        causes = person.causes if self.habits.is_static else self._causes()
        return checkin_row(person.id, period.start, answers, quality, self.now, causes)

    def _causes(self) -> tuple[str, ...]:
        """Up to two that somebody names, the first ones of the list more often."""
        weights = range(len(CAUSES), 0, -1)
        named = self.weighing.choices(CAUSES, weights, k=self.weighing.randint(0, CONTENT.causes.limit))
        return tuple(dict.fromkeys(named))


def user_row(id_: int, role: str, department_id: int | None, now: datetime) -> dict[str, Any]:
    """A row of `users` that says nothing but what the gate looks at."""
    return {
        "id": id_,
        "telegram_id": id_,
        "role": role,
        "name": f"Person {id_}",
        "department_id": department_id,
        "join_date": now,
        "locale": "ru",
        "timezone": "Europe/Moscow",
        "checkin_weekday": 1,
        "checkin_time": time(10),
        "pulse_on": True,
        "pulse_since": now,
        "pulse_weekday": 3,
        "pulse_time": time(15),
        "muted_kinds": [],
        "working_days": "01234",
        "quiet_from": time(20),
        "quiet_until": time(9),
        "consent_version": 1,
        "consent_at": now,
        "audit_key": f"{id_:032}",
        "created_at": now,
        "updated_at": now,
    }


def pulse_row(
    user_id: int, week: date, period: date, figures: dict[str, float | None], now: datetime
) -> dict[str, Any]:
    """A row of `metrics`; figures 0–100."""
    return {
        "user_id": user_id,
        "date": week.isoformat(),
        "source": "pulse",
        "period": period,
        "department_id": None,
        "created_at": now,
        **figures,
    }


def checkin_row(
    user_id: int, period: date, answers: dict[str, int], quality: str, now: datetime, causes: Sequence[str] = ()
) -> dict[str, Any]:
    """A row of `assessments` with the figures that the scoring gives these answers, and up to two named causes."""
    result = scoring.score(CONTENT.questionnaire, answers)
    first, second = [*causes, None, None][:2]
    return {
        **columns_of(CONTENT.questionnaire, answers, result, quality, now),
        "user_id": user_id,
        "created_at": now,
        "period": period,
        "department_id": None,
        "redone": False,
        "cause": first,
        "second_cause": second,
    }
