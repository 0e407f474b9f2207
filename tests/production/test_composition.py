"""The parts of `compose.yaml` run by hand: migration, two replicas behind one webhook, PostgreSQL and Redis.

They are restarted one after the other, as an upgrade does it, while people answer; nobody loses anything.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path

import pytest
import redis
from aiohttp import ClientError, ClientSession, TCPConnector, web
from sqlalchemy import select

from models import Assessment, DeadLetter, Draft
from playground import Playground
from playground.__main__ import people
from playground.remote.client import ControlClient, until
from playground.remote.processes import ROOT
from tests.e2e.forks import Forked, ForkedBot
from tests.e2e.story import Employee, make_invite, seed_answers
from tests.production.running import free_port, rows

FIRST = 1001
AT_ONCE = 2
UPDATES_OF_ONE = 22  # START, consent, twenty answers


class ReverseProxy:
    """What stands in front of the replicas: one address, each call to the next of them that takes it."""

    def __init__(self, ports: list[int]) -> None:
        self._targets = cycle(ports)
        self._count = len(ports)
        self._runner: web.AppRunner | None = None
        self._http: ClientSession | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen."""
        self._http = ClientSession(connector=TCPConnector(force_close=True))
        application = web.Application()
        application.router.add_post("/updates", self._pass_on)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}/updates"

    async def stop(self) -> None:
        """Close the port."""
        assert self._runner is not None
        assert self._http is not None
        await self._runner.cleanup()
        await self._http.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.startswith("X-Telegram")}
        assert self._http is not None
        for _ in range(self._count):
            try:
                url = f"http://127.0.0.1:{next(self._targets)}/updates"
                async with self._http.post(url, data=body, headers=headers) as answer:
                    return web.Response(status=answer.status)
            except ClientError:  # this one is being restarted
                continue
        return web.Response(status=502)


class Replica(ForkedBot):
    """`python bot.py` as the composition runs it."""

    def __init__(self, folder: Path, ops_port: int, **env: str) -> None:
        folder.mkdir()
        super().__init__(folder, OPS_PORT=str(ops_port), EXHALE_CONTAINER="1", **env)
        self._ready_url = f"http://127.0.0.1:{ops_port}/readyz"

    async def starts(self, http: ClientSession) -> None:
        """Start, and wait until it may take updates."""

        async def is_ready() -> bool:
            assert self.running.returncode is None, self.output
            try:
                async with http.get(self._ready_url) as answer:
                    return answer.status == 200
            except ClientError:
                return False

        await self.start()
        await until(is_ready, lambda: f"it is not ready:\n{self.output}")


class Crowd:
    """People who come one after the other, some at a time, and answer everything; `close()` lets the last ones end."""

    def __init__(self, server: Playground, token: str) -> None:
        self._newcomers = iter(
            Employee(ControlClient(server.url), person.id, person.language_code or "en")
            for person in server.world.people.values()
        )
        self._token = token
        self._is_closed = False
        self.arrived: list[int] = []

    async def walk(self) -> None:
        await asyncio.gather(*(self._one_after_the_other() for _ in range(AT_ONCE)))

    def close(self) -> None:
        self._is_closed = True

    async def more_arrive(self) -> None:
        """Wait until somebody has finished."""
        enough = len(self.arrived) + 1

        async def arrived() -> bool:
            return len(self.arrived) >= enough

        await until(arrived, lambda: f"nobody arrives, {len(self.arrived)} have so far")

    async def _one_after_the_other(self) -> None:
        while not self._is_closed:
            person = next(self._newcomers)
            await person.joins(self._token)
            await person.answers()
            await person.sees_result()
            await person.control.close()
            self.arrived.append(person.id)


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    """Telegram, with as many people as may come."""
    server = Playground(people=people(2000), port=0)
    await server.start()
    yield server
    await server.stop()


async def rolled_under_load(telegram: Playground, url: str, redis_url: str, folder: Path, *, rounds: int) -> None:
    """Restart both replicas `rounds` times, each when the one before is ready, while people answer."""
    token_and_way = {"BOT_TOKEN": telegram.token, "BOT_API_URL": telegram.api_url, "DATABASE_URL": url}
    migration = Forked(str(ROOT / "manage.py"), "migrate", folder=folder, env=token_and_way, name="migrate")
    await migration.start()
    assert await migration.ended() == 0, migration.output
    assert "up to date" in migration.output

    ports, ops_ports = [free_port(), free_port()], [free_port(), free_port()]
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession())
        proxy = ReverseProxy(ports)
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        hook = {"WEBHOOK_URL": proxy.url, "WEBHOOK_SECRET": secrets.token_urlsafe(24), "REDIS_URL": redis_url}
        replicas = []
        for number, (port, ops_port) in enumerate(zip(ports, ops_ports, strict=True)):
            replica = Replica(folder / str(number), ops_port, WEB_PORT=str(port), **token_and_way, **hook)
            stack.push_async_callback(replica.close)
            await replica.starts(http)
            replicas.append(replica)

        crowd = Crowd(telegram, await make_invite(url, uses=len(telegram.world.people)))
        walking = asyncio.create_task(crowd.walk())
        started = time.monotonic()
        await crowd.more_arrive()
        for _ in range(rounds):
            for replica in replicas:
                assert await replica.stop() == 0, replica.output
                await replica.starts(http)
        await crowd.more_arrive()
        crowd.close()
        await walking
        seconds = time.monotonic() - started
        with redis.Redis.from_url(redis_url) as client:
            assert client.keys("exhale:flood:*"), "nobody was counted in Redis"
        for replica in replicas:
            assert "handler=" in replica.output, "it has served nobody"
            assert await replica.stop() == 0, replica.output

    count = len(crowd.arrived)
    results = await rows(url, select(Assessment))
    assert [result.answers for result in results] == [seed_answers()] * count
    assert len({result.user_id for result in results}) == count
    assert await rows(url, select(Draft)) == []
    assert await rows(url, select(DeadLetter)) == []
    sys.stderr.write(
        f"\n{2 * rounds} restarts in {seconds:.0f} s, {count * UPDATES_OF_ONE} updates of {count} people: each once\n"
    )


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_rolling_restart_under_load_loses_nothing(
    telegram: Playground, empty_url: str, redis_url: str, tmp_path: Path
) -> None:
    await rolled_under_load(telegram, empty_url, redis_url, tmp_path, rounds=1)


@pytest.mark.soak
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_ten_rolling_restarts_under_load_lose_nothing(
    telegram: Playground, empty_url: str, redis_url: str, tmp_path: Path
) -> None:
    await rolled_under_load(telegram, empty_url, redis_url, tmp_path, rounds=10)
