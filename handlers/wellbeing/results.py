"""Results: shown, explained, hidden, answered anew."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.filters import IsMember
from keyboards.callbacks import ShowResult
from services.wellbeing.checkin import CheckIns
from transport.request import Request
from views.wellbeing import checkin, results


async def show(query: CallbackQuery, request: Request, callback_data: ShowResult, assessments: CheckIns) -> None:
    """One own result; 0 asks for the latest."""
    async with request.read() as uow:
        card = await assessments.find_card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(results.none_yet(request.t) if card is None else results.result(request.t, card))


async def more(query: CallbackQuery, request: Request, callback_data: ShowResult, assessments: CheckIns) -> None:
    """What did not fit on the result."""
    async with request.read() as uow:
        card = await assessments.card(uow.session, request.member.id, callback_data.assessment, request.now)
    await request.show(results.more(request.t, card))


async def hide(query: CallbackQuery, request: Request) -> None:
    """Fold the result into a line that says nothing."""
    await request.show(results.hidden(request.t))


async def redo(query: CallbackQuery, request: Request, callback_data: ShowResult, assessments: CheckIns) -> None:
    """Answer a careless check-in anew, once."""
    async with request.begin() as uow:
        place = await assessments.redo(uow, callback_data.assessment)
    await request.show(checkin.place(request.t, place))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.results")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(show, ShowResult.filter(F.action == "show"))
    router.callback_query.register(more, ShowResult.filter(F.action == "more"))
    router.callback_query.register(hide, ShowResult.filter(F.action == "hide"))
    router.callback_query.register(redo, ShowResult.filter(F.action == "redo"))
    return router
