"""What the bot showed last in a message, so that an edit that changes nothing is not sent.

A press carries its message as it was when the button was pressed, and by now an earlier press may have changed it. So
what this process showed counts first. It is kept for as long as its client lives, for the newest messages.
"""

from __future__ import annotations

from collections import OrderedDict
from weakref import WeakKeyDictionary

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.types import Message

from views.screen import Face, face_of

REMEMBERED = 10_000

Place = tuple[int, int]  # chat and message
_shown: WeakKeyDictionary[BaseSession, OrderedDict[Place, int]] = WeakKeyDictionary()


def is_shown(bot: Bot, message: Message, face: Face) -> bool:
    """Return whether a message shows this already; its text saves a close look at one that says something else."""
    known = _of(bot).get((message.chat.id, message.message_id))
    if known is not None:
        return known == hash(face)
    return message.text == face.text and face_of(message.text, message.entities, message.reply_markup) == face


def remember(bot: Bot, place: Place, face: Face) -> None:
    """Note what a message shows from now on."""
    shown = _of(bot)
    shown[place] = hash(face)
    shown.move_to_end(place)
    if len(shown) > REMEMBERED:
        shown.popitem(last=False)


def forget(bot: Bot, place: Place) -> None:
    """Note that a message has changed, or may have, in a way that no one keeps track of."""
    shown = _of(bot)
    shown[place] = 0
    shown.move_to_end(place)


def _of(bot: Bot) -> OrderedDict[Place, int]:
    return _shown.setdefault(bot.session, OrderedDict())
