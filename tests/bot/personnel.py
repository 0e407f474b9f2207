"""What the tests of HR's screens share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from keyboards.company import HrPage, PersonButton
from models import AuditEntry, Department, User
from services.account import users
from services.company import departments
from services.lifecycle import invites
from tests.bot.past import actor_of
from tests.fakes.stage import Player, Stage


async def opens_people(hr: Player) -> None:
    """HR's list of people, from the panel."""
    await hr.presses(data=HrPage(place="people").pack())


async def opens_card(stage: Stage, hr: Player, person: Player) -> None:
    """The card of somebody."""
    await hr.presses(data=PersonButton(action="card", person=await id_of(stage, person)).pack())


async def id_of(stage: Stage, player: Player) -> int:
    """The id behind HR's buttons."""
    return (await actor_of(stage, player)).id


async def row_of(stage: Stage, player: Player) -> User | None:
    """The committed row of a Telegram account, None for a stranger."""
    async with stage.database.read() as session:
        found: User | None = await session.scalar(select(User).where(User.telegram_id == player.id))
        return found


async def department_id(stage: Stage, name: str) -> int:
    """A department, made when there is none."""
    async with stage.database.begin() as session:
        return await departments.find_or_create(session, name, stage.clock())


async def personal_invite(stage: Stage, name: str, department: str | None = None, **changed: object) -> str:
    """An open invite for one person; gives its token."""
    now: datetime = stage.clock()
    async with stage.database.begin() as session:
        where = await departments.find_or_create(session, department, now) if department else None
        what: dict[str, object] = {"role": "employee", "uses": 1, "lifetime": timedelta(days=7), **changed}
        return await invites.create(session, name=name, department_id=where, now=now, **what)  # type: ignore[arg-type]


async def crowd(stage: Stage, names: Sequence[str], department: str = "Склад", first_id: int = 5000) -> None:
    """People who are in, made without the door, which is what a long list needs."""
    now = stage.clock()
    async with stage.database.begin() as session:
        where = await departments.find_or_create(session, department, now)
        for number, name in enumerate(names):
            person = users.NewMember(first_id + number, name, "ru", "employee", where, 1)
            await users.join(session, person, "Europe/Moscow", now)


async def audited(stage: Stage) -> list[str]:
    """The actions in the log, oldest first."""
    async with stage.database.read() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def managed(stage: Stage, name: str) -> int | None:
    """Who manages a department."""
    async with stage.database.read() as session:
        return await session.scalar(select(Department.manager_id).where(Department.name == name))
