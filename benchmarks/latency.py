"""How long a press waits for its edit when people press at their own pace: `python -m benchmarks.latency`.

The loop is open: 100 presses a second come whether the ones before were answered or not, from 200 people in turn. Every
call takes 50 ms to Telegram and back. What is timed is from the press, as Telegram has it, to the edit, as Telegram has
it; 75 ms of that are the network's (the poll's way back, the edit's way there, and half a round trip of waiting between
two polls on average), and a press that just missed a poll waits 25 ms longer. The budget is a p99 under 150 ms on both
databases.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.load import FIRST, Load
from benchmarks.press import DURABLE, OTHER_CORES, PRESSES, Variant, complete, on, running, serve
from ops import logs
from tests.databases import PostgresDatabases, SQLiteDatabases
from tests.postgres import PostgresServer

PER_SECOND = 100
ONE_WAY_SECONDS = 0.025
PATIENCE_SECONDS = 30  # for the last answers; a bot that can't keep up raises TimeoutError
WARM_UP = 200  # presses in all that are not measured


class OpenLoad(Load):
    """People who press at moments of their own, over a slow network."""

    def __init__(self, first: Mapping[int, str]) -> None:
        super().__init__(first, PRESSES)
        self._next = {person: (FIRST, data) for person, data in first.items()}
        self.left_out = 0

    async def run(self, presses: int) -> None:
        """Let `presses` come in all, at an even pace, and wait until each was answered.

        Whoever still waits for the last answer doesn't press again: `left_out` counts that.
        """
        clock, made = asyncio.get_running_loop().time, 0
        people, began = list(self._next), clock()
        for number in range(presses):
            await asyncio.sleep(began + number / PER_SECOND - clock())
            person = people[number % len(people)]
            if person in self._next:
                self._press(person, *self._next.pop(person))
                made += 1
        self.left_out = presses - made
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.reached(made)

    def _seen(self, person: int, content: dict[str, Any], data: str) -> None:
        self._next[person] = content, data

    async def _call(self, request: web.Request) -> web.Response:
        await asyncio.sleep(ONE_WAY_SECONDS)
        answer = await super()._call(request)
        await asyncio.sleep(ONE_WAY_SECONDS)
        return answer


async def measure(variant: Variant, folder: Path, presses: int) -> tuple[list[float], int]:
    """Return how long each press waited, in ms, in order, and how many were left out."""
    load = OpenLoad(variant.first)
    async with serve(load) as url, running(variant, folder, url):
        await load.run(WARM_UP + presses)
    return sorted(seconds * 1000 for seconds in load.waits[WARM_UP:]), load.left_out


async def main(presses: int) -> None:
    """Print a line for each database."""
    with ExitStack() as stack, on(OTHER_CORES), tempfile.TemporaryDirectory(prefix="exhale-bench-") as place:
        server = PostgresServer(DURABLE)
        stack.callback(server.stop)
        folder = Path(place)
        for name, databases in (("SQLite", SQLiteDatabases(folder)), ("PostgreSQL", PostgresDatabases(server.url))):
            (folder / name).mkdir()
            waits, left_out = await measure(await complete(databases), folder / name, presses)
            median, p99 = (waits[len(waits) * part // 100] for part in (50, 99))
            print(f"{name:<12}median {median:.0f} ms, p99 {p99:.0f} ms of {len(waits)} presses, {left_out} left out")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--presses", type=int, default=2000, help="at most eighteen a person")
    logs.configure("WARNING", as_json=False, folder=None, sql_echo=False)
    asyncio.run(main(parser.parse_args().presses))
