"""The check-in: one press, one transaction, one edit."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.callbacks import Answer, Checkin, Turn
from services.wellbeing.checkin import CheckIns, CheckInState, Finished, QuestionRef
from transport.request import Request
from views.account import defaults
from views.wellbeing import checkin as views


async def answer(query: CallbackQuery, request: Request, callback_data: Answer, assessments: CheckIns) -> None:
    """An option was chosen."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await assessments.answer(uow, press, callback_data.value)
    await _show(query, request, place)


async def skip(query: CallbackQuery, request: Request, callback_data: Turn, assessments: CheckIns) -> None:
    """Go on without an answer."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await assessments.answer(uow, press, None)
    await _show(query, request, place)


async def back(query: CallbackQuery, request: Request, callback_data: Turn, assessments: CheckIns) -> None:
    """The question before this one, with its answer marked."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await assessments.back(uow, press)
    await _show(query, request, place)


async def later(query: CallbackQuery, request: Request, assessments: CheckIns) -> None:
    """Put it aside; everything is saved already."""
    async with request.read() as uow:
        place = await assessments.state(uow)
    await request.show(views.put_aside(request.t, place))


async def hardly_worked(query: CallbackQuery, request: Request, callback_data: Turn, assessments: CheckIns) -> None:
    """Hardly worked these four weeks: wait for the next period."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await assessments.postpone(uow, press)
    await _show(query, request, place)


async def return_to_skipped(
    query: CallbackQuery, request: Request, callback_data: Checkin, assessments: CheckIns
) -> None:
    """The first question that was skipped."""
    async with request.begin() as uow:
        place = await assessments.revisit_skipped(uow, callback_data.draft)
    await _show(query, request, place)


async def go_on(query: CallbackQuery, request: Request, assessments: CheckIns) -> None:
    """Begin, or go on from where it stands."""
    async with request.begin() as uow:
        place = await assessments.start(uow)
    await _show(query, request, place)


async def checkin(message: Message, request: Request, assessments: CheckIns) -> None:
    """Begin, or go on, as a new message."""
    async with request.begin() as uow:
        place = await assessments.start(uow)
    await request.show(views.place(request.t, place))


async def _show(query: CallbackQuery, request: Request, place: CheckInState) -> None:
    await request.show(views.place(request.t, place), toast=views.stale_toast(request.t, place))
    if isinstance(place, Finished) and place.is_first:
        await request.say(defaults.card(request.t, request.member))


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
