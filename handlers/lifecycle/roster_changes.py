"""What the last list of people proposes: looking through it, and deciding on one or on all of a kind."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from handlers.access import WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import Hr
from keyboards.lifecycle import ChangeButton
from services.lifecycle.roster.changes import ChangeKind, RosterChanges
from transport.request import Request
from views.lifecycle import roster_changes as views
from views.translator import Catalogs

router = Router(name="lifecycle.roster_changes")
router.callback_query.filter(Hr())

KINDS: dict[str, ChangeKind] = {"ask_left": "left", "all_left": "left", "ask_moved": "moved", "all_moved": "moved"}


@router.callback_query(ChangeButton.filter(F.action == "list"), flags=WITHOUT_CONSENT)
async def open_list(
    query: CallbackQuery, request: Request, callback_data: ChangeButton, roster_changes: RosterChanges
) -> None:
    """Show a page of them."""
    async with request.read() as uow:
        found = await roster_changes.list_page(uow, callback_data.page)
    await request.show(views.changes(request.t, found))


@router.callback_query(ChangeButton.filter(F.action == "card"), flags=WITHOUT_CONSENT)
async def open_card(
    query: CallbackQuery, request: Request, callback_data: ChangeButton, roster_changes: RosterChanges
) -> None:
    """Show one of them."""
    async with request.read() as uow:
        found = await roster_changes.find(uow, callback_data.id)
    await request.show(views.card(request.t, found, callback_data.page))


@router.callback_query(ChangeButton.filter(F.action == "accept"), flags=WITHOUT_CONSENT)
async def accept(
    query: CallbackQuery,
    request: Request,
    callback_data: ChangeButton,
    bot: Bot,
    roster_changes: RosterChanges,
    catalogs: Catalogs,
) -> None:
    """Do it, and go on with the others."""
    async with request.begin() as uow:
        account = await roster_changes.accept(uow, callback_data.id)
        found = await roster_changes.list_page(uow, callback_data.page)
    await request.show(views.changes(request.t, found, request.t("proposals.done")))
    await refresh_commands(bot, request.database, catalogs, account)


@router.callback_query(ChangeButton.filter(F.action == "decline"), flags=WITHOUT_CONSENT)
async def decline(
    query: CallbackQuery, request: Request, callback_data: ChangeButton, roster_changes: RosterChanges
) -> None:
    """Leave everything as it is, and go on with the others."""
    async with request.begin() as uow:
        await roster_changes.decline(uow, callback_data.id)
        found = await roster_changes.list_page(uow, callback_data.page)
    await request.show(views.changes(request.t, found, request.t("proposals.declined")))


@router.callback_query(ChangeButton.filter(F.action.in_({"ask_left", "ask_moved"})), flags=WITHOUT_CONSENT)
async def ask_all(
    query: CallbackQuery, request: Request, callback_data: ChangeButton, roster_changes: RosterChanges
) -> None:
    """Show whom it would affect."""
    kind = KINDS[callback_data.action]
    async with request.read() as uow:
        found = await roster_changes.first(uow, kind)
    await request.show(views.all_of(request.t, kind, found))


@router.callback_query(ChangeButton.filter(F.action.in_({"all_left", "all_moved"})), flags=WITHOUT_CONSENT)
async def accept_all(
    query: CallbackQuery,
    request: Request,
    callback_data: ChangeButton,
    bot: Bot,
    roster_changes: RosterChanges,
    catalogs: Catalogs,
) -> None:
    """Do what was shown, and go on with the others."""
    async with request.begin() as uow:
        accounts = await roster_changes.accept_all(uow, KINDS[callback_data.action], callback_data.id)
        found = await roster_changes.list_page(uow, 0)
    await request.show(views.changes(request.t, found, request.t.n("proposals.done_all", len(accounts))))
    await refresh_commands(bot, request.database, catalogs, *accounts)
