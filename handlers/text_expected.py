"""Something else than words, where words are awaited."""

from __future__ import annotations

from aiogram.types import Message

from transport.request import Request
from views.information import note


async def text_expected(message: Message, request: Request) -> None:
    """Ask for words, and go on waiting for them."""
    await request.show(note(request.t("error.text_expected")))
