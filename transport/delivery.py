"""The only module that sends screens: a reply edits or sends within five seconds, a job gets an outcome back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
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
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    ReactionTypeEmoji,
)
from aiogram.utils.formatting import Text
from aiohttp import ClientError

from ops.logs import get_logger
from ops.network import NOT_CONNECTED, PROXY_ERRORS
from services.outbox.outbox import Outcome
from transport import screens, shown
from transport.refusals import NOBODY_THERE, NOT_MODIFIED
from transport.screens import REPLY_SECONDS
from views.screen import Document, Screen

log = get_logger("delivery")

SEND_SECONDS = 20
REFUSED_SECONDS = 60
UNREACHABLE_SECONDS = 30
UNCERTAIN_SECONDS = 5  # while Telegram answers nonsense, the next message is not risked at once
AVATAR_SECONDS = 2  # the profile waits for it
ALERT_LENGTH = 200  # Telegram's own limit
THUMB_UP = "👍"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message. The next one has to wait `retry_after` seconds."""

    outcome: Outcome
    message_id: int | None = None
    retry_after: float = 0


async def show(event: CallbackQuery | Message, screen: Screen, *, toast: str | None = None) -> None:
    """Answer a press by editing its message, or by a new one where that is impossible; answer a message by a message.

    Everything is committed by now, so a lost reply costs one more press: failures are logged, never raised.
    """
    if isinstance(event, Message):
        topic = event.message_thread_id if event.is_topic_message else None
        await _in_time(screens.send(_bot(event), event.chat.id, screen, topic=topic))
    else:
        await _in_time(screens.edit_or_send(_bot(event), event, screen), answer(event, toast))


async def say(event: CallbackQuery | Message, screen: Screen) -> None:
    """Send one more message below the screen that answered. Log a failure, never raise it."""
    await _in_time(screens.send(_bot(event), _person(event), screen))


async def change_buttons(query: CallbackQuery, markup: InlineKeyboardMarkup | None, *, toast: str) -> None:
    """Answer a press by replacing the buttons under the same words, which are stored only in the message."""
    await _in_time(_change_buttons(query, markup), answer(query, toast))


async def send_document(event: CallbackQuery | Message, document: Document) -> None:
    """Send a file, which may be forwarded, to the person who pressed or wrote. Log a failure, never raise it."""
    await _in_time(
        _bot(event).send_document(
            _person(event),
            BufferedInputFile(document.content, document.name),
            caption=document.caption,
            parse_mode=None,
            request_timeout=REPLY_SECONDS,
        )
    )


async def alert(query: CallbackQuery, text: str) -> None:
    """Answer a press with a sentence that has to be read; send it as a message if it is too long for an alert."""
    if len(text) <= ALERT_LENGTH:
        await answer(query, text, alert=True)
    else:
        sentence = Screen(Text(text), protect=False)
        await _in_time(screens.send(_bot(query), query.from_user.id, sentence), answer(query))


async def answer(query: CallbackQuery, toast: str | None = None, *, alert: bool = False) -> None:
    """Stop the spinner on a button, with a few words where they help."""
    try:
        await _bot(query).answer_callback_query(query.id, text=toast, show_alert=alert, request_timeout=REPLY_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:  # too old, or Telegram is unreachable: the screen tells all
        log.debug("press not answered", error=type(error).__name__)


async def like(message: Message) -> None:
    """Put a thumb up under what a person wrote; do nothing where that is impossible."""
    try:
        await _bot(message).set_message_reaction(
            message.chat.id, message.message_id, [ReactionTypeEmoji(emoji=THUMB_UP)], request_timeout=REPLY_SECONDS
        )
    except (TelegramAPIError, ClientDecodeError) as error:
        log.debug("message not liked", error=type(error).__name__)


async def send(bot: Bot, chat_id: int, screen: Screen) -> Sent:
    """Send a message that no one is waiting for, and return exactly what is known of its fate."""
    try:
        message = await screens.send(bot, chat_id, screen, timeout=SEND_SECONDS)
    except TelegramRetryAfter as error:
        return Sent(Outcome.RATE_LIMITED, retry_after=error.retry_after)
    except (TelegramForbiddenError, TelegramBadRequest, TelegramEntityTooLarge) as error:
        return _refused(error)
    except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
        return _lost(error)
    except TelegramAPIError as error:  # the token is refused, or a 429 that does not say how long
        log.error("sending refused", error=type(error).__name__)
        return Sent(Outcome.RATE_LIMITED, retry_after=REFUSED_SECONDS)
    return Sent(Outcome.SENT, message.message_id)


def _refused(error: TelegramAPIError) -> Sent:
    """Return the outcome of a refusal that would come again: no one is there, or the message is wrong."""
    if isinstance(error, TelegramForbiddenError) or NOBODY_THERE.search(error.message):
        return Sent(Outcome.UNREACHABLE)
    log.error("message refused", error=type(error).__name__)
    return Sent(Outcome.FAILED)


def _lost(error: Exception) -> Sent:
    """Return the outcome of a broken network: the message may have arrived, unless there was no connection at all."""
    cause = error.__cause__
    if isinstance(cause, NOT_CONNECTED):
        log.warning("message not sent", error=type(cause).__name__)
        return Sent(Outcome.UNSENT, retry_after=UNREACHABLE_SECONDS)
    log.warning("message may not have arrived", error=type(error).__name__)
    return Sent(Outcome.UNKNOWN, retry_after=UNCERTAIN_SECONDS)


async def tell(bot: Bot, chat_id: int, screen: Screen) -> None:
    """Answer a person whose press or message is not at hand. Log a failure, never raise it."""
    await _in_time(screens.send(bot, chat_id, screen))


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """Edit a message that no one has just pressed. Nothing is lost when it is gone or Telegram is unreachable."""
    try:
        await screens.edit(bot, chat_id, message_id, screen)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.debug("message not edited", error=type(error).__name__)


async def remove(query: CallbackQuery, message_id: int) -> bool:
    """Take a message out of the person's own chat; False when Telegram refuses (after 48 hours) or is unreachable."""
    try:
        return await _bot(query).delete_message(query.from_user.id, message_id, request_timeout=REPLY_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.debug("message not removed", error=type(error).__name__)
        return False


async def find_avatar(event: CallbackQuery | Message, known: str | None) -> str | None:
    """Return the file id of the picture this person shows to the bot, or None; `known` while Telegram can't say."""
    try:
        found = await _bot(event).get_user_profile_photos(_person(event), limit=1, request_timeout=AVATAR_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.debug("picture not fetched", error=type(error).__name__)
        return known
    return found.photos[0][-1].file_id if found.photos else None


async def fetch(event: CallbackQuery | Message, file_id: str) -> bytes | None:
    """Return the content of a file that a person sent, or None when Telegram refuses or is unreachable."""
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            file = await _bot(event).download(file_id)
    except (TelegramAPIError, ClientDecodeError, ClientError, OSError, *PROXY_ERRORS) as error:
        log.warning("file not fetched", error=type(error).__name__)
        return None
    return file.read() if file is not None else None


async def set_commands(event: CallbackQuery | Message, commands: list[BotCommand] | None) -> None:
    """Set the commands in this person's menu. None drops what was set for this chat alone."""
    await set_commands_of(_bot(event), _person(event), commands)


async def set_commands_of(bot: Bot, telegram_id: int, commands: list[BotCommand] | None) -> None:
    """Set the commands of a person who has done nothing just now."""
    scope = BotCommandScopeChat(chat_id=telegram_id)
    try:
        if commands is None:
            await bot.delete_my_commands(scope=scope, request_timeout=REPLY_SECONDS)
        else:
            await bot.set_my_commands(commands, scope=scope, request_timeout=REPLY_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("commands not set", error=type(error).__name__)


async def _in_time(*calls: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            await asyncio.gather(*calls)
    except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
        log.warning("reply lost", error=type(error).__name__)


async def _change_buttons(query: CallbackQuery, markup: InlineKeyboardMarkup | None) -> None:
    message = query.message
    if message is None:
        return
    shown.forget(_bot(query), (message.chat.id, message.message_id))
    try:
        await _bot(query).edit_message_reply_markup(
            chat_id=message.chat.id, message_id=message.message_id, reply_markup=markup, request_timeout=REPLY_SECONDS
        )
    except TelegramBadRequest as error:
        if NOT_MODIFIED not in error.message:
            raise


def _person(event: CallbackQuery | Message) -> int:
    """Return who pressed or wrote. Only posts of channels lack an author, and a private chat has its person's id."""
    if isinstance(event, CallbackQuery):
        return event.from_user.id
    return (event.from_user or event.chat).id


def _bot(event: CallbackQuery | Message) -> Bot:
    """Return the bot that an event came to. Raise RuntimeError for an event that was made without one."""
    if event.bot is None:
        raise RuntimeError("this event came to no bot")
    return event.bot
