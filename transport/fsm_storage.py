"""The state of dialogs in our own database instead of aiogram's storages, written in the handler's transaction.

Only typed messages use it, so a press doesn't pay for it. The state is a hint: losing it loses no answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.database import Database, current_session
from models import Conversation
from models.upsert import put


class SqlStorage(BaseStorage):
    """Keeps one row per dialog. Writes need the session that `db.begin()` opened, so state commits with the data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Set the awaited step; None ends the dialog and deletes its row."""
        name = state.state if isinstance(state, State) else state
        session = _writing()
        if name is None:
            await session.execute(delete(Conversation).where(Conversation.key == _key(key)))
        else:
            values = {"telegram_id": key.user_id, "state": name, "data": {}, "typed": None}
            await put(session, Conversation, {"key": _key(key)}, values)

    async def get_state(self, key: StorageKey) -> str | None:
        """Return the awaited step, or None."""
        async with self._reading() as session:
            return await session.scalar(select(Conversation.state).where(Conversation.key == _key(key)))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Store what the step has to remember. Do nothing when no step is awaited."""
        step = update(Conversation).where(Conversation.key == _key(key))
        await _writing().execute(step.values(data=dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return what the step remembers."""
        async with self._reading() as session:
            return await session.scalar(select(Conversation.data).where(Conversation.key == _key(key))) or {}

    async def close(self) -> None:
        """Do nothing: the database is closed by its owner."""

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncSession]:
        session = current_session.get()
        if session is not None:
            yield session
        else:
            async with self._database.read() as fresh:
                yield fresh


def _key(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}"


def _writing() -> AsyncSession:
    session = current_session.get()
    if session is None:
        raise RuntimeError("the state of a dialog is written inside db.begin() only")
    return session
