"""The laws of what the bot sends by itself, under hypothesis: people come, go, move, pause; clocks jump, ticks die."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, func, select, update

from content import load_content
from db.database import Database
from models import Assessment, CompanyDay, Delivery, Recommendation, User
from services.account import users
from services.account.member import find_member, rhythm_of
from services.account.unit_of_work import UnitOfWork
from services.account.users import NewMember
from services.company.calendar.country import keep_country, plan_anew
from services.kit.calendar import Calendar, Rhythm, monday_of
from services.notifications.claims import Claims
from services.notifications.composer import Composer
from services.notifications.planner import Planner
from services.notifications.snoozes import Snoozes, Wish
from services.notifications.subjects import DueMessage
from services.outbox import kinds
from services.outbox.kinds import KINDS
from services.outbox.outbox import Outcome
from services.wellbeing.checkin import CheckIns
from services.wellbeing.messages import CheckinSubject, ReminderSubject, plan_recommendation_messages, remind_of_plan
from services.wellbeing.recommendations import Recommendations
from tests.conftest import open_warm
from tests.databases import SQLiteDatabases

CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
CONTENT = load_content()
CONSENT = CONTENT.consent.version
PLANS = ("after lunch", "on Thursday", "в воскресенье", "завтра")
ZONES = ("Europe/Moscow", "Asia/Novosibirsk", "America/St_Johns", "Pacific/Chatham", "Africa/Cairo", "Asia/Vladivostok")
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
REPLICAS = ("one", "two")


class Office:
    """A database with people in it, two replicas that tick, and a note of every message that left."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START
        self.planner, composer = Planner(CALENDAR, CONSENT), Composer(CALENDAR, CONTENT, time(9))
        self.replicas = {name: Claims(CALENDAR, composer, self.planner, name) for name in REPLICAS}
        self.snoozes = Snoozes(CheckIns(CONTENT, CALENDAR, Recommendations(CONTENT)), CALENDAR)
        self.sent: list[tuple[datetime, DueMessage, Rhythm]] = []
        self.joined: dict[int, datetime] = {}
        self.crashes = 0

    async def join(self, number: int, zone: str, weekday: int, hour: int, *, ago: timedelta = timedelta()) -> None:
        async with self.database.begin() as session:
            await users.join(session, NewMember(number, "x", "en", "employee", None, CONSENT), zone, self.now)
            await session.execute(
                update(User)
                .where(User.telegram_id == number)
                .values(checkin_weekday=weekday, checkin_time=time(hour), plan_at=self.now, join_date=self.now - ago)
            )

    async def change(self, number: int, **values: Any) -> None:
        async with self.database.begin() as session:
            statement = update(User).where(User.telegram_id == number)
            await session.execute(statement.values(plan_at=self.now, **values))

    async def erase(self, number: int) -> None:
        async with self.database.begin() as session:
            user_id = await session.scalar(select(User.id).where(User.telegram_id == number))
            if user_id is not None:
                await users.erase(session, user_id)

    async def answer(self, number: int) -> None:
        async with self.database.begin() as session:
            user_id = await session.scalar(select(User.id).where(User.telegram_id == number))
            period = CALENDAR.period_at(self.now).start
            done = select(Assessment.id).where(Assessment.user_id == user_id, Assessment.period == period)
            if user_id is None or await session.scalar(done):
                return
            session.add(
                Assessment(
                    user_id=user_id, date=self.now, burnout_level="low", score=1, emotional_exhaustion=1,
                    depersonalization=0, reduced_accomplishment=0, answers={}, created_at=self.now, period=period,
                    department_id=None, questionnaire_version=1, profile="steady", quality="ok", redone=False,
                )
            )  # fmt: skip

    async def tick(self, replica: str, *, dies_after: int | None = None) -> None:
        """One heartbeat; with `dies_after` the process ends after so many messages, in the middle of the next one."""
        claims = self.replicas[replica]
        async with self.database.begin() as session:
            await claims.release_expired(session, self.now)
        planned = 1
        while planned:
            async with self.database.begin() as session:
                planned = await self.planner.plan(session, self.now)
        while True:
            async with self.database.begin() as session:
                claimed = await claims.claim(session, self.now, 5)
            if claimed is None:
                return
            for due in claimed:
                if not await self._send(claims, due, dies=dies_after == 0):
                    return
                dies_after = None if dies_after is None else dies_after - 1

    async def _send(self, claims: Claims, due: DueMessage, *, dies: bool) -> bool:
        async with self.database.begin() as session:
            if not await claims.mark_sending(session, due, self.now):
                return True
            user = await session.get_one(User, due.user_id)
            rhythm, self.joined[due.user_id] = rhythm_of(user), user.join_date
        self.sent.append((self.now, due, rhythm))
        if dies:
            self.crashes += 1
            return False
        async with self.database.begin() as session:
            await claims.record_outcome(session, due, Outcome.SENT, self.now, message_id=1)
        return True

    async def snooze(self, number: int, wish: Wish, back: int) -> None:
        """Press under the newest message about a check-in that this person got, or `back` messages before it."""
        async with self.database.begin() as session:
            member = await find_member(session, number)
            if member is None:
                return
            got = [
                part.subject
                for _, due, _ in self.sent
                for part in due.parts
                if due.user_id == member.id and part.kind in (kinds.CHECKIN, kinds.REMINDER, kinds.SNOOZED)
            ]
            match got[-1 - back :][:1]:
                case [CheckinSubject(period)]:
                    await self.snoozes.snooze(UnitOfWork(session, member, self.now), wish, period, 0)
                case [ReminderSubject(period, place)]:
                    await self.snoozes.snooze(UnitOfWork(session, member, self.now), wish, period, place)

    async def start_step(self, number: int, plan: str) -> None:
        async with self.database.begin() as session:
            actor = await find_member(session, number)
            if actor is None:
                return
            recommendation = Recommendation(
                user_id=actor.id, category="sleep", title="x", description="x", priority="high", duration="x",
                completed=False, content_id="x", reason="EE", state="started", started_at=self.now,
                created_at=self.now, updated_at=self.now,
            )  # fmt: skip
            session.add(recommendation)
            await session.flush()
            uow = UnitOfWork(session, actor, self.now)
            await plan_recommendation_messages(uow, recommendation.id, self.now, nudges=(2, 7, 14), review=28)
            await remind_of_plan(uow, recommendation.id, self.now, plan, CONTENT.typed)

    async def mark_days(self, first: date, last: date, *, is_working: bool) -> None:
        async with self.database.begin() as session:
            there = select(CompanyDay.id).where(CompanyDay.first == first, CompanyDay.last == last)
            if await session.scalar(there) is None:
                session.add(
                    CompanyDay(first=first, last=last, is_working=is_working, created_at=self.now, updated_at=self.now)
                )
            await plan_anew(session, self.now)

    async def take_days_back(self) -> None:
        async with self.database.begin() as session:
            await session.execute(delete(CompanyDay))
            await plan_anew(session, self.now)

    async def keep_holidays(self, country: str) -> None:
        async with self.database.begin() as session:
            await keep_country(session, country, self.now)

    async def go_to_next_event(self) -> None:
        self.now = max(self.now + timedelta(minutes=1), await self.next_event())

    async def live(self, span: timedelta, late: timedelta, replica: str) -> None:
        """Let time pass with a heartbeat at every moment at which something is due, each one `late`."""
        until = self.now + span
        while self.now < until:
            await self.go_to_next_event()
            self.now += late
            await self.tick(replica)

    async def next_event(self) -> datetime:
        """The next moment at which something is planned or due."""
        async with self.database.read() as session:
            due = await session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
            plan = await session.scalar(select(func.min(User.plan_at)))
        return min((moment for moment in (due, plan) if moment is not None), default=self.now + timedelta(days=7))

    def check(self) -> None:
        """What holds for everything that ever left."""
        parts = Counter((due.user_id, part.kind, part.subject) for _, due, _ in self.sent for part in due.parts)
        doubled = {key: count - 1 for key, count in parts.items() if count > 1}
        assert all(KINDS[kind].is_prompt for _, kind, _ in doubled), "a notice left twice"
        messages = Counter((due.user_id, due.parts[0].kind, due.parts[0].subject) for _, due, _ in self.sent)
        assert sum(count - 1 for count in messages.values()) <= self.crashes, "a prompt left twice without a crash"
        about_checkins = Counter(
            (due.user_id, part.subject)
            for _, due, _ in self.sent
            for part in due.parts
            if part.kind in (kinds.REMINDER, kinds.SNOOZED)
        )
        assert sum(count - 1 for count in about_checkins.values()) <= self.crashes, "a snooze came beside its reminder"
        weeks = Counter(
            (due.user_id, CALENDAR.week_of(at)) for at, due, _ in self.sent if KINDS[due.parts[0].kind].is_counted
        )
        assert all(count <= 2 + self.crashes for count in weeks.values()), "more than two messages in a week"
        for at, due, rhythm in self.sent:
            assert len(due.parts) <= 2
            assert rhythm.may_write(at), f"written to at {at.astimezone(rhythm.zone)}"
            if kinds.CHECKIN in {part.kind for part in due.parts}:
                joined, today = rhythm.date_of(self.joined[due.user_id]), rhythm.date_of(at)
                worked = rhythm.without_leave().open_days(joined, today)
                assert worked >= 2 * len(rhythm.working_days), "asked before two working weeks"


class Life(RuleBasedStateMachine):
    """Anything may happen to anybody in any order."""

    databases: ClassVar[SQLiteDatabases]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.url = self.databases.migrated()
        self.office = Office(open_warm(self.url))
        self.number = 0

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    @initialize(zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=3), weekday=st.integers(0, 6))
    def people_are_there(self, zones: list[str], weekday: int) -> None:
        for zone in zones:
            self.joins(zone, weekday, 10)
            self.run(self.office.start_step(self.number, "tomorrow"))

    @rule(zone=st.sampled_from(ZONES), weekday=st.integers(0, 6), hour=st.integers(0, 23))
    def joins(self, zone: str, weekday: int, hour: int) -> None:
        self.number += 1
        self.run(self.office.join(self.number, zone, weekday, hour))

    @rule(data=st.data())
    def leaves(self, data: st.DataObject) -> None:
        self.run(self.office.erase(data.draw(st.integers(1, self.number))))

    @rule(data=st.data(), zone=st.sampled_from(ZONES))
    def moves(self, data: st.DataObject, zone: str) -> None:
        self.run(self.office.change(data.draw(st.integers(1, self.number)), timezone=zone))

    @rule(data=st.data(), days=st.integers(0, 40))
    def pauses(self, data: st.DataObject, days: int) -> None:
        until = self.office.now.date() + timedelta(days=days)
        self.run(self.office.change(data.draw(st.integers(1, self.number)), paused_until=until))

    @rule(ahead=st.integers(0, 20), length=st.integers(1, 40), is_working=st.booleans())
    def company_is_off(self, ahead: int, length: int, is_working: bool) -> None:
        first = self.office.now.date() + timedelta(days=ahead)
        last = first if is_working else first + timedelta(days=length - 1)
        self.run(self.office.mark_days(first, last, is_working=is_working))

    @rule()
    def days_are_taken_back(self) -> None:
        self.run(self.office.take_days_back())

    @rule(country=st.sampled_from(("", "RU", "JP", "IL")))
    def keeps_holidays_of(self, country: str) -> None:
        self.run(self.office.keep_holidays(country))

    @rule(data=st.data(), days=st.sets(st.integers(0, 6), min_size=1))
    def works_on(self, data: st.DataObject, days: set[int]) -> None:
        number = data.draw(st.integers(1, self.number))
        self.run(self.office.change(number, working_days="".join(map(str, sorted(days)))))

    @rule(data=st.data())
    def answers(self, data: st.DataObject) -> None:
        self.run(self.office.answer(data.draw(st.integers(1, self.number))))

    @rule(data=st.data(), wish=st.sampled_from(Wish), back=st.sampled_from((0, 0, 0, 1, 2)))
    def snoozes(self, data: st.DataObject, wish: Wish, back: int) -> None:
        self.run(self.office.snooze(data.draw(st.integers(1, self.number)), wish, back))

    @rule(data=st.data(), is_on=st.booleans())
    def wants_pulse(self, data: st.DataObject, is_on: bool) -> None:
        self.run(self.office.change(data.draw(st.integers(1, self.number)), pulse_on=is_on))

    @rule(data=st.data(), plan=st.sampled_from(PLANS))
    def starts_a_step(self, data: st.DataObject, plan: str) -> None:
        self.run(self.office.start_step(data.draw(st.integers(1, self.number)), plan))

    @rule(weeks=st.integers(1, 3), late=st.sampled_from((0, 0, 40, 150)), replica=st.sampled_from(REPLICAS))
    def weeks_go_by(self, weeks: int, late: int, replica: str) -> None:
        self.run(self.office.live(timedelta(weeks=weeks), timedelta(minutes=late), replica))

    @rule(hours=st.sampled_from((1, 3, 7, 24, 30, 72, 200)), replica=st.sampled_from(REPLICAS))
    def bot_was_away(self, hours: int, replica: str) -> None:
        self.office.now += timedelta(hours=hours)
        self.run(self.office.tick(replica))

    @rule(replica=st.sampled_from(REPLICAS))
    def ticks_again(self, replica: str) -> None:
        self.run(self.office.tick(replica))

    @rule(replica=st.sampled_from(REPLICAS), after=st.integers(0, 2))
    def dies_in_the_middle(self, replica: str, after: int) -> None:
        self.run(self.office.go_to_next_event())
        self.run(self.office.tick(replica, dies_after=after))

    @invariant()
    def laws_hold(self) -> None:
        self.office.check()

    def teardown(self) -> None:
        try:
            self.run(self.office.live(timedelta(weeks=4), timedelta(), "one"))
            self.office.check()
        finally:  # else a law that does not hold fails later tests, too: their collector finds the connections
            self.run(self.office.database.dispose())
            self.runner.close()
            self.databases.drop(self.url)


def test_laws_of_the_planner(sqlite_databases: SQLiteDatabases) -> None:
    """A short run of the machine; `make soak` runs it longer."""
    _run(sqlite_databases, examples=3, steps=8)


@pytest.mark.soak
def test_laws_of_the_planner_for_long(sqlite_databases: SQLiteDatabases) -> None:
    """Many more examples."""
    _run(sqlite_databases, examples=100, steps=50)


def _run(databases: SQLiteDatabases, *, examples: int, steps: int) -> None:
    Life.databases = databases
    test_case: Any = Life.TestCase
    test_case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),  # shrinking replays weeks of heartbeats
        suppress_health_check=list(HealthCheck),
    )
    test_case().runTest()


@pytest.fixture
async def office(sqlite_databases: SQLiteDatabases) -> AsyncIterator[Office]:
    url = sqlite_databases.migrated()
    database = open_warm(url)
    yield Office(database)
    await database.dispose()
    sqlite_databases.drop(url)


@pytest.mark.parametrize(
    ("zones", "outage"),
    [
        (ZONES[1:5], 50),
        *(
            pytest.param(ZONES[n : n + 1] * 4, outage, marks=pytest.mark.soak)
            for n, outage in ((1, 0), (2, 50), (3, 26))
        ),
    ],
)
async def test_every_invitation_leaves_within_seven_days(office: Office, zones: Sequence[str], outage: int) -> None:
    """Whoever did not answer is invited once a period, at most seven days after the slot, whatever else is due.

    Every fifth day the bot is away for `outage` hours.
    """
    for number, (zone, weekday) in enumerate(zip(zones, (0, 1, 4, 6), strict=True), start=1):
        await office.join(number, zone, weekday, 10, ago=timedelta(weeks=4))
    first = CALENDAR.period_at(START)
    until = CALENDAR.closes_at(first.next())
    while office.now < until:
        await office.go_to_next_event()
        since_outage = (office.now - START) % timedelta(days=5)
        if since_outage < timedelta(hours=outage):
            office.now += timedelta(hours=outage) - since_outage
        await office.tick("one")
    office.check()
    invited = {
        (due.user_id, part.subject): (at, rhythm)
        for at, due, rhythm in office.sent
        for part in due.parts
        if part.kind == kinds.CHECKIN
    }
    for user_id in range(1, 5):
        for period in (first, first.next()):
            at, rhythm = invited[user_id, CheckinSubject(period.start)]
            assert timedelta(0) <= at - rhythm.invitation_at(period, CALENDAR.closes_at(period)) <= timedelta(days=7)
            assert monday_of(at.astimezone(rhythm.zone).date()) >= period.invitation_week
