"""Earlier check-ins: the list, one result, its answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import HistoryEntry, HistoryList
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.checkin import CheckIns
from services.wellbeing.history import History
from transport import delivery
from views.translator import Translator
from views.wellbeing import history as views


async def open_history(message: Message, member: Member, database: Database, history: History, t: Translator) -> None:
    """The newest check-ins as a new message."""
    async with database.read() as session:
        page = await history.page(session, member.id, 0)
    await delivery.show(message, views.history(t, page))


async def turn_page(
    query: CallbackQuery,
    callback_data: HistoryList,
    member: Member,
    database: Database,
    history: History,
    t: Translator,
) -> None:
    """One page of the list."""
    async with database.read() as session:
        page = await history.page(session, member.id, callback_data.page)
    await delivery.show(query, views.history(t, page))


async def open_entry(
    query: CallbackQuery,
    callback_data: HistoryEntry,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """One earlier result."""
    async with database.read() as session:
        card = await assessments.card(session, member.id, callback_data.assessment, clock())
    await delivery.show(query, views.entry(t, card, callback_data.page))


async def open_answers(
    query: CallbackQuery,
    callback_data: HistoryEntry,
    member: Member,
    database: Database,
    history: History,
    t: Translator,
) -> None:
    """What was answered then, a part at a time."""
    async with database.read() as session:
        given = await history.answers(session, member.id, callback_data.assessment, callback_data.part)
    await delivery.show(query, views.answers(t, given, callback_data.page))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.history")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(turn_page, HistoryList.filter())
    router.callback_query.register(open_entry, HistoryEntry.filter(F.action == "show"))
    router.callback_query.register(open_answers, HistoryEntry.filter(F.action == "answers"))
    router.message.register(open_history, Command("history"))
    return router
