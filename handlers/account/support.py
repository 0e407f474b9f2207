"""Help by topic, someone to talk to, and words for a talk with one's manager."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.callbacks import Go, HelpTopic, Say
from services.account.access import AccessState
from services.account.users import Member
from services.kit.clock import Clock
from services.outreach import contact
from transport import delivery
from views.account import support as views
from views.screen import Screen
from views.translator import Translator


async def help_command(message: Message, t: Translator) -> None:
    """How it works; for strangers too."""
    await delivery.show(message, views.topics(t))


async def to_help(query: CallbackQuery, t: Translator) -> None:
    """The topics."""
    await delivery.show(query, views.topics(t))


async def topic(query: CallbackQuery, callback_data: HelpTopic, t: Translator) -> None:
    """One topic."""
    await delivery.show(query, views.topic(t, callback_data.topic))


async def help_now_command(
    message: Message, member: Member | None, access: AccessState | None, database: Database, clock: Clock, t: Translator
) -> None:
    """Someone to talk to; for strangers too."""
    await delivery.show(message, await _help_now(member, access, database, clock, t))


async def to_help_now(
    query: CallbackQuery,
    member: Member | None,
    access: AccessState | None,
    database: Database,
    clock: Clock,
    t: Translator,
) -> None:
    """Someone to talk to."""
    await delivery.show(query, await _help_now(member, access, database, clock, t))


async def _help_now(
    member: Member | None, access: AccessState | None, database: Database, clock: Clock, t: Translator
) -> Screen:
    if member is None or access is AccessState.OFFBOARDED:
        return views.help_now(t, [], may_ask_hr=False)
    async with database.read() as session:
        requests = await contact.requests(session, member, clock())
    return views.help_now(t, requests, may_ask_hr=True)


async def words(query: CallbackQuery, callback_data: Say, content: Content, t: Translator) -> None:
    """One choice after the other, then the message itself, which may be copied and passed on. Nothing is stored."""
    step = views.next_step(content.words, callback_data)
    if step is None:
        await delivery.show(query, views.words_to_say(t, content.words, callback_data), toast=t("say.ready"))
    else:
        await delivery.show(query, views.words_question(t, content.words, callback_data, step))


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
