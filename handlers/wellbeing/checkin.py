"""The check-in: one press, one transaction, one edit."""

from __future__ import annotations

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.filters import IsMember
from keyboards.wellbeing import Answer, Checkin, Turn
from ops.logs import get_logger
from services.account.users import set_reachable
from services.wellbeing.checkin import CheckIns, CheckInState, QuestionRef
from services.wellbeing.checkin.short_way import go_on_by_one
from transport import delivery
from transport.confirming import last_reply
from transport.request import Request
from views.translator import Catalogs
from views.wellbeing import checkin as views

log = get_logger("assessment")

router = Router(name="wellbeing.checkin")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


async def answer_in_passing(
    query: CallbackQuery, chosen: Answer, database: Database, content: Content, catalogs: Catalogs, now: datetime
) -> bool:
    """Take an option in the middle, before anything else is looked up (middlewares/short_way.py); False if it can't."""
    press = QuestionRef(chosen.draft, chosen.version, chosen.position)
    after = await go_on_by_one(database.single, content, query.from_user.id, press, chosen.value, now)
    if after is None:
        return False
    if not after.is_reachable:
        async with database.begin() as session:
            await set_reachable(session, query.from_user.id, True, now)
    log.debug("done", handler="wellbeing.checkin.answer_in_passing", user=after.user_id)
    with last_reply():
        await delivery.show(query, views.question(catalogs.translator(after.locale), after.question))
    return True


@router.callback_query(Answer.filter())
async def answer(query: CallbackQuery, request: Request, callback_data: Answer, checkins: CheckIns) -> None:
    """Take the last option, or one that came too late: `answer_in_passing` takes all others."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        state = await checkins.answer_late(uow, press, callback_data.value)
    await _show(query, request, state)


@router.callback_query(Turn.filter(F.step == "skip"))
async def skip(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """Go on without an answer."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        state = await checkins.answer(uow, press, None)
    await _show(query, request, state)


@router.callback_query(Turn.filter(F.step == "back"))
async def back(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """Ask the question before this one, with its answer marked."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        state = await checkins.back(uow, press)
    await _show(query, request, state)


@router.callback_query(Turn.filter(F.step == "later"))
async def later(query: CallbackQuery, request: Request, checkins: CheckIns) -> None:
    """Put the check-in off; everything is saved already."""
    async with request.read() as uow:
        state = await checkins.state(uow)
    await request.show(views.put_aside(request.t, state))


@router.callback_query(Turn.filter(F.step == "few"))
async def hardly_worked(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """Hardly worked these four weeks: wait for the next period."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        state = await checkins.postpone(uow, press)
    await _show(query, request, state)


@router.callback_query(Checkin.filter(F.action == "skipped"))
async def return_to_skipped(query: CallbackQuery, request: Request, callback_data: Checkin, checkins: CheckIns) -> None:
    """Ask the first question that was skipped."""
    async with request.begin() as uow:
        state = await checkins.revisit_skipped(uow, callback_data.draft)
    await _show(query, request, state)


@router.callback_query(Checkin.filter(F.action == "open"))
async def go_on(query: CallbackQuery, request: Request, checkins: CheckIns) -> None:
    """Begin, or go on from the open question."""
    async with request.begin() as uow:
        state = await checkins.start(uow)
    await _show(query, request, state)


@router.callback_query(Checkin.filter(F.action == "anyway"))
async def answer_anyway(query: CallbackQuery, request: Request, checkins: CheckIns) -> None:
    """Begin in a period in which no one is asked."""
    async with request.begin() as uow:
        state = await checkins.start(uow, anyway=True)
    await _show(query, request, state)


@router.message(Command("checkin"))
async def checkin(message: Message, request: Request, checkins: CheckIns) -> None:
    """Begin, or go on, as a new message."""
    async with request.begin() as uow:
        state = await checkins.start(uow)
    await request.show(views.state(request.t, state))


async def _show(query: CallbackQuery, request: Request, state: CheckInState) -> None:
    await request.show(views.state(request.t, state), toast=views.stale_toast(request.t, state))
