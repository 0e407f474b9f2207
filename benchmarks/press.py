"""What one press costs the complete bot, compared with bare aiogram in the same run: `python -m benchmarks.press`.

200 people press 19 answers each, everybody one after another, over HTTP on this machine. One core is for the bot, with
all of its threads, the others are for the load and PostgreSQL, if there are any. The bot is `python bot.py` as it is
deployed; every answer is durable (SQLite with synchronous=FULL, PostgreSQL with fsync) before its message is edited.
Bare aiogram keeps the answers in memory. The budget is a ratio of at least 1.0 on both databases.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Set
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aiohttp import web

from benchmarks.load import OPTION, Load
from db.database import Database
from ops import logs
from playground.remote.processes import ROOT, Process
from services.kit.clock import system_clock
from tests.clock import ManualClock
from tests.databases import Databases, PostgresDatabases, SQLiteDatabases
from tests.e2e.story import make_invite
from tests.fakes.stage import Stage
from tests.postgres import PostgresServer

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
PEOPLE = 200
PRESSES = 19  # the twentieth submits, which is another use case
NO_HOLIDAYS = ""  # as on the stage: a bot that learns of another country plans everybody anew
WARM_UP = 2  # presses of each person that are not measured
BARE = "bare aiogram"
DURABLE = ("listen_addresses=", "shared_buffers=128MB")
CORES = os.sched_getaffinity(0)
BOTS_CORE = {min(CORES)}
OTHER_CORES = CORES - BOTS_CORE or BOTS_CORE
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """What one run of one variant came to."""

    per_second: float
    cpu_ms: float
    median_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Variant:
    """A bot to measure: its program and settings, and each person's first callback data."""

    program: Path
    env: Mapping[str, str]
    first: Mapping[int, str]


@asynccontextmanager
async def running(variant: Variant, folder: Path, url: str) -> AsyncIterator[Process]:
    """Run a bot that is ready, on a core of its own, against the Bot API at `url`."""
    env = {**variant.env, "BOT_TOKEN": TOKEN, "BOT_API_URL": url, "OPS_PORT": "0", "PYTHONPATH": str(ROOT)}
    bot = Process(str(variant.program), folder=folder, env=env, name="bot")
    with on(BOTS_CORE):
        await bot.start()
    try:
        await bot.says("ready")
        yield bot
    finally:
        await bot.close()


async def measure(variant: Variant, folder: Path) -> Round:
    """Run a bot against the load; its process is killed afterwards."""
    load = Load(variant.first, PRESSES)
    async with serve(load) as url, running(variant, folder, url) as bot:
        load.begin()
        began = await load.reached(WARM_UP * len(variant.first))
        cpu, warm = cpu_seconds(bot.pid), load.answered
        ended = await load.reached(PRESSES * len(variant.first))
        cpu = cpu_seconds(bot.pid) - cpu
    waits = sorted(load.waits[warm:])
    return Round(
        per_second=len(waits) / (ended - began),
        cpu_ms=cpu / len(waits) * 1000,
        median_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
    )


@asynccontextmanager
async def serve(load: Load) -> AsyncIterator[str]:
    """Run the load's server; gives its address."""
    runner = web.AppRunner(load.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def on(cores: Set[int]) -> Iterator[None]:
    """Keep to these cores in this block; the programs that are started in it keep to them for good, threads and all."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, user and system time together (proc(5): fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def bare() -> Variant:
    """Bare aiogram."""
    first = {1001 + number: f"a:0:{OPTION}" for number in range(PEOPLE)}
    return Variant(ROOT / "benchmarks" / "bare.py", {}, first)


async def complete(databases: Databases) -> Variant:
    """Our bot on a new database, in which everybody stands at the first question."""
    url = databases.migrated()
    stage = Stage(Database(url), ManualClock(system_clock()))
    token = await make_invite(url, uses=PEOPLE)
    first = {}
    for number in range(PEOPLE):
        person = stage.person(1001 + number, f"Person {number}")
        await person.starts(token)
        await person.presses(person.buttons[0][0])
        first[person.id] = person.message["reply_markup"]["inline_keyboard"][OPTION][0]["callback_data"]
    await stage.tick()  # plans what the newcomers are due, which is no part of a press
    await stage.database.dispose()
    return Variant(ROOT / "bot.py", {"DATABASE_URL": url, "HOLIDAYS": NO_HOLIDAYS}, first)


async def compare(rounds: int) -> None:
    """Measure each variant in turn, several times, and print the medians."""
    with ExitStack() as stack, on(OTHER_CORES), tempfile.TemporaryDirectory(prefix="exhale-bench-") as place:
        folders = (Path(place) / str(number) for number in count())
        server = PostgresServer(DURABLE)
        stack.callback(server.stop)
        kinds: dict[str, Callable[[Path], Databases]] = {
            "SQLite": SQLiteDatabases,
            "PostgreSQL": lambda _: PostgresDatabases(server.url),
        }
        measured: dict[str, list[Round]] = {name: [] for name in (BARE, *kinds)}
        for _ in range(rounds):
            for name, found in measured.items():
                folder = next(folders)
                folder.mkdir()
                variant = bare() if name == BARE else await complete(kinds[name](folder))
                found.append(await measure(variant, folder))
    report({name: median_of(found) for name, found in measured.items()})


def median_of(rounds: list[Round]) -> Round:
    """The median of each figure."""
    names = ("per_second", "cpu_ms", "median_ms", "p99_ms")
    return Round(*(statistics.median(getattr(one, name) for one in rounds) for name in names))


def report(measured: Mapping[str, Round]) -> None:
    """A table; a ratio above 1 is better than bare aiogram."""
    base = measured[BARE]
    print(f"{'':<14}{'presses/s':>10}{'ratio':>7}{'CPU ms/press':>14}{'ratio':>7}{'median ms':>11}{'p99 ms':>8}")
    for name, one in measured.items():
        speed, thrift = one.per_second / base.per_second, base.cpu_ms / one.cpu_ms
        print(
            f"{name:<14}{one.per_second:>10.0f}{speed:>7.2f}{one.cpu_ms:>14.2f}{thrift:>7.2f}"
            f"{one.median_ms:>11.0f}{one.p99_ms:>8.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.press", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    logs.configure("WARNING", as_json=False, folder=None, sql_echo=False)
    asyncio.run(compare(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
