"""The request to stop, which ends every wait and every race at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 (an event, not a fault)
    """The stop came before the work was done."""


class Stop:
    """Set once, by a signal or by the owner of the part; never cleared."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Stop everything that races with this or sleeps on it."""
        self._event.set()

    def is_set(self) -> bool:
        """Return whether the stop has come."""
        return self._event.is_set()

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`, or until the stop comes."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return

    async def race(self, work: Awaitable[T]) -> T:
        """Return what `work` returns, or raise its error. Cancel it and raise Stopped when the stop comes first."""
        working = asyncio.ensure_future(work)  # noqa: TID251 (awaited or cancelled right here)
        stopping = asyncio.ensure_future(self._event.wait())  # noqa: TID251
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Stopped
            return working.result()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
