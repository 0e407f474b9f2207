"""The real thing in processes of their own: the playground's server, and `bot.py` that talks to it over HTTP.

Nothing here sleeps for a guessed time: everything waits for a condition, and fails with the processes' output.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from aiohttp import ClientSession

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60  # a start costs seconds of CPU, and a test machine may have little of it
T = TypeVar("T")


class Process:
    """A child process whose output is kept in a file. `kill()` is SIGKILL, `stop()` is SIGTERM and waits."""

    def __init__(self, *arguments: str, folder: Path, env: Mapping[str, str], name: str) -> None:
        self._arguments = arguments
        self._folder = folder
        self._env = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "PYTHONUNBUFFERED": "1", **env}
        self._log = folder / f"{name}.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, or start again after it ended."""
        assert self._process is None or self._process.returncode is not None, "it still runs"
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                cwd=self._folder,
                env=self._env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def running(self) -> asyncio.subprocess.Process:
        """The process that was started last."""
        assert self._process is not None, "not started"
        return self._process

    @property
    def output(self) -> str:
        """Everything it has written so far, all its lives together."""
        return self._log.read_text() if self._log.exists() else ""

    async def kill(self) -> None:
        """`kill -9`: no goodbye."""
        self.running.kill()
        await self.running.wait()

    async def stop(self) -> int:
        """Ask it to stop (SIGTERM), as an orchestrator does; gives its exit code."""
        if self.running.returncode is None:
            self.running.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.running.wait(), PATIENCE_SECONDS)

    async def ended(self) -> int:
        """Wait until it ends by itself; gives its exit code."""
        return await asyncio.wait_for(self.running.wait(), PATIENCE_SECONDS)

    async def close(self) -> None:
        """Make sure that it is gone."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    async def says(self, words: str) -> str:
        """Wait until a line of the output has these words; gives the line."""

        async def line() -> str | None:
            found = [text for text in self.output.splitlines() if words in text]
            assert found or self.running.returncode is None, f"it ended without saying {words!r}:\n{self.output}"
            return found[-1] if found else None

        return await until(line, lambda: f"it never said {words!r}:\n{self.output}")


async def until(condition: Callable[[], Awaitable[T | None]], complaint: Callable[[], str]) -> T:
    """Wait until `condition` gives something true, and give that. Fails with the complaint after a minute."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (result := await condition()):
                await asyncio.sleep(0.02)
            return result
    except TimeoutError:
        raise AssertionError(complaint()) from None


class PlaygroundServer:
    """`python -m playground` in its own process, and its control API."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = Process(
            "-m", "playground", "--port", "0", *arguments, folder=folder, env={"PYTHONPATH": str(ROOT)}, name="server"
        )
        self.bot_env: dict[str, str] = {}
        self.url = ""
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        await self.process.start()
        line = await self.process.says("BOT_TOKEN=")
        self.bot_env = dict(pair.split("=", 1) for pair in line.split())
        self.url = (await self.process.says("Page: ")).removeprefix("Page: ").strip().rstrip("/")
        self._http = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()
        await self.process.close()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """`GET /control/<path>`."""
        assert self._http is not None
        async with self._http.get(f"{self.url}/control/{path}", params=query) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == 200, body
            return body

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """`POST /control/<path>`."""
        assert self._http is not None
        async with self._http.post(f"{self.url}/control/{path}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == 200, answer
            return answer

    def person(self, person_id: int) -> RemotePerson:
        """Somebody whose chat the test plays."""
        return RemotePerson(self, person_id)

    async def refused(self) -> list[str]:
        """Every call of the bot that the server refused, in words."""
        calls = (await self.get("calls"))["calls"]
        return [f"{call['method']}: {call['refusal']['description']}" for call in calls if call["refusal"]]


class RemotePerson:
    """A person as the control API sees them: says and presses, then waits for what the bot shows."""

    def __init__(self, server: PlaygroundServer, person_id: int) -> None:
        self._server = server
        self.id = person_id

    async def starts(self, payload: str = "") -> None:
        """Press START, after a deep link or without one."""
        await self._server.post("send", person=self.id, start=payload)

    async def says(self, text: str) -> None:
        """Type a message."""
        await self._server.post("send", person=self.id, text=text)

    async def shown(self) -> dict[str, Any] | None:
        """The bot's newest message, as the Bot API's Message."""
        messages = (await self._server.get("chat", person=self.id))["messages"]
        return next((message for message in reversed(messages) if message["from"]["is_bot"]), None)

    async def sees(self, words: str) -> dict[str, Any]:
        """Wait until the bot's newest message has these words; gives the message."""
        last: dict[str, Any] | None = None

        async def message() -> dict[str, Any] | None:
            nonlocal last
            last = await self.shown()
            return last if last and words in (last.get("text") or last.get("caption") or "") else None

        return await until(message, lambda: f"{self.id} never saw {words!r}, but last: {last}")

    async def presses(self, label: str) -> None:
        """Press a button of the newest message by its text, or by the beginning of its text."""
        message = await self.shown()
        rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
        for row, buttons in enumerate(rows):
            for column, button in enumerate(buttons):
                if label in button["text"]:
                    await self._server.post(
                        "press", person=self.id, message_id=(message or {})["message_id"], row=row, col=column
                    )
                    return
        raise AssertionError(f"no button {label!r}: {[[button['text'] for button in row] for row in rows]}")


def bot_process(folder: Path, **env: str) -> Process:
    """`python bot.py` with these settings and nothing else of the machine's, its data in `folder`."""
    return Process(str(ROOT / "bot.py"), folder=folder, env={"OPS_PORT": "0", **env}, name="bot")
