"""What weighed most: asked after a check-in, and until its period closes from the result."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.filters import IsMember
from keyboards.wellbeing import CauseButton, CausesPage
from services.wellbeing.checkin import CheckIns, CheckInState
from transport.request import Request
from views.wellbeing import checkin as views

router = Router(name="wellbeing.causes")
router.callback_query.filter(IsMember())


@router.callback_query(CauseButton.filter())
async def name(query: CallbackQuery, request: Request, callback_data: CauseButton, checkins: CheckIns) -> None:
    """Name a cause, or take it back."""
    pressed = callback_data
    async with request.begin() as uow:
        state = await checkins.name_cause(uow, pressed.assessment, pressed.cause, is_on=pressed.action == "name")
    await _show(request, state)


@router.callback_query(CausesPage.filter(F.action == "done"))
async def finish(query: CallbackQuery, request: Request, callback_data: CausesPage, checkins: CheckIns) -> None:
    """Go on to the result."""
    async with request.begin() as uow:
        state = await checkins.finish_causes(uow, callback_data.assessment)
    await _show(request, state)


@router.callback_query(CausesPage.filter(F.action == "ask"))
async def ask(query: CallbackQuery, request: Request, callback_data: CausesPage, checkins: CheckIns) -> None:
    """Ask from the result, for someone who stopped there."""
    async with request.read() as uow:
        state = await checkins.ask_causes(uow, callback_data.assessment)
    await _show(request, state)


async def _show(request: Request, state: CheckInState) -> None:
    await request.show(views.state(request.t, state), toast=views.stale_toast(request.t, state))
