"""HR's panel."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.filters import Admin, Hr
from keyboards.company import HrPage
from services.company import hr_home
from services.company.hr_home import Undertakings
from services.kit.calendar import Calendar
from services.summary.joining import JoinProposals
from transport.request import Request
from views.company import hr as views

router = Router(name="company.hr")
router.message.filter(Hr())
router.callback_query.filter(Hr())


@router.message(Command("hr"), flags=WITHOUT_CONSENT)
async def open_panel(
    message: Message, request: Request, undertakings: Undertakings, calendar: Calendar, join_proposals: JoinProposals
) -> None:
    """Show the panel as a new message."""
    async with request.read() as uow:
        found, proposed = await hr_home.look(uow, undertakings, calendar), await join_proposals.open(uow)
    await request.show(views.panel(request.t, found, proposed))


@router.callback_query(HrPage.filter(F.place == "panel"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def show_panel(
    query: CallbackQuery,
    request: Request,
    undertakings: Undertakings,
    calendar: Calendar,
    join_proposals: JoinProposals,
) -> None:
    """Show the panel in place."""
    async with request.begin() as uow:
        found, proposed = await hr_home.look(uow, undertakings, calendar), await join_proposals.open(uow)
    await request.show(views.panel(request.t, found, proposed))


@router.callback_query(HrPage.filter(F.place == "give_word"), Admin(), flags=WITHOUT_CONSENT)
async def give_word(
    query: CallbackQuery,
    request: Request,
    undertakings: Undertakings,
    calendar: Calendar,
    join_proposals: JoinProposals,
) -> None:
    """Give the company's word, once, by name in the audit log; then the panel."""
    async with request.begin() as uow:
        await undertakings.give_word(uow)
        found, proposed = await hr_home.look(uow, undertakings, calendar), await join_proposals.open(uow)
    await request.show(views.panel(request.t, found, proposed))
