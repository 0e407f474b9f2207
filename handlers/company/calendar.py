"""HR's calendar: the organisation's own days off and working days."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from handlers.text_expected import text_expected
from keyboards.company import CompanyDays, HrPage
from services.company.calendar.own_days import CompanyCalendar
from transport.request import Request
from views.company import calendar as views

router = Router(name="company.calendar")
router.message.filter(Hr())
router.callback_query.filter(Hr())


@router.callback_query(HrPage.filter(F.place == "calendar"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def open_calendar(query: CallbackQuery, request: Request, company_calendar: CompanyCalendar) -> None:
    """Show what is kept, and what is ahead."""
    async with request.begin() as uow:
        found = await company_calendar.look(uow)
    await request.show(views.calendar(request.t, found))


@router.callback_query(CompanyDays.filter(F.action.in_({"off", "working"})), flags=WITHOUT_CONSENT)
async def ask(query: CallbackQuery, request: Request, callback_data: CompanyDays) -> None:
    """Expect a day, or the first and the last one, as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.company_days)
        await request.dialog.set_data({"is_working": callback_data.action == "working"})
    await request.show(views.type_days(request.t, is_working=callback_data.action == "working"))


@router.message(Awaiting.company_days, IsTyped(), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request, company_calendar: CompanyCalendar) -> None:
    """Take the days, typed."""
    is_working = (await request.dialog.get_data()).get("is_working", False)
    async with request.begin() as uow:
        found = await company_calendar.add(uow, message.text or "", is_working=is_working)
        await request.dialog.clear()
    await request.show(views.calendar(request.t, found, request.t("settings.saved")))


@router.callback_query(CompanyDays.filter(F.action == "remove"), flags=WITHOUT_CONSENT)
async def remove(
    query: CallbackQuery, request: Request, callback_data: CompanyDays, company_calendar: CompanyCalendar
) -> None:
    """Take an entry back."""
    async with request.begin() as uow:
        found = await company_calendar.remove(uow, callback_data.id)
    await request.show(views.calendar(request.t, found), toast=request.t("calendar.removed"))


router.message.register(text_expected, StateFilter(Awaiting.company_days), flags=WITHOUT_CONSENT)
