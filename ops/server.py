"""What operators and their machines ask: `/healthz`, `/readyz`, `/metrics`. Nothing here says anything about a person.

Healthy is a process whose event loop runs: anything else is not mended by a restart. Ready is one whose database
can be written to, with the right schema, and that Telegram answered lately.
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from db.database import Database
from db.outages import DatabaseUnavailable
from migrations.runner import head
from ops.listening import WAITING, create_runner
from ops.logs import get_logger
from ops.metrics import Metrics
from ops.network import port_taken
from services.kit.clock import Clock
from services.system import health

log = get_logger("ops")

LATELY_SECONDS = 90  # two long polls, or two of the calls that a quiet webhook makes
DATABASE_SECONDS = 3
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class Ops:
    """The server of one bot."""

    def __init__(self, database: Database, metrics: Metrics, clock: Clock) -> None:
        self._database = database
        self._metrics = metrics
        self._clock = clock
        self._head = head()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen. Raise PortTakenError."""
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._report)
        self._runner = create_runner(application, drain=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, backlog=WAITING).start()
        except OSError as error:
            await self._runner.cleanup()
            raise port_taken("OPS_PORT", host, port, error) from None

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def unready(self) -> list[str]:
        """Return what is missing, in words; empty when this replica can work."""
        missing = []
        try:
            async with asyncio.timeout(DATABASE_SECONDS), self._database.begin() as session:
                if await health.revision(session) != self._head:
                    missing.append("the schema is not the one of this version")
                await health.write(session, self._clock())
        except (DatabaseUnavailable, TimeoutError) as error:
            missing.append(f"the database does not answer, or takes nothing in ({str(error) or 'no answer in time'})")
        answered_at = self._metrics.answered_at
        if answered_at is None or time.monotonic() - answered_at > LATELY_SECONDS:
            missing.append("Telegram has not answered lately")
        return missing

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        missing = await self.unready()
        return web.Response(status=503 if missing else 200, text="\n".join(missing or ["ready"]) + "\n")

    async def _report(self, _: web.Request) -> web.Response:
        await self._look_at_rows()
        return web.Response(body=self._metrics.text(), headers={"Content-Type": TEXT_FORMAT})

    async def _look_at_rows(self) -> None:
        try:
            async with asyncio.timeout(DATABASE_SECONDS), self._database.begin() as session:
                found = await health.backlog(session, self._clock())
                await health.write(session, self._clock())
        except (DatabaseUnavailable, TimeoutError):
            self._metrics.database_failed()
            return
        backed_up_at = found.backed_up_at.timestamp() if found.backed_up_at else 0.0
        self._metrics.database_answered(found.overdue_seconds, found.dead_letters, backed_up_at)
