"""The people of the tests: one builder for each kind of person, and for the departments and invites that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from sqlalchemy import func, insert, select, update

from models import Assessment, Department, Membership, Metric, User
from playground.world.entities import Chat
from services.account import users
from services.account.member import Member, find_member
from services.account.unit_of_work import UnitOfWork
from services.company import departments
from services.kit import bot_info
from services.kit.calendar import WEEK, monday_of
from services.lifecycle import invites
from services.lifecycle.joining import Account
from tests.bot.story import PACE, SEED, completes, words
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import START, checkin_row, pulse_row, user_row
from transport import screens
from views.lifecycle import joining

LANGUAGES = ("ru", "en")
AGREE = {"ru": "Согласиться", "en": "Agree"}
SETTLED = timedelta(weeks=4)  # longer than two working weeks, whatever the days off
NAMES = (("Доставка", "Delivery"), ("Склад", "Warehouse"), ("Юристы", "Legal"))
BEFORE = datetime.combine(START - timedelta(days=5), time(9), UTC)  # a Wednesday: who joins then counts from START on

_ids = count(1001)


# --- in the chat -----------------------------------------------------------------------------------------------------


async def member(
    stage: Stage,
    person_id: int,
    name: str,
    *,
    language: str = "ru",
    department: str | None = "Склад",
    role: str = "employee",
    ago: timedelta = SETTLED,
    **account: object,
) -> Player:
    """Return somebody of this department and role who looks at the first question, and knows when the bot will write.

    They joined `ago`, so that they are no newcomer any more; `account` as in `Stage.person`. The use cases behind the
    door let them in, without the updates that lead there: a `newcomer` comes through it.
    """
    player = stage.person(person_id, name, language=language, **account)
    token = await invite(stage, role=role, department=department)
    stage.world.person_starts(person_id)
    (_,) = stage.waiting()
    app, now = stage.app, stage.clock()
    async with stage.database.begin() as session:
        known = Account(person_id, name, language)
        joined = await app.services.onboarding.join(session, known, token, app.content.consent.version, now)
        step = await app.services.onboarding.next_step(UnitOfWork(session, joined, now))
        entered = {"introduced_at": now, "join_date": now - ago}
        await session.execute(update(User).where(User.id == joined.id).values(entered))
    await screens.send(app.bot, person_id, joining.entered(app.catalogs.translator(language), step))
    return player


async def hr(
    stage: Stage, person_id: int = 2001, name: str = "Ольга", *, language: str = "ru", role: str = "hr"
) -> Player:
    """Return somebody of HR, of a department «Кадры»; the bot knows its own name."""
    async with stage.database.begin() as session:
        await bot_info.set_fact(session, bot_info.USERNAME, "exhale_bot")
    return await member(stage, person_id, name, role=role, department="Кадры", language=language)


async def hr_reader(stage: Stage, person_id: int = 5001, *, language: str = "ru", role: str = "hr") -> Player:
    """Return somebody of HR without a department, who is sent nothing but what HR reads."""
    player = await member(stage, person_id, "Ольга", role=role, department=None, language=language)
    await quiet(stage, player)
    return player


async def newcomer(stage: Stage, name: str = "Анна", *, locale: str = "ru", **how: object) -> Player:
    """Return somebody who has agreed and looks at the first question (or at the choice of department).

    `how` as in `invite`. By now they have been there for more than two working weeks, so that they are invited as
    everybody is.
    """
    player = stage.person(next(_ids), name, language=locale)
    await player.starts(await invite(stage, **how))  # type: ignore[arg-type]
    await player.presses(words(stage, locale)("consent.agree"))
    await _change(stage, player, join_date=stage.clock() - SETTLED)
    return player


async def finished(
    stage: Stage, given: Mapping[str, int] = SEED, name: str = "Анна", *, locale: str = "ru", pace: float = PACE
) -> Player:
    """Return somebody who has just been through the first check-in, and knows already when the bot will write."""
    player = await newcomer(stage, name, locale=locale)
    await _change(stage, player, introduced_at=stage.clock())
    await completes(stage, player, given, pace=pace)
    return player


async def quiet(stage: Stage, *players: Player) -> None:
    """Plan nothing for these people, so that a story hears only what it is about."""
    for player in players:
        await _change(stage, player, plan_at=None, paused_until=None)


# --- straight into the tables ----------------------------------------------------------------------------------------


async def crowd(stage: Stage, names: Sequence[str], department: str = "Склад", first_id: int = 5000) -> None:
    """Let people be in without having come through the door, which is what a long list needs."""
    now = stage.clock()
    async with stage.database.begin() as session:
        where = await departments.find_or_create(session, department, now)
        for number, name in enumerate(names):
            person = users.NewMember(first_id + number, name, "ru", "employee", where, 1)
            await users.join(session, person, "Europe/Moscow", now)


async def colleagues(stage: Stage, count: int, first_id: int, department: str = "Склад") -> list[Player]:
    """Return people who are no newcomers any more and count from next Monday on; the bot may write to each of them."""
    await crowd(stage, [f"Имя {number}" for number in range(count)], department, first_id)
    telegram_ids = range(first_id, first_id + count)
    async with stage.database.begin() as session:
        them = User.telegram_id.in_(telegram_ids)
        await session.execute(update(User).where(them).values(join_date=stage.clock() - SETTLED))
        since = monday_of(stage.clock().date()) + WEEK
        places = (await session.execute(select(User.id, User.department_id).where(them))).all()
        rows = [{"user_id": person, "department_id": place, "since": since} for person, place in places]
        await session.execute(insert(Membership), rows)
    stage.world.chats.update({telegram_id: Chat(telegram_id, started=True) for telegram_id in telegram_ids})
    return [stage.person(telegram_id, "Имя") for telegram_id in telegram_ids]


class Staff:
    """Teams by department, in the order of NAMES; ids of people by team. They count from START on."""

    def __init__(self, stage: Stage, teams: Sequence[Sequence[int]]) -> None:
        self.stage = stage
        self.teams = teams

    @property
    def everybody(self) -> list[int]:
        """All of them."""
        return [person for team in self.teams for person in team]

    async def pulse(self, week: date, people: Sequence[int], stress: float = 5, **more: float) -> None:
        """Put in their answers of one week, 0–10."""
        figures: dict[str, float | None] = {
            name: value * 10.0
            for name, value in {"burnout": 5.0, "productivity": 5.0, "stress": stress, **more}.items()
        }
        rows = [pulse_row(person, week, START, figures, self.stage.clock()) for person in people]
        async with self.stage.database.begin() as session:
            await session.execute(insert(Metric), rows)

    async def checkin(self, period: date, people: Sequence[int], answers: Mapping[str, int] = STEADY) -> None:
        """Put in their check-in of a period."""
        rows = [checkin_row(person, period, dict(answers), "ok", self.stage.clock()) for person in people]
        async with self.stage.database.begin() as session:
            await session.execute(insert(Assessment), rows)


async def staffed(stage: Stage, *sizes: int) -> Staff:
    """Return a company in the week before START, with departments of these sizes."""
    stage.clock.advance_to(BEFORE)
    now, teams, next_id = stage.clock(), [], 1
    async with stage.database.begin() as session:
        for number, ((name, name_en), size) in enumerate(zip(NAMES, sizes, strict=False), start=1):
            await session.execute(
                insert(Department).values(id=number, name=name, name_en=name_en, created_at=now, updated_at=now)
            )
            team = list(range(next_id, next_id + size))
            next_id += size
            teams.append(team)
            await session.execute(insert(User), [user_row(person, "employee", number, now) for person in team])
            rows = [{"user_id": person, "department_id": number, "since": START} for person in team]
            await session.execute(insert(Membership), rows)
        if session.get_bind().dialect.name == "postgresql":  # ids that were given do not move its sequences
            for table, taken in (("users", next_id), ("departments", len(sizes) + 1)):
                await session.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), taken)))
    return Staff(stage, teams)


def monday_nine(weeks: int) -> datetime:
    """Return 09:00 in Moscow on the Monday so many weeks after START."""
    return datetime.combine(START + weeks * WEEK, time(6), UTC)


# --- what they need --------------------------------------------------------------------------------------------------


async def department(stage: Stage, name: str, **values: object) -> int:
    """Return the id of the department of this name; it is made, with `values`, when there is none."""
    async with stage.database.begin() as session:
        id_ = await departments.find_or_create(session, name, stage.clock())
        if values:
            await session.execute(update(Department).where(Department.id == id_).values(values))
        return id_


async def invite(
    stage: Stage,
    *,
    name: str | None = None,
    role: str = "employee",
    department: str | int | None = None,
    uses: int = 1,
    hours: float = 336,
) -> str:
    """Return the token of a new invite, for one person when it has a name; `department` by name or id."""
    async with stage.database.begin() as session:
        if isinstance(department, str):
            department = await departments.find_or_create(session, department, stage.clock())
        return await invites.create(
            session,
            name=name,
            role=role,
            department_id=department,
            uses=uses,
            lifetime=timedelta(hours=hours),
            now=stage.clock(),
        )


# --- who they are ----------------------------------------------------------------------------------------------------


async def member_of(stage: Stage, player: Player) -> Member:
    """Return the person as the services know them."""
    async with stage.database.read() as session:
        found = await find_member(session, player.id)
    assert found is not None
    return found


async def id_of(stage: Stage, player: Player) -> int:
    """Return the id behind HR's buttons."""
    return (await member_of(stage, player)).id


async def row_of(stage: Stage, player: Player) -> User | None:
    """Return the committed row of a Telegram account, None for a stranger."""
    async with stage.database.read() as session:
        found: User | None = await session.scalar(select(User).where(User.telegram_id == player.id))
        return found


async def _change(stage: Stage, player: Player, **values: object) -> None:
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == player.id).values(values))
