"""Invented people for the playground: departments, an invite for newcomers, and someone with a past."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire
from content.demo import DemoDepartment, DemoPerson
from models import Department, Membership, User
from services.account import users
from services.account.member import Member, get_member
from services.account.unit_of_work import UnitOfWork
from services.account.users import NewMember
from services.company import departments, hr_home, memberships, reporting_groups
from services.demo.simulated_staff import SimulatedStaff
from services.kit import bot_info
from services.kit.calendar import WEEK, Calendar, at_local
from services.lifecycle import invites
from services.summary.joining import SEPARATOR
from services.wellbeing.checkin import CausesStep, CheckIns, CheckInStep, QuestionRef
from services.wellbeing.recommendations import Recommendations

INVITE = "demo_invite"
NEWCOMERS = 1000
LIFETIME = timedelta(days=3650)
PACE = timedelta(seconds=8)  # a reader's time for one question


class RealPeople(Exception):  # noqa: N818 (it tells a state, not a failure)
    """This database holds people whom no one invented."""


class DemoCompany:
    """Fills an empty database, once."""

    def __init__(self, content: Content, calendar: Calendar, default_timezone: str) -> None:
        self._content = content
        self._calendar = calendar
        self._timezone = default_timezone
        self._staff = SimulatedStaff(content, calendar, default_timezone)
        self._recommendations = Recommendations(content)
        self._checkins = CheckIns(content, calendar, self._recommendations)

    async def seed_once(self, session: AsyncSession, now: datetime) -> str:
        """Make departments, people and one invite for many newcomers; return its token, the same every time."""
        token = await bot_info.get_fact(session, INVITE)
        if token is not None:
            return token
        await self.seed(session, now)
        token = await invites.create(
            session, role="employee", department_id=None, uses=NEWCOMERS, lifetime=LIFETIME, now=now
        )
        await bot_info.set_fact(session, INVITE, token)
        return token

    async def seed(self, session: AsyncSession, now: datetime) -> None:
        """Make the company: departments, the people of the playground who are in it, colleagues and promises.

        Raise RealPeople when someone else is in this database.
        """
        if await session.scalar(select(exists().where(User.id.is_not(None)))):
            raise RealPeople
        demo = self._content.demo
        ids = [await self._department(session, department, now) for department in demo.departments]
        for person in demo.people:
            if person.role is not None:
                await self._live(session, person, person.role, ids[person.department], now)
        for department_id, department in zip(ids, demo.departments, strict=True):
            await self._appoint(session, department_id, department)
        await self._read(session)
        joined = await self._staff.move_in(session, ids, now)
        await self._group(session, ids, joined)
        boss = next(person.id for person in demo.people if person.role == "admin")
        await hr_home.record_word(UnitOfWork(session, await get_member(session, boss), now))
        author = await session.scalar(select(User.audit_key).where(User.role == "hr"))
        await self._staff.promise(session, ids, author or "", now)
        await self.catch_up(session, now)

    async def catch_up(self, session: AsyncSession, now: datetime) -> None:
        """Let the colleagues answer what has closed since the last time."""
        await self._staff.catch_up(session, now)

    async def _department(self, session: AsyncSession, department: DemoDepartment, now: datetime) -> int:
        name = department.name
        department_id = await departments.find_or_create(session, name.ru, now, name_en=name.en)
        kind = {"kind_of_work": department.kind_of_work}
        await session.execute(update(Department).where(Department.id == department_id).values(**kind))
        return department_id

    async def _appoint(self, session: AsyncSession, department_id: int, department: DemoDepartment) -> None:
        manager = select(User.id).where(User.telegram_id == department.manager).scalar_subquery()
        await session.execute(update(Department).where(Department.id == department_id).values(manager_id=manager))

    async def _group(self, session: AsyncSession, ids: list[int], moment: datetime) -> None:
        """Let small departments report together from the first period on, as if HR had accepted a proposal."""
        hr = next(person.id for person in self._content.demo.people if person.role == "hr")
        uow = UnitOfWork(session, await get_member(session, hr), moment)
        for places in self._content.demo.together:
            names = [self._content.demo.departments[place].name for place in places]
            name = SEPARATOR.join(sorted(one.ru for one in names))
            name_en = SEPARATOR.join(sorted(one.en for one in names))
            await reporting_groups.create(uow, name, [ids[place] for place in places], self._calendar, name_en)

    async def _read(self, session: AsyncSession) -> None:
        """Record that readers of figures have read them for as long as they have counted."""
        for user_id, since in (await session.execute(select(Membership.user_id, Membership.since))).all():
            await memberships.begin_reading(session, user_id, since)

    async def _live(
        self, session: AsyncSession, person: DemoPerson, role: str, department_id: int, now: datetime
    ) -> None:
        """Join before the periods that this person has answered, and answer each in its invitation week."""
        period = self._calendar.period_at(now)
        starts = [period.start - back * period.weeks * WEEK for back in range(len(person.past), 0, -1)]
        joined = at_local(starts[0] if starts else period.start, users.DEFAULT_HOUR, self._calendar.zone)
        joining = NewMember(person.id, person.name, person.language, role, department_id, self._content.consent.version)
        user_id = await users.join(session, joining, self._timezone, joined)
        await memberships.join(session, user_id, department_id, self._calendar, joined)
        member = await get_member(session, person.id)
        for example, start in zip(person.past, starts, strict=True):
            period = self._calendar.period_of(start)
            invited = member.rhythm.invitation_at(period, self._calendar.closes_at(period))
            await self._answer(session, member, self._content.questionnaire, example, invited)
        if starts:
            await session.execute(update(User).where(User.id == user_id).values(introduced_at=joined))
            await self._staff.answer_pulses(session, user_id, department_id, starts[0], now)

    async def _answer(
        self, session: AsyncSession, member: Member, questionnaire: Questionnaire, example: int, moment: datetime
    ) -> None:
        answers = questionnaire.examples[example].answers
        place = await self._checkins.start(UnitOfWork(session, member, moment))
        while isinstance(place, CheckInStep):
            moment += PACE
            press = QuestionRef(place.draft_id, questionnaire.version, place.position)
            value = answers.get(questionnaire.order[place.position])
            place = await self._checkins.answer(UnitOfWork(session, member, moment), press, value)
        if isinstance(place, CausesStep):
            await self._checkins.finish_causes(UnitOfWork(session, member, moment + PACE), place.card.assessment_id)
