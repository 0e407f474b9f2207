"""Help by topic, someone to talk to, and words for a talk with one's manager."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.account import Go, HelpTopic, Say
from services.account.access import AccessState
from services.outreach.contact import requests as contact
from transport.request import Request
from views.account import support as views
from views.screen import Screen

router = Router(name="account.support")


@router.message(Command("help"), flags=ALWAYS)
async def help_command(message: Message, request: Request) -> None:
    """Show how it works; for strangers too."""
    await request.show(views.topics(request.t))


@router.callback_query(Go.filter(F.place == "help"), flags=ALWAYS)
async def to_help(query: CallbackQuery, request: Request) -> None:
    """Show the topics."""
    await request.show(views.topics(request.t))


@router.callback_query(HelpTopic.filter(), flags=ALWAYS)
async def topic(query: CallbackQuery, request: Request, callback_data: HelpTopic) -> None:
    """Show one topic."""
    await request.show(views.topic(request.t, callback_data.topic))


@router.message(Command("help_now"), flags=ALWAYS)
async def help_now_command(message: Message, request: Request) -> None:
    """Show someone to talk to; for strangers too."""
    await request.show(await _help_now(request))


@router.callback_query(Go.filter(F.place == "help_now"), flags=ALWAYS)
async def to_help_now(query: CallbackQuery, request: Request) -> None:
    """Show someone to talk to."""
    await request.show(await _help_now(request))


@router.callback_query(Go.filter(F.place == "conflict"), flags=ALWAYS)
async def to_conflict(query: CallbackQuery, request: Request) -> None:
    """Show what can be done about conflict and pressure."""
    await request.show(views.conflict(request.t))


async def _help_now(request: Request) -> Screen:
    if request.visitor is None or request.access is AccessState.OFFBOARDED:
        return views.help_now(request.t, [], may_ask_hr=False)
    async with request.read() as uow:
        requests = await contact.requests(uow)
    return views.help_now(request.t, requests, may_ask_hr=True)


@router.callback_query(Say.filter(), IsMember(), flags=WITHOUT_CONSENT)
async def words(query: CallbackQuery, request: Request, callback_data: Say, content: Content) -> None:
    """Offer one choice after the other, then the message, which may be copied and passed on. Nothing is stored."""
    step = views.next_step(content.words, callback_data)
    if step is None:
        await request.show(views.words_to_say(request.t, content.words, callback_data), toast=request.t("say.ready"))
    else:
        await request.show(views.words_question(request.t, content.words, callback_data, step))
