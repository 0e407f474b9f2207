"""Inviting to the check-in now."""

from __future__ import annotations

from datetime import date

from aiogram import F, Router
from aiogram.types import CallbackQuery

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.callbacks import HrPage, RoundButton
from services.account.users import Member
from services.kit.clock import Clock
from services.outreach.rounds import Rounds
from transport import delivery
from views.outreach import rounds as views
from views.translator import Catalogs, Translator


async def open_choices(
    query: CallbackQuery, member: Member, database: Database, rounds: Rounds, clock: Clock, t: Translator
) -> None:
    """What a round is, and whom it can be for."""
    async with database.read() as session:
        choice = await rounds.choices(session, member, 0, clock())
    await delivery.show(query, views.choices(t, choice))


async def turn(
    query: CallbackQuery,
    callback_data: RoundButton,
    member: Member,
    database: Database,
    rounds: Rounds,
    clock: Clock,
    t: Translator,
) -> None:
    """Another page."""
    async with database.read() as session:
        choice = await rounds.choices(session, member, callback_data.page, clock())
    await delivery.show(query, views.choices(t, choice))


async def preview(
    query: CallbackQuery,
    callback_data: RoundButton,
    member: Member,
    database: Database,
    rounds: Rounds,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """What will be sent, before it is."""
    async with database.read() as session:
        shown = await rounds.preview(session, member, callback_data.target, clock())
    await delivery.show(query, views.preview(t, catalogs, shown))


async def begin(
    query: CallbackQuery,
    callback_data: RoundButton,
    member: Member,
    database: Database,
    rounds: Rounds,
    clock: Clock,
    t: Translator,
) -> None:
    """Invite: once, whoever presses and however often."""
    start = date.fromordinal(callback_data.start)
    async with database.begin() as session:
        round_ = await rounds.begin(session, member, callback_data.target, start, clock())
    await delivery.show(query, views.begun(t, round_))


def create() -> Router:
    """The router of this area."""
    router = Router(name="outreach.rounds")
    router.callback_query.filter(Hr())
    flags = WITHOUT_CONSENT
    router.callback_query.register(open_choices, HrPage.filter(F.place == "round"), flags=flags)
    router.callback_query.register(turn, RoundButton.filter(F.action == "list"), flags=flags)
    router.callback_query.register(preview, RoundButton.filter(F.action == "preview"), flags=flags)
    router.callback_query.register(begin, RoundButton.filter(F.action == "begin"), flags=flags)
    return router
