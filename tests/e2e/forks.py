"""Starting `bot.py` in a tenth of the time: a server that has imported it, did once what each start does, and forks.

What runs is the file `bot.py` (or another program of ours) itself as `__main__`, in a process of its own that can be
killed like any other. Only what tests/e2e/preloaded.py did is already there. The server ends with the tests, however
they end.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from playground.remote.processes import ROOT, Child, PlaygroundServer, Process
from tests.e2e.processes import BOT


class Forked(Process):
    """`python …`, forked."""

    async def _launch(self) -> Child:
        return Fork(forks().Process(target=be_python, args=(self.arguments, self.folder, self.env, self.log)))


def forked(process: Process) -> Forked:
    """The same program with the same settings, forked; it has not been started yet."""
    return Forked(*process.arguments, folder=process.folder, env=process.env, name=process.log.stem)


class ForkedBot(Forked):
    """`python bot.py` with these settings and nothing else of the machine's, its data in `folder`."""

    def __init__(self, folder: Path, **env: str) -> None:
        super().__init__(BOT, folder=folder, env={"OPS_PORT": "0", **env}, name="bot")


def forked_server(folder: Path, *arguments: str, port: int = 0) -> PlaygroundServer:
    """`python -m playground`, forked."""
    made = PlaygroundServer(folder, *arguments, port=port)
    made.process = forked(made.process)
    return made


class Fork:
    """A process of the fork server with the face of asyncio's."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None, "a started process has one"
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; the negative number of the signal that ended it."""
        return self._process.exitcode

    def send_signal(self, signal: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, signal)

    async def wait(self) -> int:
        """Wait until it ended; gives the code."""
        await asyncio.to_thread(self._process.join)
        assert self.returncode is not None
        return self.returncode


def forks() -> ForkServerContext:
    """The context whose processes find `bot` imported and warm. The server starts at the first use."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["bot", "tests.fakes.telegram", "tests.e2e.preloaded"])
    # The server finds our modules by nothing else, and a process with threads must not be forked.
    with patch.dict(os.environ, PYTHONPATH=str(ROOT), OPENBLAS_NUM_THREADS="1"):
        forkserver.ensure_running()
    return context


def be_python(arguments: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Any:
    """Become `python …`: its settings, its folder, its output, its exit code."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    if arguments[0] == "-m":
        sys.argv = list(arguments[1:])
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(arguments)
        runpy.run_path(arguments[0], run_name="__main__")
