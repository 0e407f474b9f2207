"""Acting in the people's place from outside: the control API over HTTP, for tests and demonstrations.

Nothing here sleeps for a guessed time: everything waits for a condition, and complains with what it saw instead.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiohttp import ClientSession

PATIENCE_SECONDS = 60  # a start costs seconds of CPU, and a busy machine may have little of it
T = TypeVar("T")
Place = tuple[dict[str, Any], int, int]  # of a button: its message, row and column


async def until(
    condition: Callable[[], Awaitable[T | None]], complaint: Callable[[], str], patience: float = PATIENCE_SECONDS
) -> T:
    """Wait until `condition` returns something true, and return it.

    Raise AssertionError with the complaint when so many seconds have passed.
    """
    try:
        async with asyncio.timeout(patience):
            while not (result := await condition()):  # noqa: ASYNC110 (what is asked is in another process)
                await asyncio.sleep(0.02)
            return result
    except TimeoutError:
        raise AssertionError(complaint()) from None


class ControlClient:
    """The control API of a playground, wherever it runs. Raise AssertionError for what the playground refuses."""

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

    async def file(self, file_id: str) -> bytes:
        """A photo or document that was sent."""
        self._http = self._http or ClientSession()
        async with self._http.get(f"{self.url}/control/file/{file_id}") as response:
            response.raise_for_status()
            return await response.read()

    async def refused(self) -> list[str]:
        """Every call of the bot that the server refused, in words."""
        calls = (await self.get("calls"))["calls"]
        return [f"{call['method']}: {call['refusal']['description']}" for call in calls if call["refusal"]]

    async def _request(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        self._http = self._http or ClientSession()
        async with self._http.request(method, f"{self.url}/control/{path}", **content) as response:
            body: dict[str, Any] = await response.json()
            if response.status != 200:
                raise AssertionError(body)
            return body


class RemotePerson:
    """A person as the control API sees them: says and presses, then waits for what the bot shows."""

    patience: float = PATIENCE_SECONDS

    def __init__(self, control: ControlClient, person_id: int) -> None:
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
        """Wait until a message of the bot has these words (no-break spaces count as spaces); return the message."""
        last: list[dict[str, Any]] = []

        async def message() -> dict[str, Any] | None:
            last[:] = await self.messages()
            return next((shown for shown in last if words in text_of(shown)), None)

        return await until(
            message, lambda: f"{self.id} never saw {words!r}, but: {[text_of(one) for one in last]}", self.patience
        )

    async def answered_beyond(self, count: int) -> None:
        """Wait until the bot has sent more messages than this."""

        async def more() -> bool:
            return len(await self.messages()) > count

        await until(more, lambda: f"{self.id} got no answer", self.patience)

    async def offered(self, label: str) -> Place:
        """Wait for a button by its whole text, or by a part of it, in the newest message that has one; return where."""
        last: list[dict[str, Any]] = []

        async def place() -> Place | None:
            last[:] = await self.messages()
            return next((found for message in last if (found := find_button(message, label))), None)

        return await until(
            place,
            lambda: f"{self.id} was never offered {label!r}, but: {[rows_of(one) for one in last]}",
            self.patience,
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
