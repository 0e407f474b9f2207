"""Results: shown, explained, hidden, answered again."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.filters import IsMember
from keyboards.wellbeing import ShowResult
from services.wellbeing.checkin import CheckIns
from transport.request import Request
from views.wellbeing import checkin, results

router = Router(name="wellbeing.results")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.callback_query(ShowResult.filter(F.action == "show"))
async def show(query: CallbackQuery, request: Request, callback_data: ShowResult, checkins: CheckIns) -> None:
    """Show one of the person's own results; 0 asks for the latest."""
    async with request.read() as uow:
        card = await checkins.find_card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(results.none_yet(request.t) if card is None else results.result(request.t, card))


@router.callback_query(ShowResult.filter(F.action == "more"))
async def more(query: CallbackQuery, request: Request, callback_data: ShowResult, checkins: CheckIns) -> None:
    """Show what did not fit on the result."""
    async with request.read() as uow:
        card = await checkins.card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(results.more(request.t, card))


@router.callback_query(ShowResult.filter(F.action == "hide"))
async def hide(query: CallbackQuery, request: Request) -> None:
    """Fold the result into a line that reveals nothing."""
    await request.show(results.hidden(request.t))


@router.callback_query(ShowResult.filter(F.action == "redo"))
async def redo(query: CallbackQuery, request: Request, callback_data: ShowResult, checkins: CheckIns) -> None:
    """Answer a careless check-in again, once."""
    async with request.begin() as uow:
        state = await checkins.redo(uow, callback_data.assessment)
    await request.show(checkin.state(request.t, state))
