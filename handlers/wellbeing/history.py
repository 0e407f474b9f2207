"""Earlier check-ins: the list, one result, its answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.wellbeing import HistoryEntry, HistoryList
from services.wellbeing.checkin import CheckIns
from services.wellbeing.history import History
from transport.request import Request
from views.wellbeing import history as views

router = Router(name="wellbeing.history")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.message(Command("history"))
async def open_history(message: Message, request: Request, history: History) -> None:
    """Show the newest check-ins as a new message."""
    async with request.read() as uow:
        page = await history.page(uow.session, request.member.id, 0)
    await request.show(views.history(request.t, page))


@router.callback_query(HistoryList.filter())
async def turn_page(query: CallbackQuery, request: Request, callback_data: HistoryList, history: History) -> None:
    """Show one page of the list."""
    async with request.read() as uow:
        page = await history.page(uow.session, request.member.id, callback_data.page)
    await request.show(views.history(request.t, page))


@router.callback_query(HistoryEntry.filter(F.action == "show"))
async def open_entry(query: CallbackQuery, request: Request, callback_data: HistoryEntry, checkins: CheckIns) -> None:
    """Show one earlier result."""
    async with request.read() as uow:
        card = await checkins.card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(views.entry(request.t, card, callback_data.page))


@router.callback_query(HistoryEntry.filter(F.action == "answers"))
async def open_answers(query: CallbackQuery, request: Request, callback_data: HistoryEntry, history: History) -> None:
    """Show what was answered then, a part at a time."""
    async with request.read() as uow:
        given = await history.answers(uow.session, request.member.id, callback_data.assessment, callback_data.part)
    await request.show(views.answers(request.t, given, callback_data.page))
