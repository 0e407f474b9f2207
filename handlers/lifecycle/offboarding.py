"""Offboarding by HR: the question, then the deed."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from handlers.access import WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import Hr
from keyboards.company import PersonButton, PersonDeed
from services.lifecycle.offboarding import Offboarding
from transport.request import Request
from views.lifecycle import offboarding as views
from views.translator import Catalogs

router = Router(name="lifecycle.offboarding")


@router.callback_query(PersonButton.filter(F.action == "offboard"), Hr(), flags=WITHOUT_CONSENT)
async def ask_to_offboard(
    query: CallbackQuery, request: Request, callback_data: PersonButton, offboarding: Offboarding
) -> None:
    """Show everything that would happen."""
    async with request.read() as uow:
        leaving = await offboarding.preview(uow, callback_data.person)
    await request.show(views.offboard(request.t, leaving))


@router.callback_query(PersonDeed.filter(F.action == "offboard"), Hr(), flags=WITHOUT_CONSENT)
async def offboard(
    query: CallbackQuery,
    request: Request,
    callback_data: PersonDeed,
    bot: Bot,
    offboarding: Offboarding,
    catalogs: Catalogs,
) -> None:
    """End access and messages."""
    async with request.begin() as uow:
        leaving = await offboarding.offboard(uow, callback_data.person)
    await request.show(views.offboarded(request.t, leaving))
    await refresh_commands(bot, request.database, catalogs, leaving.telegram_id)
