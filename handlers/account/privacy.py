"""A person's own data: who sees what, the consent and withdrawing it, the export."""

from __future__ import annotations

import asyncio

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.account import Go, Own
from services.account import consent, export
from services.account.access import AccessState
from services.company.people import People
from services.summary import self_view
from services.summary.drilldown import Drilldown
from services.summary.summaries import Summaries
from transport import delivery
from transport.request import Request
from views.account import export as files
from views.account import privacy as views
from views.summary import self_view as self_views

router = Router(name="account.privacy")


@router.message(Command("privacy"), flags=ALWAYS)
async def privacy_command(message: Message, request: Request) -> None:
    """Show who sees what; for strangers too."""
    await request.show(views.policy(request.t, request.visitor, request.access))


@router.callback_query(Go.filter(F.place == "privacy"), flags=ALWAYS)
async def to_privacy(query: CallbackQuery, request: Request) -> None:
    """Show who sees what."""
    await request.show(views.policy(request.t, request.visitor, request.access))


@router.callback_query(Go.filter(F.place == "hr_sees"), flags=ALWAYS)
async def to_hr_sees(query: CallbackQuery, request: Request, summaries: Summaries) -> None:
    """Show what HR sees: the last summary as HR got it."""
    async with request.read() as uow:
        seen = await summaries.seen_by(uow.session, request.visitor)
        next_on = await summaries.next_on(uow.session, request.now)
    await request.show(views.hr_sees(request.t, seen, next_on))


@router.callback_query(Go.filter(F.place == "hr_saw"), flags=ALWAYS)
async def tell_what_hr_saw(query: CallbackQuery, request: Request, summaries: Summaries) -> None:
    """Do the same below a message that brought the news, which stays as it is: it may be a question."""
    async with request.read() as uow:
        seen = await summaries.seen_by(uow.session, request.visitor)
        next_on = await summaries.next_on(uow.session, request.now)
    await request.answer()
    await request.say(views.hr_sees(request.t, seen, next_on))


@router.callback_query(Go.filter(F.place == "self_view"), IsMember(), flags=WITHOUT_CONSENT)
async def to_self_view(
    query: CallbackQuery, request: Request, people: People, drilldown: Drilldown, content: Content
) -> None:
    """Show everything that HR has about the person who asks."""
    async with request.read() as uow:
        seen = await self_view.look(uow, people, drilldown)
    await request.show(self_views.self_view(request.t, content, seen))


@router.callback_query(Go.filter(F.place == "consent"), flags=ALWAYS)
async def to_consent(query: CallbackQuery, request: Request, content: Content) -> None:
    """Show the consent text, to read again."""
    await request.show(views.consent_text(request.t, content.consent))


@router.callback_query(Own.filter(F.action == "withdraw"), IsMember())
async def ask_to_withdraw(query: CallbackQuery, request: Request) -> None:
    """Say what withdrawing the consent does."""
    await request.show(views.withdraw_question(request.t))


@router.callback_query(Own.filter(F.action == "withdrawn"), IsMember(), flags=WITHOUT_CONSENT)
async def withdraw(query: CallbackQuery, request: Request, content: Content) -> None:
    """Withdraw the consent."""
    async with request.begin() as uow:
        await consent.withdraw(uow)
    await request.show(views.closed(request.t, AccessState.WITHDRAWN, content.consent, None))


@router.message(Command("export"), IsMember(), flags=ALWAYS)
async def export_command(message: Message, request: Request, content: Content) -> None:
    """Send everything that is stored, as two files."""
    await _export(message, request, content)


@router.callback_query(Own.filter(F.action == "export"), IsMember(), flags=ALWAYS)
async def export_from_button(query: CallbackQuery, request: Request, content: Content) -> None:
    """Do the same from a button."""
    await _export(query, request, content)
    await request.answer()


async def _export(event: CallbackQuery | Message, request: Request, content: Content) -> None:
    async with request.begin() as uow:
        await export.count_export(uow)
    async with request.read() as uow:
        collected = await export.collect(uow)
    for document in await asyncio.to_thread(files.documents, request.t, collected, content):
        await delivery.send_document(event, document)
    await request.say(views.exported(request.t))
