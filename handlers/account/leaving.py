"""Leaving: /delete, with a word to type so that it never happens by a slip of the thumb."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import ALWAYS
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from keyboards.callbacks import Own
from ops.logs import get_logger
from services.account import users
from services.account.users import Member
from services.kit import conversations
from transport import delivery
from views.account import privacy as views
from views.information import note
from views.translator import Translator

log = get_logger("auth")


async def ask(message: Message, database: Database, state: FSMContext, t: Translator) -> None:
    """What goes, what remains, and the word to type."""
    async with database.begin():
        await state.set_state(Awaiting.erase)
    await delivery.show(message, views.delete_question(t))


async def ask_from_button(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The same from a button."""
    async with database.begin():
        await typing.set_state(Awaiting.erase)
    await delivery.show(query, views.delete_question(t))


async def keep(query: CallbackQuery, member: Member, database: Database, t: Translator) -> None:
    """Rather not."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
    await delivery.show(query, views.kept(t))


async def erase(message: Message, member: Member, database: Database, t: Translator) -> None:
    """Erase at once when the word is right; any other word erases nothing."""
    if not views.is_delete_word(t, message.text or ""):
        await delivery.show(message, note(t("delete.other_word", word=t("delete.word"))))
        return
    async with database.begin() as session:
        await users.erase(session, member.id)
    log.info("erased", user=member.id)  # the only list of erasures that outlives a restored backup
    await delivery.show(message, note(t("delete.done")))
    await delivery.set_commands(message, None)


async def word_is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, note(t("error.text_expected")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="account.leaving")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.message.register(ask, Command("delete"), flags=ALWAYS)
    router.callback_query.register(ask_from_button, Own.filter(F.action == "delete"), flags=ALWAYS)
    router.callback_query.register(keep, Own.filter(F.action == "keep"), flags=ALWAYS)
    router.message.register(erase, Awaiting.erase, IsTyped(), flags=ALWAYS)
    router.message.register(word_is_no_picture, Awaiting.erase, flags=ALWAYS)
    return router
