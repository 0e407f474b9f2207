"""A minute of slow breathing, edited in rhythm by the background owner."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, InaccessibleMessage

from db.database import Database
from handlers.filters import IsMember
from keyboards.wellbeing import Breathe
from services.wellbeing import breathing
from transport import delivery
from transport.background import Background
from transport.request import Request
from views.translator import Catalogs, Translator
from views.wellbeing import breathing as views

router = Router(name="wellbeing.breathing")
router.callback_query.filter(IsMember())


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise in one message."""

    bot: Bot
    database: Database
    user_id: int
    chat_id: int
    message_id: int
    t: Translator

    async def run(self) -> None:
        """Edit the message breath by breath until the minute is over or someone stops it."""
        for round_ in range(breathing.ROUNDS):
            for phase, seconds in views.PHASES:
                if not await self._goes_on():
                    return
                if round_ or phase == "out":  # the first breath stands there already
                    await delivery.edit(self.bot, self.chat_id, self.message_id, views.breath(self.t, phase, round_))
                await asyncio.sleep(seconds)
        async with self.database.begin() as session:
            is_mine_to_end = await breathing.end(session, self.user_id, self.message_id)
        if is_mine_to_end:
            await delivery.edit(self.bot, self.chat_id, self.message_id, views.ended(self.t))

    async def _goes_on(self) -> bool:
        async with self.database.read() as session:
            return await breathing.is_going_on(session, self.user_id, self.message_id)


@router.callback_query(Breathe.filter(F.action == "begin"))
async def begin(query: CallbackQuery, request: Request, bot: Bot, background: Background) -> None:
    """Begin in the message of the button."""
    message = query.message
    if message is None or isinstance(message, InaccessibleMessage):
        await request.show(views.ended(request.t))
        return
    async with request.begin() as uow:
        await breathing.begin(uow.session, request.member.id, message.message_id)
    await request.show(views.breath(request.t, "in", 0))
    exercise = Exercise(bot, request.database, request.member.id, message.chat.id, message.message_id, request.t)
    background.start(exercise.run(), name="breathing")


@router.callback_query(Breathe.filter(F.action == "stop"))
async def stop(query: CallbackQuery, request: Request) -> None:
    """End it before its time."""
    if query.message is not None:
        async with request.begin() as uow:
            await breathing.end(uow.session, request.member.id, query.message.message_id)
    await request.show(views.ended(request.t))


async def end_orphans(bot: Bot, database: Database, catalogs: Catalogs) -> None:
    """After a restart, let no message go on telling someone to breathe in."""
    async with database.begin() as session:
        orphans = await breathing.take_orphans(session)
    for orphan in orphans:
        screen = views.ended(catalogs.translator(orphan.locale))
        await delivery.edit(bot, orphan.telegram_id, orphan.message_id, screen)
