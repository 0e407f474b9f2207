"""Something other than words, where words are awaited."""

from __future__ import annotations

from aiogram.types import Message

from services.kit.seldom import Seldom
from transport.request import Request
from views.information import note


async def text_expected(message: Message, request: Request, media_hints: Seldom) -> None:
    """Ask for words, once for a whole album, and go on waiting for them."""
    if media_hints.allows(request.member.telegram_id, request.now):
        await request.show(note(request.t("error.text_expected")))
