"""The check-in: one press, one transaction, one edit."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.wellbeing import Answer, Checkin, Turn
from services.wellbeing.checkin import CheckIns, CheckInState, QuestionRef
from transport.request import Request
from views.wellbeing import checkin as views

router = Router(name="wellbeing.checkin")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.callback_query(Answer.filter())
async def answer(query: CallbackQuery, request: Request, callback_data: Answer, checkins: CheckIns) -> None:
    """An option was chosen. This is the path of nearly every press, so it takes the shortest door (db/database.py)."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    place: CheckInState | None
    if checkins.is_last(press):
        async with request.begin() as uow:
            place = await checkins.answer(uow, press, callback_data.value)
    else:
        async with request.database.single() as connection:
            place = await checkins.go_on(connection, request.member, request.now, press, callback_data.value)
        if place is None:
            async with request.read() as uow:
                place = await checkins.state_after_stale_press(uow)
    await _show(query, request, place)


@router.callback_query(Turn.filter(F.step == "skip"))
async def skip(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """Go on without an answer."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await checkins.answer(uow, press, None)
    await _show(query, request, place)


@router.callback_query(Turn.filter(F.step == "back"))
async def back(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """The question before this one, with its answer marked."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await checkins.back(uow, press)
    await _show(query, request, place)


@router.callback_query(Turn.filter(F.step == "later"))
async def later(query: CallbackQuery, request: Request, checkins: CheckIns) -> None:
    """Put it aside; everything is saved already."""
    async with request.read() as uow:
        place = await checkins.state(uow)
    await request.show(views.put_aside(request.t, place))


@router.callback_query(Turn.filter(F.step == "few"))
async def hardly_worked(query: CallbackQuery, request: Request, callback_data: Turn, checkins: CheckIns) -> None:
    """Hardly worked these four weeks: wait for the next period."""
    press = QuestionRef(callback_data.draft, callback_data.version, callback_data.position)
    async with request.begin() as uow:
        place = await checkins.postpone(uow, press)
    await _show(query, request, place)


@router.callback_query(Checkin.filter(F.action == "skipped"))
async def return_to_skipped(query: CallbackQuery, request: Request, callback_data: Checkin, checkins: CheckIns) -> None:
    """The first question that was skipped."""
    async with request.begin() as uow:
        place = await checkins.revisit_skipped(uow, callback_data.draft)
    await _show(query, request, place)


@router.callback_query(Checkin.filter(F.action == "open"))
async def go_on(query: CallbackQuery, request: Request, checkins: CheckIns) -> None:
    """Begin, or go on from where it stands."""
    async with request.begin() as uow:
        place = await checkins.start(uow)
    await _show(query, request, place)


@router.message(Command("checkin"))
async def checkin(message: Message, request: Request, checkins: CheckIns) -> None:
    """Begin, or go on, as a new message."""
    async with request.begin() as uow:
        place = await checkins.start(uow)
    await request.show(views.place(request.t, place))


async def _show(query: CallbackQuery, request: Request, place: CheckInState) -> None:
    await request.show(views.place(request.t, place), toast=views.stale_toast(request.t, place))
