"""The audit log, for administrators."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.filters import Admin
from keyboards.callbacks import AuditList, HrPage
from services.account.users import Member
from services.company import audit_log
from transport import delivery
from views.company import audit as views
from views.translator import Translator


async def open_log(message: Message, member: Member, database: Database, t: Translator) -> None:
    """The newest entries as a new message."""
    async with database.read() as session:
        log = await audit_log.read(session, member, 0)
    await delivery.show(message, views.audit_log(t, log))


async def show_log(query: CallbackQuery, member: Member, database: Database, t: Translator) -> None:
    """The newest entries, from the panel."""
    async with database.read() as session:
        log = await audit_log.read(session, member, 0)
    await delivery.show(query, views.audit_log(t, log))


async def turn(
    query: CallbackQuery, callback_data: AuditList, member: Member, database: Database, t: Translator
) -> None:
    """Another page."""
    async with database.read() as session:
        log = await audit_log.read(session, member, callback_data.page)
    await delivery.show(query, views.audit_log(t, log))


def create() -> Router:
    """The router of this area."""
    router = Router(name="company.audit")
    router.message.filter(Admin())
    router.callback_query.filter(Admin())
    router.message.register(open_log, Command("audit"), flags=WITHOUT_CONSENT)
    router.callback_query.register(show_log, HrPage.filter(F.place == "audit"), flags=WITHOUT_CONSENT)
    router.callback_query.register(turn, AuditList.filter(), flags=WITHOUT_CONSENT)
    return router
