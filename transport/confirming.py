"""When a batch of updates may be confirmed: each one has come to its end, or only its last reply is on its way.

By then everything is stored. Whether the reply arrived is known a trip to Telegram and back later, and if the next poll
waited for that, whoever pressed meanwhile would wait as long (benchmarks/latency.py). What was written to a connection
leaves even if the process is killed then. Only a handler knows that nothing comes after a reply: it sends it inside
`last_reply()`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from aiohttp import BytesPayload
from aiohttp.abc import AbstractStreamWriter

Confirm = Callable[[], None]

_current: ContextVar[Confirm | None] = ContextVar("current_update", default=None)
_when_written: ContextVar[Confirm | None] = ContextVar("last_reply", default=None)


class Confirmation:
    """What a batch still waits for before it may be confirmed."""

    def __init__(self) -> None:
        self._missing: set[int] = set()
        self._is_due = asyncio.Event()

    def expect(self, update_ids: Iterable[int]) -> None:
        """Wait for these updates."""
        self._missing.update(update_ids)

    @contextmanager
    def of(self, update_id: int) -> Iterator[None]:
        """Wait no longer for an update when the block has ended, or when its last reply has been written."""
        token = _current.set(partial(self._settle, update_id))
        try:
            yield
        finally:
            _current.reset(token)
        self._settle(update_id)

    async def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start the work on the batch, and return it when the batch may be confirmed. Raise what ends it before."""
        task = asyncio.ensure_future(work)  # noqa: TID251 (awaited by the caller)
        task.add_done_callback(lambda _: self._is_due.set())
        try:
            await self._is_due.wait()
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            task.result()
        return task

    def _settle(self, update_id: int) -> None:
        self._missing.discard(update_id)
        if not self._missing:
            self._is_due.set()


@contextmanager
def last_reply() -> Iterator[None]:
    """Send in this block what the running update ends with: everything that it does is stored."""
    token = _when_written.set(_current.get())
    try:
        yield
    finally:
        _when_written.reset(token)


def noted(body: bytes) -> bytes | BytesPayload:
    """Return a request's body, which tells when it was written if it is a last reply."""
    confirm = _when_written.get()
    return body if confirm is None else _Noted(body, confirm)


class _Noted(BytesPayload):
    def __init__(self, body: bytes, confirm: Confirm) -> None:
        super().__init__(body)
        self._confirm = confirm

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await super().write_with_length(writer, content_length)
        self._confirm()
