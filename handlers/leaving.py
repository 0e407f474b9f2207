"""Leaving: /delete, with a word to type so that it never happens by a slip of the thumb."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

import delivery
from db import Database
from handlers.filters import Member, Typed
from handlers.states import Typing
from services import users
from services.users import Actor
from views import information as views
from views.translator import Translator


async def ask(message: Message, database: Database, state: FSMContext, t: Translator) -> None:
    """What goes, what remains, and the word to type."""
    async with database.begin():
        await state.set_state(Typing.erase)
    await delivery.show(message, views.delete_question(t))


async def erase(message: Message, actor: Actor, database: Database, t: Translator) -> None:
    """Erase at once when the word is right; any other word erases nothing."""
    if not views.is_delete_word(t, message.text or ""):
        await delivery.show(message, views.note(t("delete.other_word", word=t("delete.word"))))
        return
    async with database.begin() as session:
        await users.erase(session, actor.id)
    await delivery.show(message, views.note(t("delete.done")))
    await delivery.set_commands(message, None)


async def word_is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, views.note(t("error.text_expected")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="leaving")
    router.message.filter(Member())
    router.callback_query.filter(Member())
    router.message.register(ask, Command("delete"))
    router.message.register(erase, Typing.erase, Typed())
    router.message.register(word_is_no_picture, Typing.erase)
    return router
