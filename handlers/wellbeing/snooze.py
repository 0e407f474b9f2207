"""Not now: the check-in is put off, or left out this time."""

from __future__ import annotations

from datetime import date

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.filters import IsMember
from keyboards.wellbeing import Snooze
from services.notifications.snoozes import Snoozes, Wish
from services.wellbeing.checkin import CheckIns
from transport.request import Request
from views.wellbeing import snooze as views

router = Router(name="wellbeing.snooze")
router.callback_query.filter(IsMember())


@router.callback_query(Snooze.filter(F.wish != "never"))
async def remind_later(query: CallbackQuery, request: Request, callback_data: Snooze, snoozes: Snoozes) -> None:
    """Remind tomorrow, or in two hours."""
    period = date.fromordinal(callback_data.period)
    async with request.begin() as uow:
        outcome = await snoozes.snooze(uow, Wish(callback_data.wish), period, callback_data.number)
    await request.show(views.snoozed(request.t, outcome, request.buttons), toast=views.late_toast(request.t, outcome))


@router.callback_query(Snooze.filter(F.wish == "never"))
async def not_this_time(query: CallbackQuery, request: Request, callback_data: Snooze, checkins: CheckIns) -> None:
    """Send nothing more about this period's check-in."""
    async with request.begin() as uow:
        state = await checkins.decline(uow, date.fromordinal(callback_data.period))
    await request.show(views.declined(request.t, state, request.buttons), toast=views.stale_toast(request.t, state))
