"""What only tests know of aiogram's inside; test_aiogram_tuning.py fails when aiogram no longer works that way.

The bot's own tricks are in transport/aiogram_tuning.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import CallableObject, HandlerObject
from aiogram.filters import Filter


def handlers_of(root: Router, kind: str) -> Iterator[tuple[Router, HandlerObject]]:
    """Yield the handlers of a kind of update, each with its router right below `root`; aiogram has no list of them."""
    for router in root.sub_routers:
        for handler in router.observers[kind].handlers:
            yield router, handler


def describe_once(describe: Callable[[CallableObject], None]) -> Callable[[CallableObject], None]:
    """Return a `CallableObject.__post_init__` that reads each signature once.

    Reading the signatures of all handlers and filters is much of what a bot costs, and every test makes a bot.
    """
    known = dict[CodeType, tuple[bool, set[str], bool]]()

    def described(self: CallableObject) -> None:
        code = _code_of(inspect.unwrap(self.callback))
        if code in known:
            self.awaitable, self.params, self.varkw = known[code]
            return
        describe(self)
        if code is not None:
            known[code] = self.awaitable, self.params, self.varkw

    return described


def _code_of(callback: Any) -> CodeType | None:
    """Return the code that a callback runs; None for one whose signature its code does not settle."""
    code: CodeType | None = getattr(callback, "__code__", None)
    if code is None and isinstance(callback, Filter):
        return type(callback).__call__.__code__
    return code
