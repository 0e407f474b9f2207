"""What makes bots cheap to build for stories that need one of their own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import CodeType

import pytest


@pytest.fixture(scope="package", autouse=True)
def _described_once() -> Iterator[None]:
    """What aiogram reads from the signatures of handlers and filters, it reads for the first bot only."""
    from aiogram.dispatcher.event.handler import CallableObject
    from aiogram.filters import Filter

    describe, known = CallableObject.__post_init__, dict[CodeType, tuple[bool, set[str], bool]]()

    def described(self: CallableObject) -> None:
        callback = inspect.unwrap(self.callback)
        code = getattr(callback, "__code__", type(callback).__call__.__code__ if isinstance(callback, Filter) else None)
        if code in known:
            self.awaitable, self.params, self.varkw = known[code]
            return
        describe(self)
        if code is not None:
            known[code] = self.awaitable, self.params, self.varkw

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CallableObject, "__post_init__", described)
        yield
