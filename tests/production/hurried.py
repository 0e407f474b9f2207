"""`bot.py` in a process of its own, with faster ticks, so that a crash is over in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from playground.remote.processes import Child
from tests.e2e.forks import ForkedBot, be_python, fork

TICK = timedelta(seconds=1)
LEASE = timedelta(seconds=3)


class HurriedBot(ForkedBot):
    """Takes the place of a replica."""

    async def _launch(self) -> Child:
        return await fork(be_hurried, self.arguments, self.folder, self.env, self.log)


def be_hurried(arguments: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Any:
    """Become `python bot.py` with shorter times."""
    import scheduler
    from services.notifications import claims

    scheduler.TICK = TICK
    claims.LEASE = LEASE
    be_python(arguments, folder, env, log)
