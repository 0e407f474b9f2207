"""What the stories share, so that each of them begins quickly."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from types import CodeType
from typing import Any

import pytest
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.filters import Filter

from content import load_content
from views import translator


@pytest.fixture(scope="package", autouse=True)
def _read_once() -> Iterator[None]:
    """Catalogs and content are read for the first stage and kept for the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translator, "_compile", cache(translator._compile))
        patch.setattr("tests.fakes.stage.load_content", cache(load_content))
        patch.setattr(CallableObject, "__post_init__", _described_once())
        yield


def _described_once() -> Any:
    """What aiogram reads from the signatures of handlers and filters, read for the first bot only."""
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

    return described
