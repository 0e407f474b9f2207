"""How a screen becomes calls of the Bot API: sent, edited, or put in the place of another. Only delivery uses it."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, CallbackQuery, InaccessibleMessage, InputMediaPhoto, Message

from transport import shown
from transport.aiogram_tuning import EditText, SendText
from transport.refusals import ALREADY_GONE, CANNOT_EDIT, NOT_MODIFIED
from views.screen import Screen

REPLY_SECONDS = 5
PHOTO_NAME = "chart.png"


async def send(
    bot: Bot, chat_id: int, screen: Screen, *, topic: int | None = None, timeout: int = REPLY_SECONDS
) -> Message:
    """Send a screen as a new message. Raise what Telegram refuses with."""
    if screen.photo is not None:
        return await bot.send_photo(
            chat_id,
            BufferedInputFile(screen.photo, PHOTO_NAME),
            **_caption(screen),
            reply_markup=screen.markup,
            protect_content=screen.protect or None,
            message_thread_id=topic,
            request_timeout=timeout,
        )
    face = screen.face
    return await bot(
        SendText(
            chat_id=chat_id,
            text=face.text,
            entities=face.entities,
            parse_mode=None,
            reply_markup=face.buttons,
            protect_content=screen.protect or None,
            message_thread_id=topic,
        ),
        request_timeout=timeout,
    )


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, now: Message | None = None) -> None:
    """Edit a message, unless it shows that already (`now`: as it was pressed). A photo never becomes a text again."""
    face = screen.face
    if now is not None and screen.photo is None and shown.is_shown(bot, now, face):
        return
    shown.forget(bot, (chat_id, message_id))
    if screen.photo is not None:
        await bot.edit_message_media(
            InputMediaPhoto(media=BufferedInputFile(screen.photo, PHOTO_NAME), **_caption(screen)),
            chat_id=chat_id,
            message_id=message_id,
            reply_markup=screen.markup,
            request_timeout=REPLY_SECONDS,
        )
        return
    await bot(
        EditText(
            text=face.text,
            chat_id=chat_id,
            message_id=message_id,
            entities=face.entities,
            parse_mode=None,
            reply_markup=face.buttons,
        ),
        request_timeout=REPLY_SECONDS,
    )
    shown.remember(bot, (chat_id, message_id), face)


async def edit_or_send(bot: Bot, query: CallbackQuery, screen: Screen) -> None:
    """Show a screen where a button was pressed, or in a new message where no edit leads there."""
    message = query.message
    is_private = message is not None and message.chat.id == query.from_user.id
    if message is None or isinstance(message, InaccessibleMessage) or not is_private:
        await send(bot, query.from_user.id, screen)
        return
    is_protected = message.has_protected_content or False
    if (message.photo and screen.photo is None) or is_protected != screen.protect:  # no edit changes these
        await _put_in_place_of(bot, message, screen)
        return
    try:
        await edit(bot, message.chat.id, message.message_id, screen, now=message)
    except TelegramBadRequest as error:
        if NOT_MODIFIED in error.message:
            return
        if not any(reason in error.message for reason in CANNOT_EDIT):
            raise
        await send(bot, message.chat.id, screen)


async def _put_in_place_of(bot: Bot, old: Message, screen: Screen) -> None:
    """Send the new message, then delete the old one, so that no trail grows and none is ever missing.

    A second press finds the old one gone and deletes its own message again; one that is too old to delete stays.
    """
    new = await send(bot, old.chat.id, screen)
    try:
        await bot.delete_message(old.chat.id, old.message_id, request_timeout=REPLY_SECONDS)
    except TelegramBadRequest as error:
        if ALREADY_GONE in error.message:
            await bot.delete_message(new.chat.id, new.message_id, request_timeout=REPLY_SECONDS)


def _caption(screen: Screen) -> dict[str, Any]:
    text, entities = screen.text.render()
    covered = screen.is_covered or None
    return {"caption": text, "caption_entities": entities or None, "parse_mode": None, "has_spoiler": covered}
