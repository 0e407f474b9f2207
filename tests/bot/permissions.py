"""Everything that can be done to the bot, found by walking its routers: so no new handler is left out of a test."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Literal

from aiogram import BaseMiddleware
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import TelegramObject

from handlers.conversation_states import Awaiting
from playground import Upload
from services.kit.errors import Refusal
from tests.fakes.aiogram_inside import handlers_of
from tests.fakes.stage import Player, Stage
from transport.aiogram_tuning import ChosenHandler, chosen_handler
from transport.fsm_storage import SqlStorage

TEXTS = {  # what fields of text may hold, where the choice of the handler depends on it
    ("SetSetting", "value"): ["ru"],
    ("PulseAnswer", "week"): ["2026-03-02"],
    ("OpenGroup", "key"): ["company"],
    ("CauseButton", "cause"): ["load"],
    ("RoundButton", "target"): ["company"],
    ("StepButton", "key"): ["company"],
    ("PromiseStep", "value"): ["company"],
}
STICKER = {"sticker": True}
SERVICE = {"more": {"delete_chat_photo": True}}
CARD = {"more": {"contact": {"phone_number": "+79990000000", "first_name": "Анна"}}}
SHARED = {"more": {"users_shared": {"request_id": 1, "users": [{"user_id": 1001, "first_name": "Анна"}]}}}
NUMBERS = {"week": date(2026, 3, 2).toordinal(), "start": date(2026, 3, 2).toordinal()}


@dataclass(frozen=True, slots=True)
class Press:
    """A button."""

    data: str

    async def by(self, stage: Stage, player: Player) -> None:
        """Let a person press it."""
        await player.presses(data=self.data)


@dataclass(frozen=True, slots=True)
class Message:
    """A text; `state` is what is waited for."""

    text: str
    state: State | None = None

    async def by(self, stage: Stage, player: Player) -> None:
        """Let a person type it."""
        await _wait_for(stage, player, self.state)
        await player.says(self.text)


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that can be sent: `what` as `Player.sends` takes it."""

    what: Mapping[str, Any]
    state: State | None = None

    async def by(self, stage: Stage, player: Player) -> None:
        """Let a person send it."""
        await _wait_for(stage, player, self.state)
        await player.sends(**self.what)


@dataclass(frozen=True, slots=True)
class Edit:
    """Other words in place of those of a message."""

    async def by(self, stage: Stage, player: Player) -> None:
        """Let a person change a message of theirs."""
        await player.says("сначала")
        await player.edits("потом")


Doing = Press | Message | Other | Edit


class Spy(BaseMiddleware):
    """Stands right before the handlers: notes which one is reached, and runs it or (`is_dry`) does not."""

    def __init__(self, stage: Stage, *, is_dry: bool) -> None:
        self.reached: list[str] = []
        self.refused: list[Refusal] = []
        self._is_dry = is_dry
        stage.restart()
        dispatcher = stage.app.dispatcher
        for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
            observer.middleware(self)

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        self.reached.append(name_of(chosen_handler(data)))
        if self._is_dry:
            return None
        try:
            return await handler(event, data)
        except Refusal as refusal:
            self.refused.append(refusal)
            raise


async def _wait_for(stage: Stage, player: Player, state: State | None) -> None:
    if state is None:
        return
    key = StorageKey(bot_id=stage.app.bot.id, chat_id=player.id, user_id=player.id)
    async with stage.database.begin():
        context = FSMContext(SqlStorage(stage.database), key)
        await context.set_state(state)
        await context.set_data({"id": 1, "field": "name"})


def name_of(handler: ChosenHandler) -> str:
    """A handler as the table names it: by its router, since some serve in several."""
    return f"{handler.router.rpartition('.')[2]}.{handler.function}"


def all_handlers(stage: Stage) -> set[str]:
    """Every handler of messages, edits and presses."""
    return {
        name_of(ChosenHandler(router.name, handler.callback.__name__))
        for kind in ("message", "edited_message", "callback_query")
        for router, handler in handlers_of(stage.app.dispatcher, kind)
    }


def all_doings(stage: Stage, token: str) -> list[Doing]:
    """Every command, every kind of button with each of its choices, every step that is typed, and nonsense.

    `token` is of an invite that works.
    """
    presses = [Press(data.pack()) for kind in _kinds_of_buttons(stage) for data in samples(kind)]
    commands = [Message(f"/{name}") for name in sorted(_commands(stage))]
    typed: list[Doing] = [
        doing for state in Awaiting.__states__ for doing in (Message("1", state), Other(STICKER, state))
    ]
    document = {"document": Upload("list.csv", b"a;b")}
    file = Other(document, Awaiting.roster)
    card = Other(CARD, Awaiting.contact)
    account = Other(SHARED, Awaiting.invite_name)
    in_a_group = Other({"text": "/menu", "group": True})
    nonsense: list[Doing] = [
        Press("garbage"),
        Message("что-нибудь"),
        Message("спасибо"),
        Other(STICKER),
        Other(document),
        Other(SERVICE),
    ]
    return [*presses, *commands, Message(f"/start {token}"), in_a_group, *nonsense, Edit(), *typed, file, card, account]


def one_for_each_choice(stage: Stage, doings: Sequence[Doing]) -> list[Doing]:
    """These doings, with one press for each set of handlers that its data can be meant for, whoever presses it.

    Everything else that decides is who it is, so presses of one set reach one handler.
    """
    filters = filters_of_presses(stage)
    presses: dict[frozenset[int], Press] = {}
    for doing in doings:
        if isinstance(doing, Press):
            meant = frozenset(number for number, found in enumerate(filters) if lets_through(found, doing.data))
            presses.setdefault(meant, doing)
    return [*presses.values(), *(doing for doing in doings if not isinstance(doing, Press))]


def filters_of_presses(stage: Stage) -> list[CallbackQueryFilter]:
    """What stands before the handlers of presses."""
    handlers = (handler for _, handler in handlers_of(stage.app.dispatcher, "callback_query"))
    found = (one.callback for handler in handlers for one in handler.filters or ())
    return [one for one in found if isinstance(one, CallbackQueryFilter)]


def lets_through(one: CallbackQueryFilter, data: str) -> bool:
    """Whether a filter knows these data, and the choice in them."""
    if data.partition(one.callback_data.__separator__)[0] != one.callback_data.__prefix__:
        return False
    return one.rule is None or bool(one.rule.resolve(one.callback_data.unpack(data)))


def samples(kind: type[CallbackData], **fixed: int) -> Iterator[CallbackData]:
    """A kind of button with every choice that it knows; numbers are 1, or what `fixed` says."""
    names = list(kind.model_fields)
    for values in product(*(_values(kind, name, fixed) for name in names)):
        yield kind(**dict(zip(names, values, strict=True)))


def _values(kind: type[CallbackData], name: str, fixed: dict[str, int]) -> list[Any]:
    annotation = typing.get_type_hints(kind)[name]
    if typing.get_origin(annotation) is Literal:
        return list(typing.get_args(annotation))
    if annotation is str:
        return TEXTS.get((kind.__name__, name), ["ru" if name == "locale" else "x"])
    return [fixed.get(name, NUMBERS.get(name, 1))]


def _kinds_of_buttons(stage: Stage) -> list[type[CallbackData]]:
    found = {one.callback_data for one in filters_of_presses(stage)}
    return sorted(found, key=lambda kind: kind.__prefix__)


def _commands(stage: Stage) -> set[str]:
    return {
        command
        for _, handler in handlers_of(stage.app.dispatcher, "message")
        for found in handler.filters or ()
        for command in getattr(found.callback, "commands", ())
    }
