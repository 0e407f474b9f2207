"""The own data: who sees what, the consent and taking it back, the export."""

from __future__ import annotations

import asyncio

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.callbacks import Go, Own
from services.account import consent, export
from services.account.access import AccessState
from services.account.users import Member
from services.kit.clock import Clock
from services.summary.summaries import Summaries
from transport import delivery
from views.account import export as files
from views.account import privacy as views
from views.translator import Translator


async def privacy_command(message: Message, member: Member | None, access: AccessState | None, t: Translator) -> None:
    """Who sees what; for strangers too."""
    await delivery.show(message, views.policy(t, member, access))


async def to_privacy(query: CallbackQuery, member: Member | None, access: AccessState | None, t: Translator) -> None:
    """Who sees what."""
    await delivery.show(query, views.policy(t, member, access))


async def to_hr_sees(
    query: CallbackQuery, member: Member | None, database: Database, summaries: Summaries, clock: Clock, t: Translator
) -> None:
    """What HR sees: the last summary as HR got it."""
    async with database.read() as session:
        seen = await summaries.seen_by(session, member)
    await delivery.show(query, views.hr_sees(t, seen, summaries.next_on(clock())))


async def to_consent(query: CallbackQuery, content: Content, t: Translator) -> None:
    """The consent text, to read again."""
    await delivery.show(query, views.consent_text(t, content.consent))


async def ask_to_withdraw(query: CallbackQuery, t: Translator) -> None:
    """What taking the consent back does."""
    await delivery.show(query, views.withdraw_question(t))


async def withdraw(
    query: CallbackQuery, member: Member, database: Database, content: Content, clock: Clock, t: Translator
) -> None:
    """Take the consent back."""
    async with database.begin() as session:
        await consent.withdraw(session, member, clock())
    await delivery.show(query, views.closed(t, AccessState.WITHDRAWN, content.consent, None))


async def export_command(
    message: Message, member: Member, database: Database, content: Content, clock: Clock, t: Translator
) -> None:
    """Everything that is stored, as two files."""
    await _export(message, member, database, content, clock, t)


async def export_from_button(
    query: CallbackQuery, member: Member, database: Database, content: Content, clock: Clock, t: Translator
) -> None:
    """The same from a button."""
    await _export(query, member, database, content, clock, t)
    await delivery.answer(query, t("export.sent"))


async def _export(
    event: CallbackQuery | Message, member: Member, database: Database, content: Content, clock: Clock, t: Translator
) -> None:
    async with database.begin() as session:
        await export.count_export(session, member, clock())
    async with database.read() as session:
        collected = await export.collect(session, member, clock())
    for document in await asyncio.to_thread(files.documents, t, collected, content):
        await delivery.send_document(event, document)


def create() -> Router:
    """The router of this area."""
    router = Router(name="account.privacy")
    pressed = router.callback_query.register
    router.message.register(privacy_command, Command("privacy"), flags=ALWAYS)
    router.message.register(export_command, Command("export"), IsMember(), flags=ALWAYS)
    pressed(to_privacy, Go.filter(F.place == "privacy"), flags=ALWAYS)
    pressed(to_hr_sees, Go.filter(F.place == "hr_sees"), flags=ALWAYS)
    pressed(to_consent, Go.filter(F.place == "consent"), flags=ALWAYS)
    pressed(ask_to_withdraw, Own.filter(F.action == "withdraw"), IsMember())
    pressed(withdraw, Own.filter(F.action == "withdrawn"), IsMember(), flags=WITHOUT_CONSENT)
    pressed(export_from_button, Own.filter(F.action == "export"), IsMember(), flags=ALWAYS)
    return router
