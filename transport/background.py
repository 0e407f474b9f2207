"""The one owner of detached work: keep it alive, log its failures, end it when the program stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from ops.logs import get_logger

log = get_logger("background")


class Background:
    """Tasks that outlive the update that started them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run `work` on its own. A failure is logged, never lost."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251 (this is the owner)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Cancel what is still running and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", task=task.get_name(), exc_info=error)
