"""Leaving: /delete, with a word to type so that it never happens by a slip of the thumb."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.access import ALWAYS
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from handlers.text_expected import text_expected
from keyboards.account import Own
from ops.logs import get_logger
from services.account import users
from transport import delivery
from transport.request import Request
from views.account import privacy as views
from views.information import note

router = Router(name="account.leaving")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())

log = get_logger("auth")


@router.message(Command("delete"), flags=ALWAYS)
async def ask(message: Message, request: Request) -> None:
    """Show what goes, what remains, and the word to type."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.erase)
    await request.show(views.delete_question(request.t))


@router.callback_query(Own.filter(F.action == "delete"), flags=ALWAYS)
async def ask_from_button(query: CallbackQuery, request: Request) -> None:
    """Do the same from a button."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.erase)
    await request.show(views.delete_question(request.t))


@router.callback_query(Own.filter(F.action == "keep"), flags=ALWAYS)
async def keep(query: CallbackQuery, request: Request) -> None:
    """Change nothing after all."""
    async with request.begin():
        await request.dialog.clear()
    await request.show(views.kept(request.t))


@router.message(Awaiting.erase, IsTyped(), flags=ALWAYS)
async def erase(message: Message, request: Request) -> None:
    """Erase at once when the word is right; any other word erases nothing."""
    if not views.is_delete_word(request.t, message.text or ""):
        await request.show(note(request.t("delete.other_word", word=request.t("delete.word"))))
        return
    async with request.begin() as uow:
        await users.erase(uow.session, request.member.id)
    log.info("erased", user=request.member.id)  # the only list of erasures that outlives a restored backup
    await request.show(note(request.t("delete.done")))
    await delivery.set_commands(message, None)


router.message.register(text_expected, Awaiting.erase, flags=ALWAYS)
