"""Starting `bot.py` in a tenth of the time: a server that has lived as one (fork_server.py, preloaded.py), and forks.

What runs is the file `bot.py` (or another program of ours) itself as `__main__`, in a process of its own that can be
killed like any other. Only what costs each start the same seconds of CPU is already there. All workers of a run share
the server, which ends with the tests, however they end.
"""

from __future__ import annotations

import asyncio
import atexit
import fcntl
import os
import pickle
import runpy
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playground.remote.processes import ROOT, Child, PlaygroundServer, Process
from tests.e2e.processes import BOT

# One for all workers of a run
ADDRESS = Path(tempfile.gettempdir(), f"exhale-forks-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}")


class Forked(Process):
    """`python …`, forked."""

    async def _launch(self) -> Child:
        return await fork(be_python, self.arguments, self.folder, self.env, self.log)


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

    def __init__(self, pid: int, ended: asyncio.Task[int]) -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        """None while it runs; the negative number of the signal that ended it."""
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, signal: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, signal)

    async def wait(self) -> int:
        """Wait until it ended; gives the code."""
        return await asyncio.shield(self._ended)


async def fork(function: Callable[..., object], *arguments: object) -> Fork:
    """Call a function of a module in a process of its own, in which `bot` is imported and its content read."""
    await asyncio.to_thread(_keep_server)
    reader, writer = await asyncio.open_unix_connection(ADDRESS)
    writer.write(pickle.dumps((function, arguments)))
    writer.write_eof()
    pid = int(await reader.readline())
    return Fork(pid, asyncio.create_task(_end(reader, writer)))


async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    code = int(await reader.readline())
    writer.close()
    return code


@cache
def _keep_server() -> None:
    """Start the server, unless another worker of this run has; it lives as long as one that has come to know it."""
    kept = socket.socket(socket.AF_UNIX)
    atexit.register(kept.close)
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            kept.connect(str(ADDRESS))
        except (FileNotFoundError, ConnectionRefusedError):
            command = [sys.executable, "-m", "tests.e2e.fork_server", str(ADDRESS)]
            own = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}  # what has threads must not be forked
            subprocess.run(command, env=os.environ | own, stdin=subprocess.DEVNULL, check=True)
            kept.connect(str(ADDRESS))


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
