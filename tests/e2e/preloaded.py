"""Imported by the process that forks bots: what every start does the same way is done here, once.

The content is read and the patterns are compiled; SQLAlchemy, pydantic and Babel know what a bot asks of them.
"""

from __future__ import annotations

import gc
from importlib import import_module

from aiogram import Bot
from aiogram.types import Update

from app.wiring import create_app
from config import load_settings
from db.database import Database
from services.kit.clock import system_clock
from tests import once

TOKEN = "7000000001:never-sent"
AT_FIRST_USE = (
    "alembic.command",
    "app.playground_app",
    "asyncpg",
    "holidays",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "opendp.prelude",
    "sqlalchemy.dialects.postgresql.asyncpg",
)
"""What a bot imports when it needs it."""


def warm_up() -> None:
    """Build a bot that is never run, and spare each fork the walk through all that is here."""
    for name in AT_FIRST_USE:
        import_module(name)
    settings = load_settings(_env_file=None, bot_token=TOKEN)
    create_app(settings, once.our_content(), Database("sqlite+aiosqlite:///never-opened.db"), Bot(TOKEN), system_clock)
    Update.model_rebuild()
    gc.collect()
    gc.freeze()


warm_up()
