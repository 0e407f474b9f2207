"""Inviting to the check-in now."""

from __future__ import annotations

from datetime import date

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.company import HrPage
from keyboards.outreach import RoundButton
from services.outreach.rounds import Rounds
from services.summary.joining import JoinProposals
from transport.request import Request
from views.outreach import rounds as views
from views.translator import Catalogs

router = Router(name="outreach.rounds")
router.callback_query.filter(Hr())


@router.callback_query(HrPage.filter(F.place == "round"), flags=WITHOUT_CONSENT)
async def open_choices(query: CallbackQuery, request: Request, rounds: Rounds) -> None:
    """Show what a round is, and whom it can be for."""
    async with request.read() as uow:
        choice = await rounds.choices(uow, 0)
    await request.show(views.choices(request.t, choice))


@router.callback_query(RoundButton.filter(F.action == "list"), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: RoundButton, rounds: Rounds) -> None:
    """Show another page."""
    async with request.read() as uow:
        choice = await rounds.choices(uow, callback_data.page)
    await request.show(views.choices(request.t, choice))


@router.callback_query(RoundButton.filter(F.action == "preview"), flags=WITHOUT_CONSENT)
async def preview(
    query: CallbackQuery,
    request: Request,
    callback_data: RoundButton,
    rounds: Rounds,
    catalogs: Catalogs,
    join_proposals: JoinProposals,
) -> None:
    """Show what will be sent before it is, and whose figures are unlikely to be shown."""
    async with request.read() as uow:
        shown = await rounds.preview(uow, callback_data.target)
        proposed = await join_proposals.open(uow)
    await request.show(views.preview(request.t, catalogs, shown, proposed))


@router.callback_query(RoundButton.filter(F.action == "begin"), flags=WITHOUT_CONSENT)
async def begin(query: CallbackQuery, request: Request, callback_data: RoundButton, rounds: Rounds) -> None:
    """Invite: once, however many people press and however often."""
    start = date.fromordinal(callback_data.start)
    async with request.begin() as uow:
        round_ = await rounds.begin(uow, callback_data.target, start)
    await request.show(views.begun(request.t, round_))
