"""The long poll of getUpdates, with Telegram's rule that the newest poll ends an older one."""

import asyncio
from typing import Any

from playground.methods.api import BotApi
from playground.methods.updates import get_updates
from playground.wire.errors import ApiError, refuse
from playground.wire.params import Params
from playground.world.entities import Event

TIMEOUT_LIMIT = 50
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


class LongPoll:
    """At most one call waits; it ends with updates, with nothing after its timeout, or with 409."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._waiting: asyncio.Future[None] | None = None
        api.world.listeners.append(self._hear)

    async def get(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """The updates for one call of getUpdates. Raise ApiError 409."""
        params = Params(values)
        updates = get_updates(self._api.world, params)
        timeout = min(max(params.integer("timeout"), 0), TIMEOUT_LIMIT)
        if updates or not timeout:
            return updates
        self._end(refuse(409, OTHER_POLL))
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            return []
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return get_updates(self._api.world, params)

    def stop(self) -> None:
        """End a waiting call with nothing, so that the server can close."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _hear(self, event: Event) -> None:
        if event["type"] == "update" and self._api.world.updates:
            self.stop()
        elif event["type"] == "webhook" and self._api.world.webhook.url:
            self._end(refuse(409, "terminated by setWebhook request"))

    def _end(self, refusal: ApiError) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(refusal)
