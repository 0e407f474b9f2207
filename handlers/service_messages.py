"""What Telegram writes into a chat by itself: nobody has said anything, so there is nothing to answer."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from handlers.access import ALWAYS
from handlers.filters import IsService

router = Router(name="service_messages")


@router.message(IsService(), flags=ALWAYS)
async def pass_over(message: Message) -> None:
    """Say nothing."""
