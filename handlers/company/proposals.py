"""Proposals to join departments: all of them, and HR's answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.company import HrPage, ProposalButton
from services.company import reporting_groups
from services.kit.calendar import Calendar
from services.summary.joining import JoinProposals
from transport.request import Request
from views.company import proposals as views
from views.company import reporting_groups as group_views

router = Router(name="company.proposals")
router.callback_query.filter(Hr())


@router.callback_query(HrPage.filter(F.place == "proposals"), flags=WITHOUT_CONSENT)
async def open_proposals(query: CallbackQuery, request: Request, join_proposals: JoinProposals) -> None:
    """Show what can be joined now."""
    async with request.read() as uow:
        found = await join_proposals.all(uow)
    await request.show(views.page(request.t, found))


@router.callback_query(ProposalButton.filter(F.action == "accept"), flags=WITHOUT_CONSENT)
async def accept(
    query: CallbackQuery,
    request: Request,
    callback_data: ProposalButton,
    join_proposals: JoinProposals,
    calendar: Calendar,
) -> None:
    """Join, from the next period on; the people concerned are told."""
    async with request.begin() as uow:
        group_id = await join_proposals.accept(uow, callback_data.stamp)
        card = await reporting_groups.card(uow, group_id, calendar)
    note = request.t("proposal.accepted", date=request.t.date(card.since))
    await request.show(group_views.card(request.t, card, note))


@router.callback_query(ProposalButton.filter(F.action.in_({"later", "decline"})), flags=WITHOUT_CONSENT)
async def put_off(
    query: CallbackQuery, request: Request, callback_data: ProposalButton, join_proposals: JoinProposals
) -> None:
    """Propose it later, or never again."""
    async with request.begin() as uow:
        await join_proposals.put_off(uow, callback_data.stamp, for_good=callback_data.action == "decline")
        found = await join_proposals.all(uow)
    await request.show(views.page(request.t, found), toast=request.t("settings.saved"))
