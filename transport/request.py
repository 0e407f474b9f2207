"""What every handler gets besides its event: who, in which words, when, and the ways to read, write and answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from db.database import Database
from services.account.access import AccessState
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit import conversations
from services.kit.errors import NotAllowed
from transport import delivery
from views.screen import Screen
from views.translator import Translator


@dataclass(frozen=True, slots=True)
class Request:
    """One press or message of one person.

    `visitor` is None for people who haven't joined, `access` None for people who may be asked. `t` speaks the person's
    language. `now` is the moment at which the handler began. `dialog` holds what the next typed message is awaited for;
    `ends_dialog` says that this handler ends it.
    """

    event: CallbackQuery | Message
    visitor: Member | None
    access: AccessState | None
    t: Translator
    now: datetime
    database: Database
    dialog: FSMContext
    ends_dialog: bool

    @property
    def member(self) -> Member:
        """Return the person. Raise NotAllowed for people who haven't joined."""
        if self.visitor is None:
            raise NotAllowed
        return self.visitor

    @property
    def buttons(self) -> InlineKeyboardMarkup | None:
        """Return the buttons of the message that was pressed, or None where there is none, or Telegram hides it."""
        pressed = self.event.message if isinstance(self.event, CallbackQuery) else None
        return pressed.reply_markup if isinstance(pressed, Message) else None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """Open the one writing transaction of this use case; it commits at the end, before anything is sent."""
        async with self.database.begin() as session:
            if self.ends_dialog:
                await conversations.leave(session, self.member.telegram_id)
            yield UnitOfWork(session, self.visitor, self.now)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Open a read-only transaction."""
        async with self.database.read() as session:
            yield UnitOfWork(session, self.visitor, self.now)

    async def show(self, screen: Screen, *, toast: str | None = None) -> None:
        """Answer a press by editing its message, and a message by a message. Never raise: a lost reply is logged."""
        await delivery.show(self.event, screen, toast=toast)

    async def say(self, screen: Screen) -> None:
        """Send one more message below the screen that answered."""
        await delivery.say(self.event, screen)

    async def answer(self, toast: str | None = None) -> None:
        """Stop the spinner on a button, with a few words where they help. Do nothing for a message."""
        if isinstance(self.event, CallbackQuery):
            await delivery.answer(self.event, toast)

    async def alert(self, text: str) -> None:
        """Answer a press with a sentence that has to be read. Do nothing for a message."""
        if isinstance(self.event, CallbackQuery):
            await delivery.alert(self.event, text)
