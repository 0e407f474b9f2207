"""What managers agreed with their teams: recording it, and that it is done. The service asks who manages."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from handlers.text_expected import text_expected
from keyboards.outreach import Agreement
from services.kit import conversations
from services.outreach.agreements import Agreements
from services.outreach.promise_draft import draft_data
from transport.request import Request
from views.outreach import agreements as views
from views.translator import Catalogs

router = Router(name="outreach.agreements")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())

WRITING = str(Awaiting.agreement.state)


@router.callback_query(Agreement.filter(F.action == "write"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def begin(
    query: CallbackQuery, request: Request, callback_data: Agreement, agreements: Agreements, catalogs: Catalogs
) -> None:
    """Expect what was agreed as the next typed message."""
    async with request.begin() as uow:
        card = await agreements.begin(uow, callback_data.value)
        await request.dialog.set_state(Awaiting.agreement)
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.message(Awaiting.agreement, IsTyped(), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request, agreements: Agreements, catalogs: Catalogs) -> None:
    """Take what was typed: the agreement, or its date."""
    async with request.begin() as uow:
        card = await agreements.fill(uow, await request.dialog.get_data(), message.text or "")
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.callback_query(Agreement.filter(F.action.in_({"due", "again", "date"})), flags=WITHOUT_CONSENT)
async def go_on(
    query: CallbackQuery, request: Request, callback_data: Agreement, agreements: Agreements, catalogs: Catalogs
) -> None:
    """Take a press in place of typing."""
    async with request.begin() as uow:
        data = await request.dialog.get_data()
        card = await agreements.press(uow, data, callback_data.action, callback_data.value)
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.callback_query(Agreement.filter(F.action == "confirm"), flags=WITHOUT_CONSENT)
async def confirm(query: CallbackQuery, request: Request, callback_data: Agreement, agreements: Agreements) -> None:
    """Record it and tell people: once, since the first press takes what was written away."""
    async with request.begin() as uow:
        data = await conversations.take(uow.session, request.member.telegram_id, WRITING)
        card = await agreements.confirm(uow, data, callback_data.value)
    await request.show(views.recorded(request.t, card))


@router.callback_query(Agreement.filter(F.action == "keep"), flags=WITHOUT_CONSENT)
async def ask_keep(
    query: CallbackQuery, request: Request, callback_data: Agreement, agreements: Agreements, catalogs: Catalogs
) -> None:
    """Show what people will be asked when it is marked as done."""
    async with request.read() as uow:
        card = await agreements.card(uow, callback_data.id)
    await request.show(views.ask_keep(request.t, catalogs, card))


@router.callback_query(Agreement.filter(F.action == "kept"), flags=WITHOUT_CONSENT)
async def keep(query: CallbackQuery, request: Request, callback_data: Agreement, agreements: Agreements) -> None:
    """Mark it as done."""
    async with request.begin() as uow:
        card = await agreements.keep(uow, callback_data.id)
    await request.show(views.done(request.t, card))


router.message.register(text_expected, Awaiting.agreement, flags=WITHOUT_CONSENT)
