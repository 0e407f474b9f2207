"""Moving a lost account: HR's link, and the answer of the old account."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from handlers.access import MOVED, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import Hr, IsMember
from keyboards.company import PersonButton, PersonDeed
from keyboards.lifecycle import AccountMoved, RelinkDecision
from ops.logs import get_logger
from services.company.people import People
from services.lifecycle import relink, relink_approval
from transport.request import Request
from views.lifecycle import relink as views
from views.translator import Catalogs

router = Router(name="lifecycle.relink")

log = get_logger("auth")


@router.callback_query(PersonButton.filter(F.action == "relink"), Hr(), flags=WITHOUT_CONSENT)
async def ask_to_relink(query: CallbackQuery, request: Request, callback_data: PersonButton, people: People) -> None:
    """Show what a link for a lost account does."""
    async with request.read() as uow:
        person = await people.card(uow, callback_data.person)
        open_request = await relink_approval.find_request(uow, person.id)
    await request.show(views.relink(request.t, person, open_request))


@router.callback_query(PersonDeed.filter(F.action == "relink"), Hr(), flags=WITHOUT_CONSENT)
async def make_link(query: CallbackQuery, request: Request, callback_data: PersonDeed) -> None:
    """Show the link itself."""
    async with request.begin() as uow:
        made = await relink.make_link(uow, callback_data.person)
    until = request.member.rhythm.date_of(made.expires_at)
    await request.show(views.link(request.t, made, until, callback_data.person))


@router.callback_query(RelinkDecision.filter(F.action == "approve"), Hr(), flags=WITHOUT_CONSENT)
async def approve(query: CallbackQuery, request: Request, callback_data: RelinkDecision) -> None:
    """Let another person's link work."""
    async with request.begin() as uow:
        decided = await relink_approval.approve(uow, callback_data.id)
    await request.show(views.approved(request.t, decided))


@router.callback_query(RelinkDecision.filter(F.action == "decline"), Hr(), flags=WITHOUT_CONSENT)
async def decline(query: CallbackQuery, request: Request, callback_data: RelinkDecision) -> None:
    """End another person's link."""
    async with request.begin() as uow:
        decided = await relink_approval.decline(uow, callback_data.id)
    await request.show(views.declined(request.t, decided))


@router.callback_query(AccountMoved.filter(F.action == "yes"), IsMember(), flags=MOVED)
async def move_results(
    query: CallbackQuery, request: Request, callback_data: AccountMoved, bot: Bot, catalogs: Catalogs
) -> None:
    """«Yes, it is me»: move the results, and erase this account."""
    async with request.begin() as uow:
        await relink.confirm(uow, callback_data.to)
    log.info("erased", user=request.member.id)
    await request.show(views.account_moved(request.t))
    await refresh_commands(bot, request.database, catalogs, request.member.telegram_id)


@router.callback_query(AccountMoved.filter(F.action == "no"), IsMember(), flags=MOVED)
async def keep_account(
    query: CallbackQuery, request: Request, callback_data: AccountMoved, bot: Bot, catalogs: Catalogs
) -> None:
    """«No, it is not me»: keep this account, and close the new one."""
    async with request.begin() as uow:
        closed = await relink.refuse(uow, callback_data.to)
    await request.show(views.account_kept(request.t))
    await refresh_commands(bot, request.database, catalogs, request.member.telegram_id, *([closed] if closed else []))
