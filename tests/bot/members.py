"""People who have come in through the door, for tests that begin behind it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from models import User
from services.company import departments
from services.lifecycle import invites
from tests.fakes.stage import Player, Stage

SETTLED = timedelta(weeks=4)  # longer than two working weeks, whatever the days off
AGREE = {"ru": "Согласиться", "en": "Agree"}


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
    """Somebody who opened an invite of this department and role, agreed, and knows when the bot will write.

    They joined `ago`, so that they are no newcomer any more; `account` as in `Stage.person`.
    """
    now = stage.clock()
    async with stage.database.begin() as session:
        department_id = await departments.find_or_create(session, department, now) if department else None
        token = await invites.create(
            session, role=role, department_id=department_id, uses=1, lifetime=timedelta(days=1), now=now
        )
    player = stage.person(person_id, name, language=language, **account)
    await player.starts(token)
    await player.presses(AGREE[language])
    async with stage.database.begin() as session:
        known = {"introduced_at": now, "join_date": now - ago}
        await session.execute(update(User).where(User.telegram_id == person_id).values(known))
    return player
