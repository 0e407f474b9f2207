"""Whatever nothing else took: one helpful line, never silence, never a spinning button."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, Message

from handlers.access import ALWAYS
from handlers.filters import IsMember, IsOwnText, IsThanks, PrivateChat
from services.home import Home
from services.kit.errors import NotAllowed
from services.kit.seldom import Seldom
from services.lifecycle.errors import InviteMissing
from services.typed_answers import Moved, OptionMeant, OptionTaken, TakenBefore, TypedAnswers, TypedMessage, ValueTaken
from transport import delivery
from transport.request import Request
from views import home as home_views
from views.information import note
from views.wellbeing import checkin, pulse

router = Router(name="fallback")


@router.callback_query(IsMember())
async def old_button(query: CallbackQuery, request: Request, home: Home) -> None:
    """Show the home screen for a button of an earlier version, or for garbage."""
    async with request.read() as uow:
        card = await home.look(uow)
    await request.show(home_views.home(request.t, card), toast=request.t("error.old_button"))


@router.message(IsMember(), Command("hr", "audit"))
async def of_another_role(message: Message) -> None:
    """Say that a command is there, and for whom it isn't: whoever may use it has been answered before."""
    raise NotAllowed


@router.message(IsMember(), IsThanks())
async def thanks(message: Message) -> None:
    """Give a thumb up; a word would be one more message to read."""
    await delivery.like(message)


@router.message(IsMember(), IsOwnText(), StateFilter(None))
async def unasked(
    message: Message, request: Request, home: Home, typed_answers: TypedAnswers, text_hints: Seldom
) -> None:
    """Answer words that no step awaits: the answer to the open question, else what is understood, and what waits."""
    async with request.begin() as uow:
        taken = await typed_answers.take(uow, TypedMessage(message.text or "", message.message_id, message.date))
        card = await home.look(uow)
    match taken:
        case OptionTaken():
            await request.show(checkin.typed(request.t, taken))
        case Moved():
            await request.show(checkin.moved(request.t, taken))
        case OptionMeant():
            await request.show(checkin.which_option(request.t, taken))
        case ValueTaken():
            await request.show(pulse.typed(request.t, taken))
        case TakenBefore():
            await request.show(home_views.home(request.t, card))
        case None:
            screen = home_views.not_understood(request.t, card)
            if text_hints.allows(request.member.telegram_id, request.now):
                await request.show(screen)


@router.message(IsMember())
async def not_opened(message: Message, request: Request, media_hints: Seldom) -> None:
    """Answer a picture, a sticker, a voice message or a forwarded one with one line, once for a whole album."""
    if media_hints.allows(request.member.telegram_id, request.now):
        await request.show(note(request.t("error.unknown_text" if message.text else "error.not_opened")))


@router.edited_message(PrivateChat(), flags=ALWAYS)
async def edited(message: Message, request: Request, edit_hints: Seldom) -> None:
    """Answer an edit that is not of an open step's newest message; several at once are answered once."""
    if edit_hints.allows(message.chat.id, request.now):
        await request.show(note(request.t("error.edited")))


@router.message()
@router.callback_query()
async def stranger(event: CallbackQuery | Message) -> None:
    """Answer someone who has not joined, or whose data is erased."""
    raise InviteMissing
