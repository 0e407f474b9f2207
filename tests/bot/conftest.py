"""What the stories share, so that each of them begins quickly."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from aiogram.dispatcher.event.handler import CallableObject

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
    describe, known = CallableObject.__post_init__, dict[Any, tuple[bool, set[str], bool]]()

    def described(self: CallableObject) -> None:
        callback = inspect.unwrap(self.callback)
        code = getattr(callback, "__func__", callback if inspect.isfunction(callback) else type(callback))
        if code not in known:
            describe(self)
            known[code] = self.awaitable, self.params, self.varkw
        self.awaitable, self.params, self.varkw = known[code]

    return described
