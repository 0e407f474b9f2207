"""One test for each trick with aiogram's inside: a new version that works otherwise fails here, and says which."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields
from types import FunctionType
from typing import Any

import pytest
from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router, methods, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import CallableObject, FilterObject
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, TelegramMethod
from aiogram.types import Message, TelegramObject, Update
from pydantic import BaseModel

from tests.fakes.aiogram_inside import describe_once, handlers_of
from transport.aiogram_tuning import (
    KEPT_RESPONSES,
    ChosenHandler,
    EditText,
    GetRawUpdates,
    SendText,
    attachable,
    chosen_handler,
    failed_handler,
)

pytestmark = pytest.mark.slow

MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "/menu"}
EDIT: dict[str, Any] = {"text": "new", "chat_id": 7, "message_id": 1, "parse_mode": None}


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    session = AiohttpSession()
    yield Bot("1:token", session=session)
    await session.close()


@pytest.mark.parametrize("module", [types, methods])
def test_every_type_can_still_be_built(module: Any) -> None:
    """That a start builds none which it does not use is in test_imports.py."""
    models = [model for name in module.__all__ if hasattr(model := getattr(module, name), "model_rebuild")]
    assert len(models) > 100
    for model in models:
        model.model_rebuild()  # raises where an annotation means nothing


def answer_of(bot: Bot, method: TelegramMethod[Any], result: Any) -> Response[Any]:
    """What aiogram's client makes of a result."""
    return bot.session.check_response(bot, method, 200, json.dumps({"ok": True, "result": result}))


async def test_the_message_that_an_edit_returns_is_not_read(bot: Bot) -> None:
    assert isinstance(answer_of(bot, EditMessageText(**EDIT), MESSAGE).result, Message)
    assert answer_of(bot, EditText(**EDIT), MESSAGE).result == MESSAGE


async def test_updates_stay_as_they_came(bot: Bot) -> None:
    batch = [{"update_id": 1, "message": MESSAGE}, {"update_id": 2, "message": "nonsense"}]
    method = GetRawUpdates(offset=1, limit=2, timeout=3, allowed_updates=["message"])
    assert answer_of(bot, method, batch).result == batch
    assert method.__api_method__ == "getUpdates"


@pytest.mark.parametrize(
    "method",
    [
        EditText(**EDIT),
        SendText(chat_id=7, text="new"),
        AnswerCallbackQuery(callback_query_id="1"),
        GetRawUpdates(offset=None, limit=1, timeout=0),
    ],
    ids=lambda method: type(method).__name__,
)
async def test_the_types_of_frequent_answers_are_kept(bot: Bot, method: TelegramMethod[Any]) -> None:
    results = {SendText: MESSAGE, AnswerCallbackQuery: True, GetRawUpdates: []}
    answer = answer_of(bot, method, results.get(type(method), MESSAGE))
    assert any(type(answer) is kept for kept in KEPT_RESPONSES)


def test_other_types_of_answers_are_forgotten() -> None:
    """Else there would be no need to keep them."""

    class Other(BaseModel):
        pass

    built = weakref.ref(Response[Other])
    gc.collect()
    assert built() is None, "the types of answers are kept anyway: KEPT_RESPONSES may go"


async def test_every_part_of_an_update_holds_its_bot_as_aiogram_wants_it(bot: Bot) -> None:
    update = Update.model_validate({"update_id": 1, "message": MESSAGE}, context={"bot": bot})
    assert update.message is not None
    assert [update.bot, update.message.bot, update.message.chat.bot] == [bot] * 3
    assert Message.model_validate(MESSAGE).bot is None
    assert Message.model_validate(MESSAGE).as_(bot).bot is bot
    assert update.model_copy().bot is bot
    holders = {kind for kind in vars(types).values() if isinstance(kind, type) and issubclass(kind, TelegramObject)}
    assert {tuple(kind.__private_attributes__) for kind in holders} == {("_bot",)}, "there is more to hold by now"


def test_pydantic_still_wraps_what_holds_the_bot_for_each_class() -> None:
    """Else there would be no need to put another in its place."""

    class Child(Message):
        pass

    assert Child.model_post_init is not Message.model_post_init


class Noting(BaseMiddleware):
    """Notes which handler is chosen."""

    def __init__(self) -> None:
        self.chosen: list[ChosenHandler] = []

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        self.chosen.append(chosen_handler(data))
        return await handler(event, data)


async def show_menu(message: Message) -> None:
    raise LookupError


def in_module(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function as if another module had it."""
    assert isinstance(function, FunctionType)
    return FunctionType(function.__code__, {**globals(), "__name__": name}, function.__name__)


def dispatcher_with(handler: Callable[..., Any]) -> Dispatcher:
    """A dispatcher whose second router has one handler."""
    dispatcher, router = Dispatcher(), Router(name="wellbeing.checkin")
    router.message.register(handler, Command("menu"), F.text)
    dispatcher.include_routers(Router(name="other"), router)
    return dispatcher


async def fed(bot: Bot, dispatcher: Dispatcher) -> Exception:
    """The error that comes out of an update."""
    with pytest.raises(LookupError) as caught:
        await dispatcher.feed_update(bot, Update.model_validate({"update_id": 1, "message": MESSAGE}))
    return caught.value


async def test_a_middleware_knows_the_chosen_handler(bot: Bot) -> None:
    dispatcher, noting = dispatcher_with(show_menu), Noting()
    dispatcher.message.middleware(noting)
    await fed(bot, dispatcher)
    assert noting.chosen == [ChosenHandler("wellbeing.checkin", "show_menu")]


async def test_an_error_knows_its_handler(bot: Bot) -> None:
    handler = in_module("handlers.wellbeing.checkin", show_menu)
    assert failed_handler(await fed(bot, dispatcher_with(handler))) == "wellbeing.checkin.show_menu"


async def test_an_error_outside_of_handlers_has_none(bot: Bot) -> None:
    assert failed_handler(await fed(bot, dispatcher_with(show_menu))) == ""


async def test_a_router_is_attached_again_with_its_filters(bot: Bot) -> None:
    router = Router(name="wellbeing.checkin")
    router.message.register(show_menu)
    router.message.filter(F.text == "/menu")
    for _ in range(2):
        dispatcher = Dispatcher()
        dispatcher.include_router(attachable(router))
        assert failed_handler(await fed(bot, dispatcher)) == ""
        other = Update.model_validate({"update_id": 2, "message": {**MESSAGE, "text": "/other"}})
        assert await dispatcher.feed_update(bot, other) is UNHANDLED
        assert [one.name for one in dispatcher.sub_routers] == ["wellbeing.checkin"]
    with pytest.raises(RuntimeError, match="already attached"):
        for _ in range(2):
            Dispatcher().include_router(router)


class Pressed(CallbackData, prefix="press"):
    """A button with the prefix that another kind's begins with."""

    number: int


class PressedLonger(CallbackData, prefix="pressed"):
    number: int


@pytest.mark.parametrize("data", ["press:1", "pressed:1", "press:x", "presses:1", "pre", "", None])
@pytest.mark.parametrize("attach", [attachable, lambda router: router])
async def test_a_router_that_is_passed_by_would_not_have_taken_the_press(
    bot: Bot, data: str | None, attach: Any
) -> None:
    """What is found is the same with aiogram's own routers."""
    found: list[str] = []

    def noting(name: str) -> Callable[..., Awaitable[None]]:
        async def handler(_: types.CallbackQuery) -> None:
            found.append(name)

        return handler

    routers = [Router(name=name) for name in ("texts", "press", "pressed", "any")]
    routers[0].message.register(show_menu)
    routers[1].callback_query.register(noting("press"), StateFilter(None), Pressed.filter(F.number == 1))
    routers[2].callback_query.register(noting("pressed"), PressedLonger.filter())
    routers[3].callback_query.register(noting("any"))
    dispatcher = Dispatcher()
    dispatcher.include_routers(*(attach(router) for router in routers))
    press = {"id": "1", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": data}
    await dispatcher.feed_update(bot, Update.model_validate({"update_id": 1, "callback_query": press}))
    assert found == [{"press:1": "press", "pressed:1": "pressed"}.get(data or "", "any")]


async def test_a_router_without_handlers_of_the_kind_is_passed_by(bot: Bot) -> None:
    """aiogram would ask its filter first."""
    router, asked = Router(), list[Message]()

    def ask(message: Message) -> bool:
        asked.append(message)
        return True

    router.callback_query.register(show_menu)
    router.message.filter(ask)
    for attached in (attachable(router), router):
        dispatcher = Dispatcher()
        dispatcher.include_router(attached)
        await dispatcher.feed_update(bot, Update.model_validate({"update_id": 1, "message": MESSAGE}))
    assert len(asked) == 1


def test_all_handlers_are_listed() -> None:
    ((router, handler),) = handlers_of(dispatcher_with(show_menu), "message")
    assert (router.name, handler.callback) == ("wellbeing.checkin", show_menu)
    assert [type(found.callback) for found in handler.filters or ()][:1] == [Command]


def test_a_signature_that_was_read_before_says_the_same() -> None:
    def handler(message: Message, name: str, **more: Any) -> None: ...

    callbacks: list[Callable[..., Any]] = [
        show_menu,
        handler,
        Command("menu"),
        Command("help"),
        StateFilter("x"),
        F.text.resolve,
        print,
    ]
    plain = [CallableObject(callback) for callback in callbacks]
    filters = [FilterObject(Command("menu")), FilterObject(F.text)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CallableObject, "__post_init__", describe_once(CallableObject.__post_init__))
        for _ in range(2):
            assert [vars(CallableObject(one.callback)) for one in plain] == [vars(one) for one in plain]
            again = [FilterObject(Command("menu")), FilterObject(F.text)]
            assert [(one.awaitable, one.params) for one in again] == [(one.awaitable, one.params) for one in filters]
    described = {field.name for field in fields(CallableObject) if not field.init}
    assert described == {"awaitable", "params", "varkw"}
