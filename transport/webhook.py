"""The webhook: Telegram posts an update, and is told 200 only after its effects are committed.

Any number of replicas may listen behind one address. The reverse proxy ends TLS and lets no one else in; this server
trusts only the secret in the header.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiohttp import web

from db.outages import DatabaseUnavailable
from ops.listening import BODY_SECONDS, WAITING, create_runner
from ops.logs import get_logger
from ops.network import port_taken
from transport.ingest import CannotServeError, Ingest, RawUpdate
from transport.stop import Stop

log = get_logger("ingest")

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
BODY_LIMIT = 1024 * 1024
RETRY_AFTER_SECONDS = 5
CALL_SECONDS = 10
CALL_EVERY_SECONDS = 30
LARGEST_ID = 2**63


class Webhook:
    """Serves the path of `url` on `host` and `port`. `drain` is in seconds."""

    def __init__(self, bot: Bot, ingest: Ingest, *, url: str, secret: str, host: str, port: int, drain: float) -> None:
        self._bot = bot
        self._ingest = ingest
        self._url = url
        self._secret = secret
        self._host = host
        self._port = port
        self._drain = drain
        self._stop = Stop()
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen, then tell Telegram where. Raise PortTakenError, or CannotServeError when Telegram refuses."""
        if self._runner is None:
            self._runner = await self._listen()
        try:
            await self._bot.set_webhook(
                self._url, secret_token=self._secret, allowed_updates=self._ingest.kinds(), request_timeout=CALL_SECONDS
            )
        except TelegramBadRequest as error:
            raise CannotServeError(f"WEBHOOK_URL: Telegram refuses it: {error.message}") from None

    async def run(self) -> None:
        """Serve until `stop()`, then accept no more calls and finish those that are running.

        Call Telegram now and then, since on a quiet day nothing else would show that it is out of reach.
        """
        while not self._stop.is_set():
            try:
                await self._bot.get_me(request_timeout=CALL_SECONDS)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("Telegram is out of reach", error=type(error).__name__)
            await self._stop.sleep(CALL_EVERY_SECONDS)
        await self.close()

    def stop(self) -> None:
        """Receive nothing more."""
        self._stop.set()
        self._ingest.stop()

    async def close(self) -> None:
        """Close the port. The webhook stays set, since other replicas may listen."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _listen(self) -> web.AppRunner:
        application = web.Application(client_max_size=BODY_LIMIT)
        application.router.add_post(urlsplit(self._url).path or "/", self._receive)
        runner = create_runner(application, drain=self._drain)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port, backlog=WAITING).start()
        except OSError as error:
            await runner.cleanup()
            raise port_taken("WEB_PORT", self._host, self._port, error) from None
        return runner

    async def _receive(self, request: web.Request) -> web.Response:
        """Answer one call: 401 without the secret, 408 slow, 413 over 1 MiB, 400 garbage, 503 without a database."""
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            log.warning("webhook call without the secret")
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408, headers={"Connection": "close"})
        raw = _parsed(body)
        if raw is None:
            log.warning("webhook call without an update")
            return web.Response(status=400)
        try:
            update = await self._ingest.read(raw)
            if update is not None:
                await self._ingest.finish(update)
        except DatabaseUnavailable:
            return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        return web.Response()


def _parsed(body: bytes) -> RawUpdate | None:
    """Return the JSON of an update, None for anything else."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return raw if type(update_id) is int and 0 <= update_id < LARGEST_ID else None
