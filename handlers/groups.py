"""Groups: the talk is private, so the bot says where to go and nothing else."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.types import Message

from handlers.access import ALWAYS
from handlers.filters import IsService, PrivateChat
from transport.request import Request
from views.information import note

router = Router(name="groups")


@router.message(IsService(), flags=ALWAYS)
async def pass_over(message: Message) -> None:
    """Stay silent where no person has said anything, in any chat."""


@router.message(~PrivateChat(), flags=ALWAYS)  # else others would read why it is closed
async def not_here(message: Message, request: Request, bot: Bot) -> None:
    """Send the link to the bot when someone speaks to it; ignore what people say to each other or to other bots."""
    me = await bot.me()
    words = message.text or message.caption or ""
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    command, _, addressee = words.partition(" ")[0].partition("@")
    is_command = command.startswith("/") and addressee.casefold() in {"", str(me.username).casefold()}
    if is_command or f"@{me.username}" in words or (answered and answered.id == me.id):
        await request.show(note(request.t("error.group_chat", link=f"https://t.me/{me.username}")))
