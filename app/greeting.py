"""The first calls to Telegram, and what it shows of the bot."""

from __future__ import annotations

import asyncio
from itertools import count

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramUnauthorizedError
from aiogram.types import MenuButtonCommands, User

from app.wiring import App
from db.outages import DatabaseUnavailable
from locales import LOCALES
from ops.logs import get_logger
from services.kit import bot_info
from transport.ingest import CannotServeError
from transport.polling import TELEGRAM_PAUSES
from views import commands
from views.translator import Catalogs, Translator

log = get_logger("app")


async def greet_telegram(app: App) -> None:
    """Learn the bot's own name, waiting for Telegram as long as it takes. Raise CannotServeError, also for a bot other
    than the one that this database's people have started.
    """
    for attempt in count():
        try:
            me = await app.bot.me()
            await _refuse_another_bot(app, me)
            await app.source.open()
            async with app.database.begin() as session:
                await bot_info.set_fact(session, bot_info.USERNAME, me.username or "")
                await bot_info.set_fact(session, bot_info.BOT_ID, str(me.id))
            return
        except TelegramUnauthorizedError:
            raise CannotServeError("BOT_TOKEN: refused by Telegram") from None
        except (TelegramAPIError, ClientDecodeError, DatabaseUnavailable) as error:
            pause = TELEGRAM_PAUSES[min(attempt, len(TELEGRAM_PAUSES) - 1)]
            is_outage = isinstance(error, DatabaseUnavailable)
            event = "the database is unavailable" if is_outage else "Telegram is out of reach"
            log.warning(event, error=type(error).__name__, next_try_in_seconds=pause)
            await asyncio.sleep(pause)


async def _refuse_another_bot(app: App, me: User) -> None:
    async with app.database.read() as session:
        known = await bot_info.get_fact(session, bot_info.BOT_ID)
        username = await bot_info.get_fact(session, bot_info.USERNAME)
    if known not in (None, str(me.id)):
        raise CannotServeError(
            f"BOT_TOKEN: this is the token of @{me.username}, but people in this database have started @{username}: "
            "put its token back, or run `python manage.py new-bot` first"
        )


async def set_profile(bot: Bot, catalogs: Catalogs) -> None:
    """Set what Telegram shows of the bot before and beside the chat: commands, description, menu button."""
    texts: list[tuple[str | None, Translator]] = [(locale, catalogs.translator(locale)) for locale in LOCALES]
    texts.append((None, catalogs.translator(catalogs.default_locale)))
    try:
        for language, t in texts:
            await bot.set_my_commands(commands.commands(t, commands.STRANGER), language_code=language)
            await bot.set_my_description(t("bot.description"), language_code=language)
            await bot.set_my_short_description(t("bot.short_description"), language_code=language)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("bot profile not set", error=type(error).__name__)
