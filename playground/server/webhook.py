"""Posts updates to the bot's webhook, as Telegram does: in order for each chat, again and again until it says 2xx."""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp

from playground.methods.api import BotApi
from playground.wire.errors import ApiError
from playground.world.entities import Event, Update

ANSWER_TIMEOUT = 60
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0


class WebhookSender:
    """Runs while the server runs; idle as long as no webhook is set.

    After a failure an update is sent again at once, then after 2, 4, 8 … `delay_unit` seconds; `Retry-After` is
    honoured. One request is in flight for each chat (messages) and each person (presses).
    """

    def __init__(self, api: BotApi, delay_unit: float = 1.0) -> None:
        self._api = api
        self._delay_unit = delay_unit
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        api.world.listeners.append(self._hear)

    async def run(self) -> None:
        """Send until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)) as session:
            try:
                while True:
                    self._wake.clear()
                    self._start_deliveries(session)
                    await self._wake.wait()
            finally:
                for task in list(self._busy.values()):
                    task.cancel()

    def _hear(self, event: Event) -> None:
        if event["type"] in ("update", "webhook"):
            self._wake.set()

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        hook = self._api.world.webhook
        if not hook.url:
            return
        for update in self._api.world.updates:
            key = queue_key(update)
            if key not in self._busy and len(self._busy) < hook.max_connections:
                self._busy[key] = asyncio.create_task(self._deliver(session, key, update))

    async def _deliver(self, session: aiohttp.ClientSession, key: str, update: Update) -> None:
        """Send one update until it is accepted, expired or the webhook is another one."""
        url, failures = self._api.world.webhook.url, 0
        try:
            while self._api.world.webhook.url == url and update in self._api.world.updates:
                pause = await self._post(session, update)
                if pause is None:
                    self._api.world.inbox.confirm(update["update_id"])
                    break
                doubled = min(LONGEST_DELAY, 2.0**failures) if failures else 0.0
                failures += 1
                await asyncio.sleep(max(pause, doubled * self._delay_unit))
        finally:
            del self._busy[key]
            self._wake.set()

    async def _post(self, session: aiohttp.ClientSession, update: Update) -> float | None:
        """None if the update was accepted, else the seconds that the bot asked to wait (0 if it didn't)."""
        hook = self._api.world.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
        try:
            async with session.post(hook.url, json=update, headers=headers) as response:
                if response.ok:
                    self._run_reply(await response.read())
                    return None
                self._note_error(f"Wrong response from the webhook: {response.status} {response.reason}")
                asked = response.headers.get("Retry-After", "0")
                return min(float(asked), LONGEST_RETRY_AFTER) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note_error(f"Webhook connection closed: {type(error).__name__}")
            return 0.0

    def _run_reply(self, body: bytes) -> None:
        """A method that the bot named in its answer; its result goes nowhere, as at Telegram."""
        reply: Any = None
        with contextlib.suppress(ValueError):
            reply = json.loads(body)
        if isinstance(reply, dict) and (method := reply.pop("method", "")):
            with contextlib.suppress(ApiError):
                self._api.call(method, reply)

    def _note_error(self, text: str) -> None:
        hook = self._api.world.webhook
        hook.last_error_date, hook.last_error_message = self._api.world.timestamp(), text


def queue_key(update: Update) -> str:
    """Updates with the same key are delivered one after the other."""
    if "callback_query" in update:
        return f"person {update['callback_query']['from']['id']}"
    payload = next(value for key, value in update.items() if key != "update_id")
    return f"chat {payload['chat']['id']}"
