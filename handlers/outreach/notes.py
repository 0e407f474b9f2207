"""Notes about promises, as the people concerned read and answer them."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import NoteButton
from services.account.users import Member
from services.kit.clock import Clock
from services.outreach.promises import Promises
from transport import delivery
from views.outreach import notes as views
from views.translator import Translator


async def read(
    query: CallbackQuery,
    callback_data: NoteButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """The whole note."""
    async with database.read() as session:
        card = await promises.read(session, member, callback_data.promise, clock())
    await delivery.show(query, views.screen(t, card))


async def react(
    query: CallbackQuery,
    callback_data: NoteButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """Noticed, or not yet: the first answer counts."""
    is_noticed = callback_data.action == "noticed"
    async with database.begin() as session:
        reacted, card = await promises.react(session, member, callback_data.promise, noticed=is_noticed, now=clock())
    await delivery.show(query, views.screen(t, card, reacted), toast=t(f"note.{reacted}"))


def create() -> Router:
    """The router of this area."""
    router = Router(name="outreach.notes")
    router.callback_query.filter(IsMember())
    router.callback_query.register(read, NoteButton.filter(F.action == "open"))
    router.callback_query.register(react, NoteButton.filter())
    return router
