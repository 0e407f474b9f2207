"""How HR gets to its pages, and what is found behind them."""

from __future__ import annotations

from sqlalchemy import select

from keyboards.company import HrPage, PersonButton
from models import AuditEntry, Department
from tests.fakes.stage import Player, Stage
from tests.people import id_of


async def goes(stage: Stage, player: Player, key: str, language: str = "ru") -> None:
    """From /hr to the page with this key below `hr.`."""
    await player.says("/hr")
    await player.presses(stage.app.catalogs.translator(language)(f"hr.{key}"))


async def opens_people(hr: Player) -> None:
    """HR's list of people, from the panel."""
    await hr.presses(data=HrPage(place="people").pack())


async def opens_card(stage: Stage, hr: Player, person: Player) -> None:
    """The card of somebody."""
    await hr.presses(data=PersonButton(action="card", person=await id_of(stage, person)).pack())


async def audited(stage: Stage) -> list[str]:
    """The actions in the log, oldest first."""
    async with stage.database.read() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def managed(stage: Stage, name: str) -> int | None:
    """Who manages a department."""
    async with stage.database.read() as session:
        return await session.scalar(select(Department.manager_id).where(Department.name == name))
