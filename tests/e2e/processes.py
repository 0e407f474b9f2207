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
from typing import Any, Protocol, Self, TypeVar

from aiohttp import ClientSession

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60  # a start costs seconds of CPU, and a test machine may have little of it
BOT = str(ROOT / "bot.py")
T = TypeVar("T")
Place = tuple[dict[str, Any], int, int]  # of a button: its message, row and column


class Child(Protocol):
    """What both kinds of processes have in common with `asyncio.subprocess.Process`."""

    @property
    def returncode(self) -> int | None:
        """None while it runs; the negative number of the signal that ended it."""

    def send_signal(self, signal: int) -> None:
        """Send a signal."""

    async def wait(self) -> int:
        """Wait until it ended; gives the code."""


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
        assert self._child is None or self._child.returncode is not None, "it still runs"
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
        assert self._child is not None, "not started"
        return self._child

    @property
    def output(self) -> str:
        """Everything it has written so far, all its lives together."""
        return self.log.read_text() if self.log.exists() else ""

    async def kill(self) -> None:
        """`kill -9`: no goodbye."""
        self.running.send_signal(signal.SIGKILL)
        await self.running.wait()

    async def stop(self) -> int:
        """Ask it to stop (SIGTERM), as an orchestrator does; gives its exit code."""
        if self.running.returncode is None:
            self.running.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it ends by itself; gives its exit code."""
        return await asyncio.wait_for(self.running.wait(), PATIENCE_SECONDS)

    async def close(self) -> None:
        """Make sure that it is gone."""
        if self._child is not None and self._child.returncode is None:
            await self.kill()

    async def says(self, words: str) -> str:
        """Wait until a line that it has written since its start has these words; gives the line."""

        async def line() -> str | None:
            has_ended = self.running.returncode is not None
            found = [text for text in self.output[self._seen :].splitlines() if words in text]
            assert found or not has_ended, f"it ended without saying {words!r}:\n{self.output}"
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


def bot_process(folder: Path, **env: str) -> Process:
    """`python bot.py` with these settings and nothing else of the machine's, its data in `folder`."""
    return Process(BOT, folder=folder, env={"OPS_PORT": "0", **env}, name="bot")


class PlaygroundServer:
    """`python -m playground` in its own process, and its control API."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        options = ("--port", str(port), *arguments)
        self.process = Process(
            "-m", "playground", *options, folder=folder, env={"PYTHONPATH": str(ROOT)}, name="server"
        )
        self.bot_env: dict[str, str] = {}
        self.control = Control()

    async def __aenter__(self) -> Self:
        await self.process.start()
        line = await self.process.says("BOT_TOKEN=")
        self.bot_env = dict(pair.split("=", 1) for pair in line.split())
        self.control = Control((await self.process.says("Page: ")).removeprefix("Page: ").strip())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.control.close()
        await self.process.close()


class Control:
    """The control API of a playground, wherever it runs."""

    def __init__(self, url: str = "") -> None:
        self.url = url.rstrip("/")
        self._http: ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.close()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """`GET /control/<path>`."""
        return await self._request("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """`POST /control/<path>`."""
        return await self._request("POST", path, json=body)

    async def refused(self) -> list[str]:
        """Every call of the bot that the server refused, in words."""
        calls = (await self.get("calls"))["calls"]
        return [f"{call['method']}: {call['refusal']['description']}" for call in calls if call["refusal"]]

    async def _request(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        self._http = self._http or ClientSession()
        async with self._http.request(method, f"{self.url}/control/{path}", **content) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == 200, body
            return body


class RemotePerson:
    """A person as the control API sees them: says and presses, then waits for what the bot shows."""

    def __init__(self, control: Control, person_id: int) -> None:
        self.control = control
        self.id = person_id

    async def starts(self, payload: str = "") -> None:
        """Press START, after a deep link or without one."""
        await self.control.post("send", person=self.id, start=payload)

    async def says(self, text: str) -> None:
        """Type a message."""
        await self.control.post("send", person=self.id, text=text)

    async def sends(self, **what: Any) -> None:
        """Send something else than words: `sticker=True`, `voice=True`, `photo=True`."""
        await self.control.post("send", person=self.id, **what)

    async def messages(self) -> list[dict[str, Any]]:
        """The bot's messages in this chat, as the Bot API shows them, the newest first."""
        chat = (await self.control.get("chat", person=self.id))["messages"]
        return [message for message in reversed(chat) if message["from"]["is_bot"]]

    async def toasts(self) -> list[str]:
        """What presses were answered with, in order; an empty string is an answer without words."""
        return [toast["text"] for toast in (await self.control.get("chat", person=self.id))["toasts"]]

    async def sees(self, words: str) -> dict[str, Any]:
        """Wait until a message of the bot has these words (no-break spaces count as spaces); gives the message."""
        last: list[dict[str, Any]] = []

        async def message() -> dict[str, Any] | None:
            last[:] = await self.messages()
            return next((shown for shown in last if words in text_of(shown)), None)

        return await until(message, lambda: f"{self.id} never saw {words!r}, but: {[text_of(one) for one in last]}")

    async def answered_beyond(self, count: int) -> None:
        """Wait until the bot has sent more messages than this."""

        async def more() -> bool:
            return len(await self.messages()) > count

        await until(more, lambda: f"{self.id} got no answer")

    async def offered(self, label: str) -> Place:
        """Wait for a button by its whole text, or by a part of it, in the newest message that has one; gives where."""
        last: list[dict[str, Any]] = []

        async def place() -> Place | None:
            last[:] = await self.messages()
            return next((found for message in last if (found := find_button(message, label))), None)

        return await until(
            place, lambda: f"{self.id} was never offered {label!r}, but: {[rows_of(one) for one in last]}"
        )

    async def presses(self, label: str) -> None:
        """Press a button when it is offered."""
        await self.presses_at(*await self.offered(label))

    async def presses_at(self, message: dict[str, Any], row: int, column: int = 0) -> None:
        """Press the button at a place of a message as it was shown, whatever the message shows now."""
        data = rows_of(message)[row][column]["callback_data"]
        await self.control.post("press", person=self.id, message_id=message["message_id"], data=data)


def find_button(message: dict[str, Any], label: str) -> Place | None:
    """The button with exactly this text, else the first one with the text in it."""
    places = [
        (button["text"].replace("\xa0", " "), (message, row, column))
        for row, buttons in enumerate(rows_of(message))
        for column, button in enumerate(buttons)
    ]
    matching = [place for text, place in places if text == label] or [place for text, place in places if label in text]
    return matching[0] if matching else None


def text_of(message: Mapping[str, Any]) -> str:
    """What a message says, with plain spaces."""
    return str(message.get("text") or message.get("caption") or "").replace("\xa0", " ")


def rows_of(message: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The buttons of a message, row by row."""
    return list(message.get("reply_markup", {}).get("inline_keyboard", []))
