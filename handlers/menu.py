"""Home, and the language of everything."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import Go
from services.account.users import Member
from services.home import Home
from services.kit import conversations
from services.kit.clock import Clock
from transport import delivery
from views import home as views
from views.translator import Translator


async def menu(message: Message, member: Member, database: Database, home: Home, clock: Clock, t: Translator) -> None:
    """The home screen as a new message."""
    async with database.read() as session:
        card = await home.look(session, member, clock())
    await delivery.show(message, views.home(t, card))


async def cancel(
    message: Message, was_typing: bool, member: Member, database: Database, home: Home, clock: Clock, t: Translator
) -> None:
    """Stop what was being typed (the middleware did), and go home."""
    async with database.read() as session:
        card = await home.look(session, member, clock())
    note = t("error.cancelled" if was_typing else "error.nothing_to_cancel")
    await delivery.show(message, views.home(t, card, note))


async def to_menu(
    query: CallbackQuery, member: Member, database: Database, home: Home, clock: Clock, t: Translator
) -> None:
    """The home screen in place of the screen that was left."""
    async with database.read() as session:
        card = await home.look(session, member, clock())
    await delivery.show(query, views.home(t, card))


async def stop_typing(
    query: CallbackQuery, member: Member, database: Database, home: Home, clock: Clock, t: Translator
) -> None:
    """The button beside a question that is answered by typing."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        card = await home.look(session, member, clock())
    await delivery.show(query, views.home(t, card, t("error.cancelled")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="menu")
    router.message.register(menu, Command("menu"), IsMember())
    router.message.register(cancel, Command("cancel"), IsMember())
    router.callback_query.register(to_menu, Go.filter(F.place == "menu"), IsMember())
    router.callback_query.register(stop_typing, Go.filter(F.place == "cancel"), IsMember())
    return router
