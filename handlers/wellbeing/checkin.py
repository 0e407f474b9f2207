"""The check-in: one press, one transaction, one edit."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import Answer, Checkin, Turn
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.checkin import CheckIns, Finished, Place, QuestionRef
from transport import delivery
from views.account import defaults
from views.translator import Translator
from views.wellbeing import checkin as views


async def answer(
    query: CallbackQuery,
    callback_data: Answer,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """An option was chosen."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with database.begin() as session:
        place = await assessments.answer(session, member, press, callback_data.value, clock())
    await _show(query, member, place, t)


async def skip(
    query: CallbackQuery,
    callback_data: Turn,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """Go on without an answer."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with database.begin() as session:
        place = await assessments.answer(session, member, press, None, clock())
    await _show(query, member, place, t)


async def back(
    query: CallbackQuery,
    callback_data: Turn,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """The question before this one, with its answer marked."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with database.begin() as session:
        place = await assessments.back(session, member, press, clock())
    await _show(query, member, place, t)


async def later(
    query: CallbackQuery, member: Member, database: Database, assessments: CheckIns, clock: Clock, t: Translator
) -> None:
    """Put it aside; everything is saved already."""
    async with database.read() as session:
        place = await assessments.place(session, member, clock())
    await delivery.show(query, views.put_aside(t, place))


async def hardly_worked(
    query: CallbackQuery,
    callback_data: Turn,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """Hardly worked these four weeks: wait for the next period."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with database.begin() as session:
        place = await assessments.postpone(session, member, press, clock())
    await _show(query, member, place, t)


async def return_to_skipped(
    query: CallbackQuery,
    callback_data: Checkin,
    member: Member,
    database: Database,
    assessments: CheckIns,
    clock: Clock,
    t: Translator,
) -> None:
    """The first question that was skipped."""
    async with database.begin() as session:
        place = await assessments.revisit_skipped(session, member, callback_data.draft, clock())
    await _show(query, member, place, t)


async def go_on(
    query: CallbackQuery, member: Member, database: Database, assessments: CheckIns, clock: Clock, t: Translator
) -> None:
    """Begin, or go on from where it stands."""
    async with database.begin() as session:
        place = await assessments.start(session, member, clock())
    await _show(query, member, place, t)


async def checkin(
    message: Message, member: Member, database: Database, assessments: CheckIns, clock: Clock, t: Translator
) -> None:
    """Begin, or go on, as a new message."""
    async with database.begin() as session:
        place = await assessments.start(session, member, clock())
    await delivery.show(message, views.place(t, place))


async def _show(query: CallbackQuery, member: Member, place: Place, t: Translator) -> None:
    await delivery.show(query, views.place(t, place), toast=views.stale_toast(t, place))
    if isinstance(place, Finished) and place.is_first and query.bot is not None:
        await delivery.send(query.bot, query.from_user.id, defaults.card(t, member))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.checkin")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(answer, Answer.filter())
    router.callback_query.register(skip, Turn.filter(F.step == "skip"))
    router.callback_query.register(back, Turn.filter(F.step == "back"))
    router.callback_query.register(later, Turn.filter(F.step == "later"))
    router.callback_query.register(hardly_worked, Turn.filter(F.step == "few"))
    router.callback_query.register(return_to_skipped, Checkin.filter(F.action == "skipped"))
    router.callback_query.register(go_on, Checkin.filter(F.action == "open"))
    router.message.register(checkin, Command("checkin"))
    return router
