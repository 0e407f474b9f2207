"""How handlers are found: names, and that the order within a router decides nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter

import handlers
from middlewares.access_log import AREAS
from tests.bot.permissions import samples

ROUTERS = [area.router for area in handlers.AREAS]


def button_filters(handler: HandlerObject) -> Iterator[CallbackQueryFilter]:
    """The buttons that a handler is for."""
    return (found.callback for found in handler.filters or () if isinstance(found.callback, CallbackQueryFilter))


def takes(handler: HandlerObject, data: CallbackData) -> bool:
    """Whether a handler is for this press."""
    return all(
        isinstance(data, found.callback_data) and (found.rule is None or bool(found.rule.resolve(data)))
        for found in button_filters(handler)
    )


def test_every_area_of_the_log_names_routers_that_exist() -> None:
    named = {name for names in AREAS.values() for name in names}
    assert named <= {router.name for router in ROUTERS}


@pytest.mark.parametrize("router", ROUTERS, ids=lambda router: router.name)
def test_no_two_handlers_of_a_router_take_the_same_press(router: Router) -> None:
    """So handlers can stand in the order in which they are read best."""
    for_buttons = [handler for handler in router.callback_query.handlers if any(button_filters(handler))]
    kinds = {found.callback_data for handler in for_buttons for found in button_filters(handler)}
    taken = {
        data.pack(): [handler.callback.__name__ for handler in for_buttons if takes(handler, data)]
        for kind in kinds
        for data in samples(kind)
    }
    assert {data: names for data, names in taken.items() if len(names) > 1} == {}


def test_what_ends_a_dialog_does_so_in_a_transaction_of_its_own() -> None:
    """The flag takes effect in `request.begin()`: a handler that only reads would carry it in vain."""
    flagged = [
        handler.callback
        for router in ROUTERS
        for observer in router.observers.values()
        for handler in observer.handlers
        if handler.flags.get("ends_dialog")
    ]
    assert flagged
    assert [flagging for flagging in flagged if "request.begin()" not in inspect.getsource(flagging)] == []
