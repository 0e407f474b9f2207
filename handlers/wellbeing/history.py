"""Earlier check-ins: the list, one result, its answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.callbacks import HistoryEntry, HistoryList
from services.wellbeing.checkin import CheckIns
from services.wellbeing.history import History
from transport.request import Request
from views.wellbeing import history as views


async def open_history(message: Message, request: Request, history: History) -> None:
    """The newest check-ins as a new message."""
    async with request.read() as uow:
        page = await history.page(uow.session, request.member.id, 0)
    await request.show(views.history(request.t, page))


async def turn_page(query: CallbackQuery, request: Request, callback_data: HistoryList, history: History) -> None:
    """One page of the list."""
    async with request.read() as uow:
        page = await history.page(uow.session, request.member.id, callback_data.page)
    await request.show(views.history(request.t, page))


async def open_entry(
    query: CallbackQuery, request: Request, callback_data: HistoryEntry, assessments: CheckIns
) -> None:
    """One earlier result."""
    async with request.read() as uow:
        card = await assessments.card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(views.entry(request.t, card, callback_data.page))


async def open_answers(query: CallbackQuery, request: Request, callback_data: HistoryEntry, history: History) -> None:
    """What was answered then, a part at a time."""
    async with request.read() as uow:
        given = await history.answers(uow.session, request.member.id, callback_data.assessment, callback_data.part)
    await request.show(views.answers(request.t, given, callback_data.page))


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
