"""How a coroutine becomes a command: what an operator can mend ends it with one line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from config import SettingsError
from db.outages import DatabaseMisconfigured, DatabaseUnavailable, describe_outage
from migrations.move import MoveError
from migrations.runner import SchemaError
from ops.backup import BackupError
from ops.roster import RosterError


def asynchronous(command: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a coroutine as a command; what an operator can mend ends it with one line."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            asyncio.run(_awaited(command(*args, **options)))
        except (SettingsError, SchemaError, BackupError, MoveError, RosterError) as error:
            sys.exit(str(error))
        except (DatabaseUnavailable, DatabaseMisconfigured) as error:
            sys.exit(f"DATABASE_URL: the database cannot be reached ({describe_outage(error)})")

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work
