"""Results: shown, explained, hidden, answered anew."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import ShowResult
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.checkin import CheckIns
from transport import delivery
from views.translator import Translator
from views.wellbeing import checkin, results


async def show(
    query: CallbackQuery,
    callback_data: ShowResult,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """One own result; 0 asks for the latest."""
    async with database.read() as session:
        card = await assessments.find_card(session, member.id, callback_data.assessment, clock())
    await delivery.show(query, results.none_yet(t) if card is None else results.result(t, card))


async def more(
    query: CallbackQuery,
    callback_data: ShowResult,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """What did not fit on the result."""
    async with database.read() as session:
        card = await assessments.card(session, member.id, callback_data.assessment, clock())
    await delivery.show(query, results.more(t, card))


async def hide(query: CallbackQuery, t: Translator) -> None:
    """Fold the result into a line that says nothing."""
    await delivery.show(query, results.hidden(t))


async def redo(
    query: CallbackQuery,
    callback_data: ShowResult,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """Answer a careless check-in anew, once."""
    async with database.begin() as session:
        place = await assessments.redo(session, member, callback_data.assessment, clock())
    await delivery.show(query, checkin.place(t, place))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.results")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(show, ShowResult.filter(F.action == "show"))
    router.callback_query.register(more, ShowResult.filter(F.action == "more"))
    router.callback_query.register(hide, ShowResult.filter(F.action == "hide"))
    router.callback_query.register(redo, ShowResult.filter(F.action == "redo"))
    return router
