"""Everything that reaches into aiogram's internals, so that a new version of aiogram is checked against one page.

Each part says why it is here; tests/unit/test_aiogram_tuning.py fails when aiogram no longer works that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from traceback import walk_tb
from typing import Any, ClassVar

from aiogram import Router
from aiogram.client.context_controller import BotContextController
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, TelegramObject

HANDLERS_PACKAGE = "handlers."


class EditText(EditMessageText):
    """`editMessageText` with its parts as JSON, whose answer, the message as it is now, is not read."""

    __returning__: ClassVar[Any] = Any

    entities: Any = None
    reply_markup: Any = None


class SendText(SendMessage):
    """`sendMessage` with its parts as JSON."""

    entities: Any = None
    reply_markup: Any = None


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` with each update as it came, so that one that can't be understood doesn't hide the others.

    aiogram's own method reads the whole batch at once. `timeout` is in seconds.
    """

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None
    limit: int
    timeout: int
    allowed_updates: list[str] | None = None


def _hold_bot(model: BotContextController, context: Any) -> None:
    object.__setattr__(model, "__pydantic_private__", {"_bot": context.get("bot") if context else None})


def _descendants(kind: type[BotContextController]) -> Iterator[type[BotContextController]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


# Every object of aiogram can hold its bot. pydantic wraps the method that does so once for each class in the line, and
# an update with a keyboard has twenty objects, so that this alone was two thirds of reading it.
for _kind in _descendants(BotContextController):
    _kind.model_post_init = _hold_bot  # type: ignore[assignment, method-assign]

# For each call aiogram asks for the type of its answer; pydantic builds it anew unless it is still held somewhere.
KEPT_RESPONSES = [
    Response[method.__returning__]  # type: ignore[name-defined]
    for method in (AnswerCallbackQuery, EditText, SendText, GetRawUpdates)
]


class PassedByRouter(Router):
    """A router that an event goes by when none of its handlers can be meant.

    aiogram leads every event into one router after the other, which costs each time some copies of all that an event
    carries; with forty routers that was most of what it takes to find a handler.
    """

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """Look for a handler, unless the kind of event or of button says that there is none."""
        if update_type in self.observers and not self._can_take(update_type, event):
            return UNHANDLED
        return await super().propagate_event(update_type, event, **kwargs)

    def _can_take(self, update_type: str, event: TelegramObject) -> bool:
        handlers = self.observers[update_type].handlers
        if not isinstance(event, CallbackQuery) or event.data is None:
            return bool(handlers)
        return event.data.startswith(self._prefixes)

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """What a button's data begins with; "" for a handler that takes any."""
        return tuple({_prefix(handler) for handler in self.callback_query.handlers})


def _prefix(handler: HandlerObject) -> str:
    kinds = (found.callback for found in handler.filters or ())
    return next((kind.callback_data.__prefix__ for kind in kinds if isinstance(kind, CallbackQueryFilter)), "")


def attachable(router: Router) -> Router:
    """Return a router with the same name, filters and handlers that no dispatcher has yet.

    aiogram attaches a router once and for all, and a process may build several dispatchers.
    """
    fresh = PassedByRouter(name=router.name)
    for event, observer in router.observers.items():
        fresh.observers[event].handlers = observer.handlers
        fresh.observers[event]._handler = observer._handler  # holds `router.<event>.filter(…)`; it has no public name
    return fresh


@dataclass(frozen=True, slots=True)
class ChosenHandler:
    """A handler by the name of its router and of its function."""

    router: str
    function: str


def chosen_handler(data: Mapping[str, Any]) -> ChosenHandler:
    """Return the handler that the filters chose, from the data of a middleware that runs after them.

    aiogram leaves it under two keys that its documentation doesn't name.
    """
    handler: HandlerObject = data["handler"]
    router: Router = data["event_router"]
    return ChosenHandler(router.name, handler.callback.__name__)


def failed_handler(error: Exception) -> str:
    """Return the handler in which an error arose, as module and function; "" when none was reached.

    The data of the middlewares is gone when `feed_update` raises, so only the traceback still knows: aiogram lets
    errors through as they are, and calls a coroutine in its own frame.
    """
    for frame, _ in walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if module.startswith(HANDLERS_PACKAGE):
            return f"{module.removeprefix(HANDLERS_PACKAGE)}.{frame.f_code.co_name}"
    return ""
