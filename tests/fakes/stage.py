"""A stage for stories: the real dispatcher and database, a strict double of Telegram, and people who play their parts.

    anna = stage.person(1001, "Анна")
    await anna.starts(token)
    await anna.presses("Согласиться")
    assert "Вопрос 1" in anna.screen

Everything that happens is over when the call returns. `stage.clock` stands still until it is moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Update

from app import wiring
from app.wiring import App, Services
from config import Settings, load_settings
from content import Content, load_content
from db.database import Database
from playground import BotApi, Person, World
from services.kit import bot_info
from tests.clock import ManualClock
from tests.fakes.telegram import FakeTelegram

TOKEN = "7000000001:test-token"
HELP = {"ru": ["Линия поддержки 123"], "en": ["Helpline 123"]}
Message = dict[str, Any]


class WarmDispatchers:
    """A dispatcher with its three hundred handlers is built once for a database, and serves one stage after the other.

    Everything else of an app is new for each stage, and so is what a dispatcher remembers from one update to the next.
    """

    def __init__(self) -> None:
        self._built: dict[tuple[Database, ManualClock], tuple[Content, Dispatcher, dict[str, Any]]] = {}

    def create_app(
        self, settings: Settings, content: Content, database: Database, client: Bot, clock: ManualClock
    ) -> App:
        """`wiring.create_app`, with the dispatcher that there is."""
        known, dispatcher, data = self._built.get((database, clock), (None, None, {}))
        with pytest.MonkeyPatch.context() as patch:
            if dispatcher is not None and known is content:

                def reuse(*given: Any, **_: Any) -> Dispatcher:
                    (services,) = (one for one in given if isinstance(one, Services))
                    dispatcher.workflow_data.clear()  # whatever the test before put there
                    dispatcher.workflow_data.update(data, **vars(services))
                    return dispatcher

                patch.setattr(wiring, "create_dispatcher", reuse)
            app = wiring.create_app(settings, content, database, client, clock)
        self._built[database, clock] = content, app.dispatcher, dict(app.dispatcher.workflow_data)
        return app


class Stage:
    """One bot (`app`), its database, and everybody who talks to it.

    Takes any of `config.Settings` by name. `restart()` is a new process on the same database. With `warm` the first bot
    shares its dispatcher with those of other stages, so it may not be changed before a `restart()`.
    """

    def __init__(
        self, database: Database, clock: ManualClock, *, warm: WarmDispatchers | None = None, **settings: Any
    ) -> None:
        self.database = database
        self.clock = clock
        self.settings = _settings(**settings) if settings else _usual_settings()
        self.world = World([], clock=clock)
        self.telegram = FakeTelegram(BotApi(self.world))
        self._touched: dict[int, int] = {}
        self.world.listeners.append(self._hear)
        if warm is None:
            self.restart()
        else:
            self._begin(warm.create_app)

    async def company_promises(self) -> None:
        """Let the company have given its word, long before the story, so that people can be invited."""
        async with self.database.begin() as session:
            await bot_info.set_fact(session, bot_info.WORD_GIVEN, self.clock().isoformat())

    def restart(self) -> None:
        """Build everything anew, as a restart of the process does: what was only in memory is gone."""
        self._begin(wiring.create_app)

    def _begin(self, create_app: Callable[..., App]) -> None:
        client = Bot(TOKEN, session=self.telegram)
        self.app = create_app(self.settings, load_content(), self.database, client, self.clock)

    def person(self, person_id: int, first_name: str, *, language: str | None = "ru", **more: Any) -> Player:
        """Somebody with a Telegram account; `more` are the other fields of `playground.Person`."""
        self.world.people[person_id] = Person(person_id, first_name, language_code=language, **more)
        return Player(self, person_id)

    async def settle(self) -> None:
        """Let the bot take in everything that waits, as its ingest does."""
        while updates := self.waiting():
            await self.app.ingest.take(updates)

    async def at_once(self) -> list[BaseException | Any]:
        """Feed everything that waits at the same moment, even what one person did; gives results or exceptions."""
        feeds = (self.app.dispatcher.feed_update(self.app.bot, update) for update in self.waiting())
        return await asyncio.gather(*feeds, return_exceptions=True)

    async def tick(self) -> int:
        """Let the scheduler tick once; return the number of messages that left."""
        return await self.app.ticker.tick()

    def waiting(self) -> list[Update]:
        """Take the updates that wait out of Telegram's queue."""
        return [Update.model_validate(update, context={"bot": self.app.bot}) for update in self.world.take_updates()]

    def newest(self, person_id: int) -> Message | None:
        """The message of the bot that was sent or edited last."""
        messages = {m["message_id"]: m for m in self.world.chat(person_id) if m["from"]["is_bot"]}
        return messages.get(self._touched.get(person_id, 0)) or (messages[max(messages)] if messages else None)

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "message" and event["message"]["from"]["is_bot"]:
            self._touched[event["chat"]] = event["message"]["message_id"]


class Player:
    """A person on the stage. What they do is taken in at once; the `queue_*` doings wait for `stage.settle()`."""

    def __init__(self, stage: Stage, person_id: int) -> None:
        self._stage = stage
        self._world = stage.world
        self.id = person_id

    # What they do

    async def starts(self, payload: str = "") -> None:
        """Press START, after a deep link with `payload` or without one."""
        self._world.person_starts(self.id, payload)
        await self._stage.settle()

    async def says(self, text: str) -> None:
        """Type a message."""
        self._world.person_sends(self.id, text)
        await self._stage.settle()

    async def sends(self, **what: Any) -> None:
        """Send something else: `sticker=True`, `voice=True`, `photo=Upload(…)`, `group=True`, …"""
        self._world.person_sends(self.id, **what)
        await self._stage.settle()

    async def edits(self, text: str, *, message_id: int | None = None) -> None:
        """Change the text of their newest message, or of the one with `message_id`."""
        newest = max(m["message_id"] for m in self._world.chat(self.id) if m["from"]["id"] == self.id)
        self._world.person_edits(self.id, message_id or newest, text)
        await self._stage.settle()

    async def presses(self, label: str | None = None, **how: Any) -> None:
        """Press a button; see `queue_press`."""
        self.queue_press(label, **how)
        await self._stage.settle()

    def queue_press(self, label: str | None = None, *, message_id: int | None = None, **how: Any) -> None:
        """Press the button with this text: in the newest message that has one, or in the one with `message_id`.

        A text of a button may be given by a part of it that no other button of the message has. `data=` presses
        with any data at all, `inaccessible=True` a button that the bot can no longer see.
        """
        if label is None:
            newest = self._stage.newest(self.id)
            how_far = message_id or (newest["message_id"] if newest else 1)
            self._world.person_presses(self.id, how_far, **how)
            return
        for message in reversed(self.messages):
            if message_id in (None, message["message_id"]) and (place := _place(message, label)):
                row, column = place
                self._world.person_presses(self.id, message["message_id"], row=row, column=column, **how)
                return
        raise AssertionError(f"no button {label!r}; there are {self.buttons} under {self.screen!r}")

    async def blocks(self) -> None:
        """Stop the bot."""
        self._world.person_blocks(self.id)
        await self._stage.settle()

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self._world.person_unblocks(self.id)
        await self._stage.settle()

    # What they see

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in their chat, oldest first, as the Bot API shows them."""
        return [message for message in self._world.chat(self.id) if message["from"]["is_bot"]]

    @property
    def message(self) -> Message:
        """The message that the bot sent or edited last."""
        message = self._stage.newest(self.id)
        assert message is not None, "the bot has said nothing"
        return message

    @property
    def screen(self) -> str:
        """Its text, or its caption."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def buttons(self) -> list[list[str]]:
        """The texts on its buttons, row by row."""
        return [[button["text"] for button in row] for row in _rows(self.message)]

    @property
    def toast(self) -> str | None:
        """The words that the last press was answered with, None when it was answered without any."""
        toasts = self._world.toasts(self.id)
        return toasts[-1]["text"] or None if toasts else None


def _settings(**changed: Any) -> Settings:
    ready = {"checkin_period_weeks": 4, "holidays": "", "help_contacts": HELP}
    return load_settings(_env_file=None, bot_token=TOKEN, **{**ready, **changed})


@cache
def _usual_settings() -> Settings:
    return _settings()


def _rows(message: Message) -> list[list[dict[str, Any]]]:
    return list(message.get("reply_markup", {}).get("inline_keyboard", []))


def _places(message: Message) -> Iterator[tuple[str, tuple[int, int]]]:
    for row, buttons in enumerate(_rows(message)):
        for column, button in enumerate(buttons):
            yield button["text"], (row, column)


def _place(message: Message, label: str) -> tuple[int, int] | None:
    """Row and column of the button with this text, or of the only one that contains it."""
    exact = [place for text, place in _places(message) if text == label]
    partial = [place for text, place in _places(message) if label in text]
    assert exact or len(partial) < 2, f"{label!r} is on several buttons: {_rows(message)}"
    return next(iter(exact or partial), None)
