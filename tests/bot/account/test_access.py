"""Who may be asked: in Python and as SQL the same people, and whoever is let in is also written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import insert, select, update

from db.database import Database
from models import User
from services.account.access import access_of, may_be_asked
from services.account.member import member_of
from tests.bot.test_deliveries import live
from tests.clock import START
from tests.fakes.stage import Stage
from tests.gate.world import user_row
from tests.people import member

VERSIONS = (1, 2, 3)
SINCE: tuple[datetime | None, ...] = (None, START)


def people() -> list[dict[str, Any]]:
    """A row of `users` for every combination of what the rule looks at, and of what it does not."""
    combinations = product(VERSIONS, SINCE, SINCE, SINCE, SINCE, ("employee", "hr", "admin"))
    return [
        user_row(number, role, None, START)
        | {
            "consent_version": version,
            "consent_withdrawn_at": withdrawn,
            "offboarded_at": offboarded,
            "moved_at": moved,
            "unreachable_at": unreachable,
        }
        for number, (version, withdrawn, offboarded, moved, unreachable, role) in enumerate(combinations, start=1)
    ]


async def test_python_and_sql_let_in_the_same_people(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(insert(User), people())
    async with database.read() as session:
        users = (await session.scalars(select(User))).all()
        for version in VERSIONS:
            asked = set(await session.scalars(select(User.id).where(may_be_asked(version))))
            assert {user.id for user in users if access_of(user, version) is None} == asked
            assert {user.id for user in users if access_of(member_of(user), version) is None} == asked
            refused = set(await session.scalars(select(User.id).where(~may_be_asked(version))))
            assert refused == {user.id for user in users} - asked, "never null"


async def test_after_going_back_to_an_older_text_people_are_let_in_and_written_to(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    async with stage.database.begin() as session:
        await session.execute(update(User).values(consent_version=3))
    await anna.says("/menu")
    assert anna.screen.startswith("Выдох · Анна")
    assert await live(stage, anna, stage.clock() + timedelta(days=2))
