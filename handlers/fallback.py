"""Whatever nobody else took: one helpful line, never silence, never a spinning button."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.filters import IsMember
from services.account.users import Member
from services.home import Home
from services.kit.clock import Clock
from services.lifecycle.errors import InviteMissing
from transport import delivery
from views import home as home_views
from views.information import note
from views.translator import Translator


async def old_button(
    query: CallbackQuery, member: Member, database: Database, home: Home, clock: Clock, t: Translator
) -> None:
    """A button of an earlier version, or garbage: the home screen."""
    async with database.read() as session:
        card = await home.look(session, member, clock())
    await delivery.show(query, home_views.home(t, card), toast=t("error.old_button"))


async def unknown(message: Message, t: Translator) -> None:
    """A text, a sticker, a photo, a voice, a command that does not exist."""
    await delivery.show(message, note(t("error.unknown_text")))


async def stranger(event: CallbackQuery | Message) -> None:
    """Somebody who has not joined, or whose data is erased."""
    raise InviteMissing


def create() -> Router:
    """The router of this area."""
    router = Router(name="fallback")
    router.callback_query.register(old_button, IsMember())
    router.message.register(unknown, IsMember())
    router.callback_query.register(stranger)
    router.message.register(stranger)
    return router
