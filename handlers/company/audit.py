"""The audit log, for administrators."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.access import WITHOUT_CONSENT
from handlers.filters import Admin
from keyboards.company import AuditChoice, AuditList, HrPage
from services.company import audit_log
from transport.request import Request
from views.company import audit as views

router = Router(name="company.audit")
router.message.filter(Admin())
router.callback_query.filter(Admin())


@router.message(Command("audit"), flags=WITHOUT_CONSENT)
async def open_log(message: Message, request: Request) -> None:
    """Show the newest entries as a new message."""
    async with request.read() as uow:
        log = await audit_log.read(uow, "all", 0)
    await request.show(views.audit_log(request.t, log))


@router.callback_query(HrPage.filter(F.place == "audit"), flags=WITHOUT_CONSENT)
async def show_log(query: CallbackQuery, request: Request) -> None:
    """Show the newest entries, from the panel."""
    async with request.read() as uow:
        log = await audit_log.read(uow, "all", 0)
    await request.show(views.audit_log(request.t, log))


@router.callback_query(AuditList.filter(), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: AuditList) -> None:
    """Show another page."""
    async with request.read() as uow:
        log = await audit_log.read(uow, "all", callback_data.page)
    await request.show(views.audit_log(request.t, log))


@router.callback_query(AuditChoice.filter(), flags=WITHOUT_CONSENT)
async def choose(query: CallbackQuery, request: Request, callback_data: AuditChoice) -> None:
    """Only what changed something, or only what was looked at."""
    async with request.read() as uow:
        log = await audit_log.read(uow, callback_data.kind, callback_data.page)
    await request.show(views.audit_log(request.t, log))
