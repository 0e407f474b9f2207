"""A company behind a story: departments full of people who answer, written straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, insert, select, update

from models import Assessment, Department, Membership, Metric, User
from services.kit.calendar import WEEK
from tests.bot.members import member
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import START, checkin_row, pulse_row, user_row

NAMES = (("Доставка", "Delivery"), ("Склад", "Warehouse"), ("Юристы", "Legal"))
BEFORE = datetime.combine(START - timedelta(days=5), time(9), UTC)  # a Wednesday: who joins then counts from START on


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
        """Their answers of one week, 0–10."""
        figures: dict[str, float | None] = {
            name: value * 10.0
            for name, value in {"burnout": 5.0, "productivity": 5.0, "stress": stress, **more}.items()
        }
        rows = [pulse_row(person, week, START, figures, self.stage.clock()) for person in people]
        async with self.stage.database.begin() as session:
            await session.execute(insert(Metric), rows)

    async def checkin(self, period: date, people: Sequence[int], answers: Mapping[str, int] = STEADY) -> None:
        """Their check-in of a period."""
        rows = [checkin_row(person, period, dict(answers), "ok", self.stage.clock()) for person in people]
        async with self.stage.database.begin() as session:
            await session.execute(insert(Assessment), rows)


async def staffed(stage: Stage, *sizes: int) -> Staff:
    """A company in the week before START, with departments of these sizes."""
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


async def hr(stage: Stage, person_id: int = 5001, *, language: str = "ru", role: str = "hr") -> Player:
    """Somebody of HR without a department, whom nothing else is sent to."""
    player = await member(stage, person_id, "Ольга", role=role, department=None, language=language)
    await quiet(stage, player)
    return player


async def quiet(stage: Stage, *players: Player) -> None:
    """Plan nothing for these people, so that a story hears only what it is about."""
    async with stage.database.begin() as session:
        for player in players:
            await session.execute(
                update(User).where(User.telegram_id == player.id).values(plan_at=None, paused_until=None)
            )


def monday_nine(weeks: int) -> datetime:
    """09:00 in Moscow on the Monday so many weeks after START."""
    return datetime.combine(START + weeks * WEEK, time(6), UTC)
