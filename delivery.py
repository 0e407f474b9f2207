"""The only module that sends screens: replies edit or send within five seconds, jobs get an outcome back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat, CallbackQuery, InaccessibleMessage, Message

from logs import get_logger
from services.deliveries import Outcome
from views.screen import Screen

log = get_logger("delivery")

REPLY_SECONDS = 5
SEND_SECONDS = 20
NOT_MODIFIED = "message is not modified"
CANNOT_EDIT = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message."""

    outcome: Outcome
    message_id: int | None = None
    retry_after: float = 0


async def show(event: CallbackQuery | Message, screen: Screen, *, toast: str | None = None) -> None:
    """Answer a press by editing its message (or sending a new one where that is impossible), a message by a message.

    Everything is committed by now, so a reply that is lost costs one more press: failures are logged, never raised.
    """
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            if isinstance(event, Message):
                await _send(_bot(event), event.chat.id, screen)
            else:
                await asyncio.gather(_edit_or_send(event, screen), answer(event, toast))
    except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
        log.warning("reply lost", error=type(error).__name__)


async def answer(query: CallbackQuery, toast: str | None = None, *, alert: bool = False) -> None:
    """End the spinning of a button, with a few words where they help."""
    try:
        await _bot(query).answer_callback_query(query.id, text=toast, show_alert=alert, request_timeout=REPLY_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:  # too old, or Telegram is away: the screen tells all
        log.debug("press not answered", error=type(error).__name__)


async def send(bot: Bot, chat_id: int, screen: Screen) -> Sent:
    """Send a message that nobody waits for, and tell exactly what is known of it."""
    try:
        message = await _send(bot, chat_id, screen, timeout=SEND_SECONDS)
    except TelegramRetryAfter as error:
        return Sent(Outcome.RATE_LIMITED, retry_after=error.retry_after)
    except TelegramForbiddenError:
        return Sent(Outcome.UNREACHABLE)
    except (TelegramBadRequest, TelegramEntityTooLarge) as error:
        log.error("message refused", error=type(error).__name__)
        return Sent(Outcome.FAILED)
    except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
        log.warning("message uncertain", error=type(error).__name__)
        return Sent(Outcome.UNKNOWN)
    return Sent(Outcome.SENT, message.message_id)


async def set_commands(event: CallbackQuery | Message, commands: list[BotCommand] | None) -> None:
    """The commands in this person's menu; None takes back what was set for this chat alone."""
    user = event.from_user
    assert user is not None
    scope = BotCommandScopeChat(chat_id=user.id)
    try:
        if commands is None:
            await _bot(event).delete_my_commands(scope=scope, request_timeout=REPLY_SECONDS)
        else:
            await _bot(event).set_my_commands(commands, scope=scope, request_timeout=REPLY_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("commands not set", error=type(error).__name__)


async def _send(bot: Bot, chat_id: int, screen: Screen, timeout: int = REPLY_SECONDS) -> Message:
    text, entities = screen.text.render()
    return await bot.send_message(
        chat_id,
        text,
        entities=entities or None,
        parse_mode=None,
        reply_markup=screen.markup,
        protect_content=screen.protect or None,
        request_timeout=timeout,
    )


async def _edit_or_send(query: CallbackQuery, screen: Screen) -> None:
    message = query.message
    if message is None or isinstance(message, InaccessibleMessage):
        await _send(_bot(query), query.from_user.id, screen)
        return
    text, entities = screen.text.render()
    try:
        await _bot(query).edit_message_text(
            text,
            chat_id=message.chat.id,
            message_id=message.message_id,
            entities=entities or None,
            parse_mode=None,
            reply_markup=screen.markup,
            request_timeout=REPLY_SECONDS,
        )
    except TelegramBadRequest as error:
        if NOT_MODIFIED in error.message:
            return
        if not any(reason in error.message for reason in CANNOT_EDIT):
            raise
        await _send(_bot(query), message.chat.id, screen)


def _bot(event: CallbackQuery | Message) -> Bot:
    assert event.bot is not None
    return event.bot
