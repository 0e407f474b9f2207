"""The names, the clock and the client that the playground's tests share."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from playground import Playground

ANNA, BEN = 101, 102
EXAMPLE = [4, 5, 0]


class StillClock:
    """Time that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Client:
    """A bot and a page in one: calls Bot API methods and the control API over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, playground: Playground) -> None:
        self.session = session
        self.playground = playground

    async def bot(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.playground.api_url}/bot{self.playground.token}/{method}"
        async with self.session.post(url, json=params) as response:
            return response.status, await response.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.playground.url}/control/{name}", json=body) as response:
            return {"status": response.status, **await response.json()}

    async def look(self, path: str) -> dict[str, Any]:
        async with self.session.get(f"{self.playground.url}/control/{path}") as response:
            return {"status": response.status, **await response.json()}
