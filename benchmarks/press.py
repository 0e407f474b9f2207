"""What one press costs the complete bot, compared with bare aiogram in the same run: `python -m benchmarks.press`.

200 people press 19 answers each, everybody one after another, over HTTP on this machine. One core is for the bot,
another for the load and the database, if there are two. The bot is `python bot.py` as it is deployed; every answer is
durable (SQLite with synchronous=FULL, PostgreSQL with fsync) before its message is edited. Bare aiogram keeps the
answers in memory. The budget is a ratio of at least 1.0 on both databases.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.load import Load
from content import load_content
from db import Database
from migrations.runner import upgrade
from playground.processes import ROOT, Process
from services.clock import system_clock
from tests.postgres import PostgresServer

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
PEOPLE = 200
PRESSES = 19  # the twentieth submits, which is another use case
WARM_UP = 2  # presses of each person that are not measured
BARE = "bare aiogram"
VARIANTS = (BARE, "SQLite", "PostgreSQL")
DURABLE = ("listen_addresses=", "shared_buffers=128MB")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """What one run of one variant came to."""

    per_second: float
    cpu_ms: float
    median_ms: float
    p99_ms: float


async def measure(program: str, env: Mapping[str, str], first: Mapping[int, str], folder: Path) -> Round:
    """Run a bot against the load; the bot's process is killed afterwards."""
    load = Load(first, PRESSES)
    async with serve(load) as url:
        bot = Process(program, folder=folder, env={**env, "BOT_TOKEN": TOKEN, "BOT_API_URL": url, "OPS_PORT": "0"}, name="bot")
        await bot.start()
        try:
            await bot.says("ready")
            _give_a_core(bot.pid)
            load.begin()
            began = await load.reached(WARM_UP * len(first))
            cpu_before, warm = cpu_seconds(bot.pid), len(load.waits)
            ended = await load.reached(PRESSES * len(first))
            cpu = cpu_seconds(bot.pid) - cpu_before
        finally:
            await bot.close()
    waits = sorted(load.waits[warm:])
    return Round(
        per_second=len(waits) / (ended - began),
        cpu_ms=cpu / len(waits) * 1000,
        median_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
    )
