"""HR's panel."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.callbacks import HrPage
from services.account.users import Member
from services.company import hr_home
from services.kit import conversations
from transport import delivery
from views.company import hr as views
from views.translator import Translator


async def open_panel(message: Message, member: Member, database: Database, t: Translator) -> None:
    """The panel as a new message."""
    async with database.read() as session:
        found = await hr_home.look(session, member)
    await delivery.show(message, views.panel(t, found))


async def show_panel(query: CallbackQuery, member: Member, database: Database, t: Translator) -> None:
    """The panel in place; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        found = await hr_home.look(session, member)
    await delivery.show(query, views.panel(t, found))


def create() -> Router:
    """The router of this area."""
    router = Router(name="company.hr")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    router.message.register(open_panel, Command("hr"), flags=WITHOUT_CONSENT)
    router.callback_query.register(show_panel, HrPage.filter(F.place == "panel"), flags=WITHOUT_CONSENT)
    return router
