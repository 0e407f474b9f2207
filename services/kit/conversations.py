"""The conversation in which something is to be typed: whether there is one, leaving it, and going back a message.

`Conversation.typed` holds the id of the newest message, the step's `state` and `data` before it, and the `text` while
the person is asked whether it is meant for the step.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Conversation


async def leave(session: AsyncSession, telegram_id: int) -> bool:
    """Stop waiting for the next typed message; return whether one was awaited."""
    left = await session.execute(
        delete(Conversation).where(Conversation.telegram_id == telegram_id).returning(Conversation.key)
    )
    return left.first() is not None


async def is_open(session: AsyncSession, telegram_id: int) -> bool:
    """Return whether the next typed message is awaited."""
    awaited = (Conversation.telegram_id == telegram_id, Conversation.state.is_not(None))
    return await session.scalar(select(Conversation.key).where(*awaited)) is not None


async def take(session: AsyncSession, telegram_id: int, state: str) -> dict[str, Any] | None:
    """End the conversation at this step and return what it remembers; of several presses only one gets it."""
    return await session.scalar(
        delete(Conversation)
        .where(Conversation.telegram_id == telegram_id, Conversation.state == state)
        .returning(Conversation.data)
    )


async def note_typed(session: AsyncSession, telegram_id: int, message_id: int) -> None:
    """Remember the state of the step before this message."""
    conversation = await _locked(session, telegram_id)
    if conversation is not None:
        conversation.typed = {"id": message_id, "state": conversation.state, "data": conversation.data, "text": None}


async def set_text_aside(session: AsyncSession, telegram_id: int, text: str) -> None:
    """Keep the text of the newest message, which the step has not been given."""
    conversation = await _locked(session, telegram_id)
    if conversation is not None and conversation.typed is not None:
        conversation.typed = conversation.typed | {"text": text}


async def go_back(session: AsyncSession, telegram_id: int, message_id: int) -> bool:
    """Put the step back to before this message, for other words.

    Return False when it is not the newest message of a step that is still open.
    """
    conversation = await _locked(session, telegram_id)
    if conversation is None or conversation.typed is None or conversation.typed["id"] != message_id:
        return False
    _restore(conversation, conversation.typed | {"text": None})
    return True


async def text_set_aside(session: AsyncSession, telegram_id: int, message_id: int) -> str | None:
    """Put the step back to before this message and return its text, which may be given to the step however often.

    Return None when there is no such text, or the step is over.
    """
    conversation = await _locked(session, telegram_id)
    if conversation is None or conversation.typed is None or conversation.typed["id"] != message_id:
        return None
    text: str | None = conversation.typed["text"]
    if text is not None:
        _restore(conversation, conversation.typed)
    return text


def _restore(conversation: Conversation, typed: dict[str, Any]) -> None:
    conversation.state, conversation.data, conversation.typed = typed["state"], typed["data"], typed


async def _locked(session: AsyncSession, telegram_id: int) -> Conversation | None:
    return await session.scalar(select(Conversation).where(Conversation.telegram_id == telegram_id).with_for_update())
