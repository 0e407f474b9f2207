"""Programs in processes of their own, with their output at hand: a bot, or `python -m playground` itself."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from playground.remote.client import PATIENCE_SECONDS, ControlClient, until

ROOT = Path(__file__).resolve().parents[2]


class Child(Protocol):
    """What both kinds of processes have in common with `asyncio.subprocess.Process`."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """None while it runs; the negative number of the signal that ended it."""

    def send_signal(self, signal: int) -> None:
        """Send a signal."""

    async def wait(self) -> int:
        """Wait until it ended; return the code."""


class Process:
    """A Python process whose output is kept in a file. `kill()` is SIGKILL, `stop()` is SIGTERM and waits."""

    def __init__(self, *arguments: str, folder: Path, env: Mapping[str, str], name: str) -> None:
        self.arguments = arguments
        self.folder = folder
        self.env = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "PYTHONUNBUFFERED": "1", **env}
        self.log = folder / f"{name}.log"
        self._child: Child | None = None
        self._seen = 0

    async def start(self) -> None:
        """Start, or start again after it ended; `says` looks only at what it writes from here on."""
        if self._child is not None and self._child.returncode is None:
            raise RuntimeError("it still runs")
        self._seen = len(self.output)
        self._child = await self._launch()

    async def _launch(self) -> Child:
        with self.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                cwd=self.folder,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def running(self) -> Child:
        """The process that was started last."""
        if self._child is None:
            raise RuntimeError("not started")
        return self._child

    @property
    def pid(self) -> int:
        """The number of the process that was started last."""
        return self.running.pid

    @property
    def output(self) -> str:
        """Everything it has written so far, all its lives together."""
        return self.log.read_text() if self.log.exists() else ""

    async def kill(self) -> None:
        """`kill -9`: no goodbye."""
        self.running.send_signal(signal.SIGKILL)
        await self.running.wait()

    async def stop(self) -> int:
        """Ask it to stop (SIGTERM), as an orchestrator does; return its exit code."""
        if self.running.returncode is None:
            self.running.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        return await asyncio.wait_for(self.running.wait(), PATIENCE_SECONDS)

    async def close(self) -> None:
        """Make sure that it is gone."""
        if self._child is not None and self._child.returncode is None:
            await self.kill()

    async def says(self, words: str) -> str:
        """Wait until a line that it has written since its start has these words, and return it.

        Raise AssertionError when it ends before, or takes too long.
        """

        async def line() -> str | None:
            has_ended = self.running.returncode is not None
            found = [text for text in self.output[self._seen :].splitlines() if words in text]
            if has_ended and not found:
                raise AssertionError(f"it ended without saying {words!r}:\n{self.output}")
            return found[-1] if found else None

        return await until(line, lambda: f"it never said {words!r}:\n{self.output}")


class PlaygroundServer:
    """`python -m playground` in its own process, and its control API."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        options = ("--port", str(port), *arguments)
        self.process = Process(
            "-m", "playground", *options, folder=folder, env={"PYTHONPATH": str(ROOT)}, name="server"
        )
        self.bot_env: dict[str, str] = {}
        self.control = ControlClient()

    async def __aenter__(self) -> Self:
        await self.process.start()
        line = await self.process.says("BOT_TOKEN=")
        self.bot_env = dict(pair.split("=", 1) for pair in line.split())
        self.control = ControlClient((await self.process.says("Page: ")).removeprefix("Page: ").strip())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.control.close()
        await self.process.close()
