"""What a person is told when something is refused. Other exceptions go to the ingest, which keeps the update."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from services.kit.errors import Refusal
from services.lifecycle.errors import DoorClosed
from transport import delivery
from views.information import refusal
from views.lifecycle.joining import closed_door
from views.translator import Translator

router = Router(name="errors")


@router.error(ExceptionTypeFilter(Refusal))
async def refused(event: ErrorEvent, t: Translator) -> None:
    """Say why, in place of the action."""
    query, message = event.update.callback_query, event.update.message or event.update.edited_message
    match event.exception:
        case DoorClosed(reason=reason) if event.update.message is not None:
            await delivery.show(event.update.message, closed_door(t, reason))
        case Refusal(key=key, values=values) if query is not None:
            await delivery.alert(query, t(key, **values))
        case Refusal(key=key, values=values) if message is not None:
            await delivery.show(message, refusal(t, key, values))
