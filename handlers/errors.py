"""What a person is told when something is refused. Other exceptions go to the ingest, which keeps the update."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from services.kit.errors import Refusal
from services.lifecycle.errors import DoorClosed
from transport import delivery
from views.information import note
from views.lifecycle.joining import closed_door
from views.translator import Translator

router = Router(name="errors")


@router.error(ExceptionTypeFilter(Refusal))
async def refused(event: ErrorEvent, t: Translator) -> None:
    """Say why, in place of the action."""
    assert isinstance(event.exception, Refusal)
    if isinstance(event.exception, DoorClosed) and event.update.message is not None:
        await delivery.show(event.update.message, closed_door(t, event.exception.reason))
        return
    text = t(event.exception.key, **event.exception.values)
    if event.update.callback_query is not None:
        await delivery.alert(event.update.callback_query, text)
    elif message := event.update.message or event.update.edited_message:
        await delivery.show(message, note(text))
