"""The entry point and composition root: settings → database → Bot → Dispatcher → scheduler → ingest, and the way back.

Importing this module does nothing; tests build the same objects through the same functions.
"""

from __future__ import annotations

import transport.unbuilt_types  # noqa: F401 (before aiogram: it halves the start)

# isort: split
import asyncio
import signal
import sys

import uvloop

from app.runtime import open_limits, run
from app.wiring import create_app, create_bot, create_calendar
from config import SettingsError, load_settings
from content import ContentError, load_content
from migrations.opening import open_database
from migrations.runner import SchemaError
from ops import logs
from ops.network import PortTakenError
from ops.unread import unread_settings
from services.kit.clock import system_clock
from transport.ingest import CannotServeError
from transport.stop import Stop

log = logs.get_logger("app")


async def main() -> None:
    """Run as configured: with Telegram, or without a token in the playground."""
    settings = load_settings()
    content = load_content()
    logs.configure(
        settings.log_level, as_json=settings.log_json, folder=settings.log_file_dir, sql_echo=settings.sql_echo
    )
    for line in unread_settings():
        log.warning(line)
    if settings.sentry_dsn is not None:
        from ops import sentry  # noqa: PLC0415 (the library is needed here alone)

        sentry.configure(settings.sentry_dsn.get_secret_value())
    stop = Stop()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_database(settings, to_serve=True) as database, open_limits(settings) as limits:
        if settings.bot_token is not None:
            bot = create_bot(settings, settings.bot_token.get_secret_value(), settings.bot_api_url)
            await run(create_app(settings, content, database, bot, system_clock, limits=limits), stop)
            return
        from app.playground_app import open_playground  # noqa: PLC0415 (most bots have a token)

        async with open_playground(settings, content, database, create_calendar(settings)) as playground_app:
            playground = playground_app.playground
            bot = create_bot(settings, playground.token, playground.api_url)
            app = create_app(settings, content, database, bot, playground_app.clock, limits=limits)
            playground_app.attach(app)
            print(f"\n  Exhale is running in the playground: {playground.url}\n", flush=True)
            await run(app, stop)


if __name__ == "__main__":
    try:
        uvloop.run(main())
    except (SettingsError, ContentError, SchemaError, CannotServeError, PortTakenError) as error:
        sys.exit(str(error))
