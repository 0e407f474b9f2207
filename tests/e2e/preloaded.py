"""Imported by the process that forks bots, so that they find done what every process does once.

The content is read, the patterns are compiled, and a bot has lived for a moment in the playground here: there is what
is imported, looked up or built when it is first needed (migrations, catalogs, types of updates, charts).
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import tempfile
from contextlib import chdir, redirect_stdout
from io import StringIO
from unittest.mock import patch

import asyncpg  # noqa: F401 (this bot has SQLite)
import sqlalchemy.dialects.postgresql.asyncpg  # noqa: F401

import bot
from ops import logs
from playground.remote.client import ControlClient, until
from tests import once
from tests.e2e.story import Employee

NEWCOMER, VETERAN = 1001, 1003


async def _live(said: StringIO) -> None:
    serving = asyncio.create_task(bot.main())

    async def address() -> str | None:
        if serving.done():
            serving.result()
        shown = re.search(r"http://\S+", said.getvalue())
        return shown and shown[0]

    control = ControlClient(await until(address, said.getvalue))
    newcomer, veteran = Employee(control, NEWCOMER, "ru"), Employee(control, VETERAN, "ru")
    for person in (newcomer, veteran):
        await control.post("open", person=person.id)
    await newcomer.reads("consent.title")
    await control.post("answer", person=newcomer.id)
    await veteran.chooses("button.chart")
    await veteran.chooses("history.title")  # below the chart
    await control.close()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving


once.our_detector()
with (
    tempfile.TemporaryDirectory() as folder,
    chdir(folder),
    patch.dict(os.environ, {"OPS_PORT": "0", "PLAYGROUND_PORT": "0"}, clear=True),
    patch.object(logs, "configure"),
    redirect_stdout(StringIO()) as output,
):
    asyncio.run(_live(output))
gc.collect()
gc.freeze()
