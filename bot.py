"""The entry point and composition root: settings → database → Bot → Dispatcher → scheduler → ingest, and the way back.

Importing this module does nothing; tests build the same objects through the same functions.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramUnauthorizedError
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.methods import AnswerCallbackQuery, Response, SendMessage
from aiogram.types import MenuButtonCommands

import handlers
from app.publishing import Publisher
from app.showcase import open_showcase
from config import LOCALES, Settings, SettingsError, load_settings
from content import Content, ContentError, load_content
from db.database import Database, DatabaseAway
from db.locks import create_lock
from handlers.breathing import end_orphans
from middlewares.crisis import CrisisMiddleware
from middlewares.journal import JournalMiddleware
from middlewares.person import PersonMiddleware
from middlewares.standing import StandingMiddleware
from middlewares.throttle import ThrottleMiddleware
from middlewares.typing import LeaveTypingMiddleware, TypingMiddleware
from migrations.runner import SchemaError, check, upgrade
from ops import logs, sentry
from ops.logs import get_logger
from ops.metrics import ErrorCounter, Metrics
from ops.server import Ops, PortTakenError
from scheduler import Heartbeat, erasing
from services import facts
from services.assessments import Assessments
from services.calendar import Calendar
from services.cells import Cells
from services.clock import Clock, system_clock
from services.dashboard import Dashboard
from services.deliveries import Deliveries
from services.history import History
from services.home import Home
from services.joining import Door
from services.offboarding import Offboarding
from services.people import People
from services.promises import Promises
from services.pulse import Pulses
from services.recommendations import Recommendations
from services.retention import Retention
from services.rounds import Rounds
from services.settings import PersonalSettings
from services.summaries import Summaries
from services.zones import Zones
from transport.background import Background
from transport.delivery import EditText
from transport.fsm_storage import SqlStorage
from transport.ingest import CannotServeError, Ingest, Source
from transport.polling import TELEGRAM_PAUSES, GetRawUpdates, Polling
from transport.telemetry import CallsMiddleware
from transport.throttling import Limits, OwnLimits, SharedLimits
from transport.webhook import Webhook
from views import commands
from views.charts import Painter
from views.translator import Catalogs, House, Translator

log = get_logger("app")

DRAIN_SECONDS = 10
# aiogram builds the type of an answer anew for a call unless somebody holds on to it.
ANSWERS = [
    Response[kind.__returning__]  # type: ignore[name-defined]
    for kind in (AnswerCallbackQuery, EditText, SendMessage, GetRawUpdates)
]


@dataclass(frozen=True, slots=True)
class App:
    """A bot that is put together and not yet running."""

    settings: Settings
    database: Database
    content: Content
    catalogs: Catalogs
    clock: Clock
    bot: Bot
    dispatcher: Dispatcher
    heartbeat: Heartbeat
    ingest: Ingest
    source: Source
    metrics: Metrics


def create_catalogs(settings: Settings, content: Content) -> Catalogs:
    """The words, with what they say of this deployment."""
    house = House(
        org={locale: _organisation(settings, content, locale) for locale in LOCALES},
        min_n=settings.min_group,
        backup_days=settings.backup_days,
        period_weeks=settings.checkin_period_weeks,
        support=settings.support_contact,
        contacts={locale: settings.help_contacts.in_(locale) for locale in LOCALES},
        emergency={
            locale: ", ".join(words.in_(locale) for words in content.crisis.contacts_default) for locale in LOCALES
        },
    )
    return Catalogs(house, default_locale=settings.default_locale)


def _organisation(settings: Settings, content: Content, locale: str) -> str:
    """The company's name; an invented one in the playground, and "" where nobody has said it."""
    if settings.org_name is None and settings.is_playground:
        return content.demo.organisation.in_(locale)
    return settings.org_name or ""


def create_calendar(settings: Settings) -> Calendar:
    """The organisation's calendar."""
    return Calendar(ZoneInfo(settings.default_timezone), settings.checkin_period_weeks)


def create_dispatcher(
    settings: Settings,
    database: Database,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
    *,
    metrics: Metrics,
    limits: Limits | None,
) -> Dispatcher:
    """Routers, middlewares and everything that handlers take by name. Without `limits` nobody is held back."""
    recommendations = Recommendations(content)
    calendar = create_calendar(settings)
    assessments = Assessments(content, calendar, recommendations)
    history = History(content, calendar)
    pulses = Pulses(content, calendar)
    promises = Promises(content, calendar)
    storage = SqlStorage(database)
    dispatcher = Dispatcher(
        storage=storage,
        disable_fsm=True,  # a press must not pay for reading the state; messages get it below
        settings=settings,
        database=database,
        content=content,
        catalogs=catalogs,
        clock=clock,
        background=Background(),
        assessments=assessments,
        recommendations=recommendations,
        pulses=pulses,
        history=history,
        promises=promises,
        rounds=Rounds(content, calendar, settings.min_group),
        dashboards=Dashboard(content, calendar, history),
        painter=Painter(),
        personal=PersonalSettings(content),
        summaries=Summaries(content, calendar, settings.hr_summary_day, settings.hr_summary_time, settings.min_group),
        cells=Cells(content),
        home=Home(assessments, pulses, recommendations, promises),
        door=Door(assessments, calendar, settings.admin_ids, settings.default_timezone),
        people=People(calendar),
        calendar=calendar,
        zones=Zones(content.typed),
        offboarding=Offboarding(timedelta(days=settings.retention_days)),
    )
    if limits is not None:
        dispatcher.update.outer_middleware(ThrottleMiddleware(limits, catalogs, metrics))
    dispatcher.update.outer_middleware(PersonMiddleware(database, catalogs, content.consent.version, clock))
    dispatcher.message.outer_middleware(CrisisMiddleware(database, content.crisis, clock))
    dispatcher.message.outer_middleware(LeaveTypingMiddleware(database))
    dispatcher.message.outer_middleware(FSMContextMiddleware(storage, DisabledEventIsolation()))
    dispatcher.callback_query.outer_middleware(TypingMiddleware(storage))
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.middleware(StandingMiddleware(content.consent, settings.retention_days))
        observer.middleware(JournalMiddleware())
    handlers.setup(dispatcher)
    return dispatcher


def create_bot(settings: Settings, token: str, api_url: str | None) -> Bot:
    """The client of the Bot API, or of another server that speaks it."""
    proxy = settings.bot_proxy.get_secret_value() if settings.bot_proxy else None
    server = TelegramAPIServer.from_base(api_url.rstrip("/")) if api_url else PRODUCTION
    return Bot(token, session=AiohttpSession(proxy=proxy, api=server))


def create_source(settings: Settings, bot: Bot, ingest: Ingest, database: Database) -> Source:
    """Where updates come from: a webhook when there is an address for it, else long polling."""
    if settings.webhook_url is None:
        return Polling(bot, ingest, create_lock(database.url, "polling"))
    assert settings.webhook_secret is not None
    return Webhook(
        bot,
        ingest,
        url=settings.webhook_url,
        secret=settings.webhook_secret.get_secret_value(),
        host=settings.web_host,
        port=settings.web_port,
        drain=DRAIN_SECONDS,
    )


def create_app(
    settings: Settings, content: Content, database: Database, bot: Bot, clock: Clock, *, limits: Limits | None = None
) -> App:
    """Put everything together around a database and a client. Without `limits` nobody is held back."""
    catalogs = create_catalogs(settings, content)
    metrics = Metrics()
    dispatcher = create_dispatcher(settings, database, content, catalogs, clock, metrics=metrics, limits=limits)
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    deliveries = Deliveries(create_calendar(settings), owner, content.consent.version)
    ingest = Ingest(bot, dispatcher, database, catalogs, clock, metrics)
    retention = Retention(timedelta(days=settings.retention_days))
    publisher = Publisher(database, dispatcher["summaries"], content, catalogs, clock)
    return App(
        settings=settings,
        database=database,
        content=content,
        catalogs=catalogs,
        clock=clock,
        bot=bot,
        dispatcher=dispatcher,
        heartbeat=Heartbeat(
            bot,
            database,
            deliveries,
            catalogs,
            clock,
            sender=create_lock(database.url, "sender"),
            metrics=metrics,
            chores=[ingest.repeat_presses, publisher, erasing(database, retention, clock)],
        ),
        ingest=ingest,
        source=create_source(settings, bot, ingest, database),
        metrics=metrics,
    )


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database at the newest schema: SQLite is migrated here, PostgreSQL by `manage.py migrate`.

    Raises SchemaError or SettingsError with one line for the operator.
    """
    database = Database(settings.database, echo=settings.sql_echo)
    try:
        if database.is_sqlite:
            await upgrade(settings.database)
        else:
            await check(settings.database)
    except DatabaseAway as away:
        await database.dispose()
        raise SettingsError(f"DATABASE_URL: the database cannot be reached ({away})") from None
    except BaseException:
        await database.dispose()
        raise
    try:
        yield database
    finally:
        await database.dispose()


@asynccontextmanager
async def open_limits(settings: Settings) -> AsyncIterator[Limits]:
    """How fast one person may press, counted in Redis where there is one."""
    limits = SharedLimits(settings.redis_url.get_secret_value()) if settings.redis_url else OwnLimits()
    try:
        yield limits
    finally:
        await limits.close()


async def run(app: App, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish what is running and close. Raises CannotServeError, PortTakenError."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.bot.session.close)
        app.bot.session.middleware(CallsMiddleware(app.metrics))
        counter = ErrorCounter(app.metrics)
        logging.getLogger().addHandler(counter)
        stack.callback(logging.getLogger().removeHandler, counter)
        if app.settings.ops_on:
            ops = Ops(app.database, app.metrics, app.clock)
            stack.push_async_callback(ops.stop)
            await ops.start(app.settings.ops_host, app.settings.ops_on)
        stack.push_async_callback(app.source.close)
        if not await _unless_stopped(stop, _greet_telegram(app)):
            return
        background: Background = app.dispatcher["background"]
        stack.push_async_callback(background.close)
        background.start(end_orphans(app.bot, app.database, app.catalogs), name="breathing")
        background.start(set_profile(app.bot, app.catalogs), name="profile")
        app.heartbeat.start()
        stack.push_async_callback(app.heartbeat.stop)
        _spare_the_collector()
        log.info("ready", database=app.database.url.get_backend_name())
        await _serve(app, stop)


async def _serve(app: App, stop: asyncio.Event) -> None:
    serving = asyncio.ensure_future(app.source.run())  # noqa: TID251 (awaited below)
    stopping = asyncio.ensure_future(stop.wait())  # noqa: TID251
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    app.source.stop()
    try:
        await asyncio.wait_for(asyncio.gather(serving, app.heartbeat.stop()), DRAIN_SECONDS)
    except TimeoutError:
        log.error("stopped before everything was finished", seconds=DRAIN_SECONDS)
    except DatabaseAway:
        if not stop.is_set():
            raise


async def _unless_stopped(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do it; when the stop comes first it is given up at once, and this is False."""
    doing = asyncio.ensure_future(work)  # noqa: TID251 (awaited or cancelled right here)
    stopping = asyncio.ensure_future(stop.wait())  # noqa: TID251
    await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
    is_done = doing.done()
    for task in (doing, stopping):
        task.cancel()
    if is_done:
        await doing
    else:
        await asyncio.gather(doing, return_exceptions=True)
    return is_done


async def _greet_telegram(app: App) -> None:
    """Learn the bot's own name, waiting for Telegram as long as it takes. Raises CannotServeError."""
    for attempt in count():
        try:
            me = await app.bot.me()
            await app.source.open()
            async with app.database.begin() as session:
                await facts.set_fact(session, facts.USERNAME, me.username or "")
            return
        except TelegramUnauthorizedError:
            raise CannotServeError("BOT_TOKEN: is refused by Telegram") from None
        except (TelegramAPIError, ClientDecodeError, DatabaseAway) as error:
            pause = TELEGRAM_PAUSES[min(attempt, len(TELEGRAM_PAUSES) - 1)]
            who = "the database is away" if isinstance(error, DatabaseAway) else "Telegram is out of reach"
            log.warning(who, error=type(error).__name__, next_try_in_seconds=pause)
            await asyncio.sleep(pause)


async def set_profile(bot: Bot, catalogs: Catalogs) -> None:
    """What Telegram shows of the bot before and beside the talk: commands, description, menu button."""
    texts: list[tuple[str | None, Translator]] = [(locale, catalogs.translator(locale)) for locale in LOCALES]
    texts.append((None, catalogs.translator(catalogs.default_locale)))
    try:
        for language, t in texts:
            await bot.set_my_commands(commands.commands(t, commands.STRANGER), language_code=language)
            await bot.set_my_description(t("bot.description"), language_code=language)
            await bot.set_my_short_description(t("bot.short_description"), language_code=language)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("the bot's profile is not set", error=type(error).__name__)


def _spare_the_collector() -> None:
    """What lives as long as the program is not looked through again: measured as the largest single gain per update."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


async def main() -> None:
    """Run as configured: with Telegram, or without a token in the playground."""
    settings = load_settings()
    content = load_content()
    logs.configure(
        settings.log_level, as_json=settings.log_json, folder=settings.log_file_dir, sql_echo=settings.sql_echo
    )
    if settings.sentry_dsn is not None:
        sentry.configure(settings.sentry_dsn.get_secret_value())
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_database(settings) as database, open_limits(settings) as limits:
        if settings.bot_token is not None:
            bot = create_bot(settings, settings.bot_token.get_secret_value(), settings.bot_api_url)
            await run(create_app(settings, content, database, bot, system_clock, limits=limits), stop)
            return
        async with open_showcase(settings, content, database, create_calendar(settings)) as showcase:
            playground = showcase.playground
            bot = create_bot(settings, playground.token, playground.api_url)
            app = create_app(settings, content, database, bot, showcase.clock, limits=limits)
            showcase.attach(app.heartbeat, app.dispatcher["summaries"])
            print(f"\n  Exhale is running in the playground: {playground.url}\n", flush=True)
            await run(app, stop)


if __name__ == "__main__":
    try:
        uvloop.run(main())
    except (SettingsError, ContentError, SchemaError, CannotServeError, PortTakenError) as error:
        sys.exit(str(error))
