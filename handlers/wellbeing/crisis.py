"""The buttons under the reply to words of despair."""

from __future__ import annotations

from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import CallbackQuery, Chat, Message, Update

from content import Content
from handlers.access import ALWAYS, ENDS_DIALOG, UNLOGGED, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.wellbeing import Despair
from services.account import users
from services.account.settings import NO_PAUSE, PersonalSettings
from services.kit import conversations
from transport import delivery
from transport.request import Request
from views.wellbeing import crisis as views

router = Router(name="wellbeing.crisis")


@router.callback_query(Despair.filter(F.action == "remove"), flags=ALWAYS | UNLOGGED)
async def remove(query: CallbackQuery, request: Request, callback_data: Despair) -> None:
    """Take the person's own message out of their chat."""
    if not await delivery.remove(query, callback_data.message):
        await request.alert(request.t("crisis.not_removed"))
        return
    is_member = request.visitor is not None and request.access is None
    is_quiet = is_member and request.member.rhythm.is_paused(request.now)
    screen = views.reply(request.t, 0, is_member=is_member, is_quiet=is_quiet)
    await request.show(screen, toast=request.t("crisis.removed"))


@router.callback_query(Despair.filter(F.action == "write"), IsMember(), flags=WITHOUT_CONSENT | UNLOGGED)
async def write_as_usual(
    query: CallbackQuery, request: Request, callback_data: Despair, personal: PersonalSettings
) -> None:
    """End the days without proactive messages."""
    async with request.begin() as uow:
        await personal.change(uow, "pause", NO_PAUSE)
    screen = views.reply(request.t, callback_data.message, is_member=True, is_quiet=False)
    await request.show(screen, toast=request.t("crisis.writing"))


@router.callback_query(
    Despair.filter(F.action == "about_me"), IsMember(), flags=WITHOUT_CONSENT | ENDS_DIALOG | UNLOGGED
)
async def is_about_me(query: CallbackQuery, request: Request, callback_data: Despair, content: Content) -> None:
    """Reply as anywhere else: the text was not meant for the step."""
    async with request.begin() as uow:
        await users.keep_quiet(uow, content.crisis.pause_days)
    await request.show(views.reply(request.t, callback_data.message, is_member=True, is_quiet=True))


@router.callback_query(Despair.filter(F.action == "keep"), IsMember(), flags=WITHOUT_CONSENT | UNLOGGED)
async def keep_text(
    query: CallbackQuery, request: Request, callback_data: Despair, dispatcher: Dispatcher, bot: Bot
) -> None:
    """Give the step the text that was set aside, as if it had just been typed; the question is no longer needed."""
    person = query.from_user
    async with request.begin() as uow:
        text = await conversations.text_set_aside(uow.session, person.id, callback_data.message)
    await request.answer(None if text else request.t("crisis.step_is_over"))
    if text:
        chat = Chat(id=person.id, type="private")
        message = Message(message_id=callback_data.message, date=request.now, chat=chat, from_user=person, text=text)
        update = Update(update_id=0, message=message)
        await dispatcher.feed_update(bot, update, tier=None, is_replay=True)
    if query.message is not None:
        await delivery.remove(query, query.message.message_id)
