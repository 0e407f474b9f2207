"""The commands in someone's menu, by what they are now."""

from __future__ import annotations

import asyncio

from aiogram import Bot
from aiogram.types import BotCommand

from db.database import Database
from services.account import permissions
from services.account.member import find_member
from transport import delivery
from views import commands
from views.translator import Catalogs


async def refresh_commands(bot: Bot, database: Database, catalogs: Catalogs, *telegram_ids: int) -> None:
    """Set the commands of people who joined, or whose language, role or managed department changed; after the commit.

    People who have left, or are unknown, lose their own list and see that of strangers.
    """
    async with database.read() as session:
        people = [(id_, await find_member(session, id_)) for id_ in telegram_ids]
        heads = {
            member.id for _, member in people if member is not None and await permissions.is_manager(session, member)
        }
    menus: dict[int, list[BotCommand] | None] = {}
    for telegram_id, member in people:
        menus[telegram_id] = None
        if member is not None and member.offboarded_at is None:
            names = commands.of_role(member.role, manages=member.id in heads)
            menus[telegram_id] = commands.commands(catalogs.translator(member.locale), names)
    await asyncio.gather(*(delivery.set_commands_of(bot, id_, menu) for id_, menu in menus.items()))
