"""Running what is wired up: start, serve, drain, stop."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from app.greeting import greet_telegram, set_profile
from app.wiring import DRAIN_SECONDS, App
from config import Settings
from db.outages import DatabaseUnavailable
from handlers.wellbeing.breathing import end_orphans
from ops.logs import get_logger
from ops.metrics import ErrorCounter
from ops.server import Ops
from ops.supervisor import Supervisor
from ops.version import VERSION
from transport.polling import BATCH
from transport.stop import Stop, Stopped
from transport.telemetry import ApiTelemetry
from transport.throttling import Limits, OwnLimits

log = get_logger("app")

OBJECTS_OF_A_PRESS = 250  # that the collector counts; with 100 every batch called it, with 200 hardly one did


@asynccontextmanager
async def open_limits(settings: Settings) -> AsyncIterator[Limits]:
    """Open the limits on how fast one person may press, counted in Redis where there is one."""
    limits: Limits = OwnLimits()
    if settings.redis_url is not None:
        from transport.shared_limits import SharedLimits  # noqa: PLC0415 (the library is needed here alone)

        limits = SharedLimits(settings.redis_url.get_secret_value())
    try:
        yield limits
    finally:
        await limits.close()


async def run(app: App, stop: Stop) -> None:
    """Serve until `stop` is set, then finish what is running and close. Raise CannotServeError or PortTakenError."""
    async with AsyncExitStack() as stack:
        log.info("starting", version=VERSION)
        stack.callback(log.info, "stopped")
        stack.push_async_callback(app.bot.session.close)
        app.bot.session.middleware(ApiTelemetry(app.metrics))
        counter = ErrorCounter(app.metrics)
        logging.getLogger().addHandler(counter)
        stack.callback(logging.getLogger().removeHandler, counter)
        if app.settings.ops_on:
            ops = Ops(app.database, app.metrics, app.clock)
            stack.push_async_callback(ops.stop)
            await ops.start(app.settings.ops_host, app.settings.ops_on)
        stack.push_async_callback(app.source.close)
        supervisor = Supervisor()
        supervisor.start()
        stack.callback(supervisor.stop)
        try:
            await stop.race(greet_telegram(app))
        except Stopped:
            return
        background = app.services.background
        stack.push_async_callback(background.close)
        background.start(end_orphans(app.bot, app.database, app.catalogs), name="breathing")
        background.start(set_profile(app.bot, app.catalogs), name="profile")
        app.ticker.start()
        stack.push_async_callback(app.ticker.stop)
        spare_the_collector()
        holidays = app.settings.country or "none"
        log.info("ready", database=app.database.url.get_backend_name(), holidays=holidays)
        await _serve(app, stop)


async def _serve(app: App, stop: Stop) -> None:
    serving = asyncio.ensure_future(app.source.run())  # noqa: TID251 (awaited below)
    with suppress(Stopped):
        await stop.race(asyncio.wait((serving,)))  # which never raises, and does not cancel what it waits for
    app.source.stop()
    try:
        await asyncio.wait_for(asyncio.gather(serving, app.ticker.stop()), DRAIN_SECONDS)
    except TimeoutError:
        log.error("stopped before everything was finished", seconds=DRAIN_SECONDS)
    except DatabaseUnavailable:
        if not stop.is_set():
            raise


def spare_the_collector() -> None:
    """Keep the collector from looking again at objects that live as long as the program, the largest gain an update.

    A batch of presses that is on its way doesn't call it either: nothing of it is garbage yet, and what is done frees
    itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_OF_A_PRESS * BATCH, 20, 100)
