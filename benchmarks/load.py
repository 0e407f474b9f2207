"""A Bot API that is as quick as it can be, and people who press as soon as they see the next question."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

OPTION = 4  # the row of the keyboard that everybody presses
BATCH = 100
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
FIRST: dict[str, Any] = {"message_id": 1, "text": "1 of 20", "reply_markup": {"inline_keyboard": []}}

Json = dict[str, Any]


class Load:
    """Everybody presses `presses` times, each as soon as the press before was answered with an edited message.

    `first` gives each person's first callback data; the next ones are read from the bot's keyboards. `reached(n)` waits
    until n presses have been answered in all; `waits` are the seconds from each press to its edit.
    """

    def __init__(self, first: Mapping[int, str], presses: int) -> None:
        self._left = dict.fromkeys(first, presses)
        self._queue: list[Json] = []
        self._arrived = asyncio.Event()
        self._update_ids = count(1)
        self._pressed_at: dict[int, float] = {}
        self._milestones: dict[int, asyncio.Event] = {}
        self._first = first
        self.answered = 0
        self.waits: list[float] = []

    def application(self) -> web.Application:
        """The server to run."""
        application = web.Application()
        application.add_routes([web.post("/bot{token}/{method}", self._call)])
        return application

    def begin(self) -> None:
        """Let everybody press for the first time."""
        for person, data in self._first.items():
            self._press(person, FIRST, data)

    async def reached(self, presses: int) -> float:
        """Wait until so many presses were answered; gives the moment (monotonic)."""
        if self.answered < presses:
            await self._milestones.setdefault(presses, asyncio.Event()).wait()
        return time.monotonic()

    def _seen(self, person: int, content: Json, data: str) -> None:
        """Let a person do what they do when the next question, with this data behind its button, is shown."""
        self._press(person, content, data)

    async def _call(self, request: web.Request) -> web.Response:
        body = await request.read()
        form = json.loads(body) if request.content_type == "application/json" else dict(parse_qsl(body.decode()))
        method = request.match_info["method"]
        if method == "getUpdates":
            return _answer(await self._updates(int(form.get("offset", 0)), float(form.get("timeout", 0))))
        if method == "getMe":
            return _answer(BOT)
        if method in ("editMessageText", "sendMessage"):
            return _answer(self._message(form))
        return _answer(True)

    async def _updates(self, offset: int, timeout: float) -> list[Json]:
        self._queue = [update for update in self._queue if update["update_id"] >= offset]
        if not self._queue:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), timeout)
            except TimeoutError:
                return []
        return self._queue[:BATCH]

    def _message(self, form: Mapping[str, Any]) -> Json:
        person = int(form["chat_id"])
        markup = form.get("reply_markup", {"inline_keyboard": []})
        markup = json.loads(markup) if isinstance(markup, str) else markup
        content = {"message_id": int(form.get("message_id", 2)), "text": form["text"], "reply_markup": markup}
        if "message_id" in form:
            self._answered(person, content)
        return _message(person, content)

    def _answered(self, person: int, content: Json) -> None:
        self.waits.append(time.monotonic() - self._pressed_at[person])
        self.answered += 1
        self._left[person] -= 1
        if milestone := self._milestones.get(self.answered):
            milestone.set()
        if self._left[person]:
            self._seen(person, content, content["reply_markup"]["inline_keyboard"][OPTION][0]["callback_data"])

    def _press(self, person: int, content: Json, data: str) -> None:
        update_id = next(self._update_ids)
        query = {
            "id": str(update_id),
            "from": _account(person),
            "message": _message(person, content),
            "chat_instance": str(person),
            "data": data,
        }
        self._queue.append({"update_id": update_id, "callback_query": query})
        self._pressed_at[person] = time.monotonic()
        self._arrived.set()


def _account(person: int) -> Json:
    return {"id": person, "is_bot": False, "first_name": "Person", "language_code": "ru"}


def _message(person: int, content: Json) -> Json:
    chat = {"id": person, "type": "private", "first_name": "Person"}
    return {"from": BOT, "chat": chat, "date": int(time.time()), "has_protected_content": True, **content}


def _answer(result: Any) -> web.Response:
    body = json.dumps({"ok": True, "result": result}, separators=(",", ":"))  # as Telegram writes it
    return web.Response(text=body, content_type="application/json")
