"""Help by topic, someone to talk to, and words for a talk with one's manager."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.callbacks import Go, HelpTopic, Say
from services.account.access import AccessState
from services.outreach import contact
from transport.request import Request
from views.account import support as views
from views.screen import Screen


async def help_command(message: Message, request: Request) -> None:
    """How it works; for strangers too."""
    await request.show(views.topics(request.t))


async def to_help(query: CallbackQuery, request: Request) -> None:
    """The topics."""
    await request.show(views.topics(request.t))


async def topic(query: CallbackQuery, request: Request, callback_data: HelpTopic) -> None:
    """One topic."""
    await request.show(views.topic(request.t, callback_data.topic))


async def help_now_command(message: Message, request: Request) -> None:
    """Someone to talk to; for strangers too."""
    await request.show(await _help_now(request))


async def to_help_now(query: CallbackQuery, request: Request) -> None:
    """Someone to talk to."""
    await request.show(await _help_now(request))


async def _help_now(request: Request) -> Screen:
    if request.visitor is None or request.access is AccessState.OFFBOARDED:
        return views.help_now(request.t, [], may_ask_hr=False)
    async with request.read() as uow:
        requests = await contact.requests(uow)
    return views.help_now(request.t, requests, may_ask_hr=True)


async def words(query: CallbackQuery, request: Request, callback_data: Say, content: Content) -> None:
    """One choice after the other, then the message itself, which may be copied and passed on. Nothing is stored."""
    step = views.next_step(content.words, callback_data)
    if step is None:
        await request.show(views.words_to_say(request.t, content.words, callback_data), toast=request.t("say.ready"))
    else:
        await request.show(views.words_question(request.t, content.words, callback_data, step))


def create() -> Router:
    """The router of this area."""
    router = Router(name="account.support")
    router.message.register(help_command, Command("help"), flags=ALWAYS)
    router.message.register(help_now_command, Command("help_now"), flags=ALWAYS)
    router.callback_query.register(to_help, Go.filter(F.place == "help"), flags=ALWAYS)
    router.callback_query.register(to_help_now, Go.filter(F.place == "help_now"), flags=ALWAYS)
    router.callback_query.register(topic, HelpTopic.filter(), flags=ALWAYS)
    router.callback_query.register(words, Say.filter(), IsMember(), flags=WITHOUT_CONSENT)
    return router
