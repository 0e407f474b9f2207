"""The weekly pulse: three questions, one tap each."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.wellbeing import PulseAnswer, PulseButton, PulseQuestion, PulseRecommendation
from services.account.settings import PersonalSettings
from services.account.unit_of_work import UnitOfWork
from services.outreach.notes import Note, Notes
from services.wellbeing.pulse import PulsePress, Pulses, PulseState, Summary
from services.wellbeing.recommendations import Recommendations
from transport.request import Request
from views.wellbeing import pulse as views
from views.wellbeing.recommendations import recommendation_card, recommendation_list

router = Router(name="wellbeing.pulse")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.message(Command("pulse"))
async def pulse(message: Message, request: Request, pulses: Pulses, notes: Notes) -> None:
    """Show this week's pulse as a new message."""
    async with request.read() as uow:
        state = await pulses.state(uow)
        promise = await _promise(uow, state, notes)
    await request.show(views.state(request.t, state, promise))


@router.callback_query(PulseButton.filter(F.action == "open"))
async def open_pulse(query: CallbackQuery, request: Request, pulses: Pulses, notes: Notes) -> None:
    """Ask the first question without an answer, or show this week's answers."""
    async with request.read() as uow:
        state = await pulses.state(uow)
        promise = await _promise(uow, state, notes)
    await request.show(views.state(request.t, state, promise))


@router.callback_query(PulseButton.filter(F.action == "summary"))
async def summary(query: CallbackQuery, request: Request, pulses: Pulses, notes: Notes) -> None:
    """Show this week's answers, even when some are missing."""
    async with request.read() as uow:
        week = await pulses.summary(uow)
        promise = await _promise(uow, week, notes)
    await request.show(views.state(request.t, week, promise))


@router.callback_query(PulseQuestion.filter())
async def ask(query: CallbackQuery, request: Request, callback_data: PulseQuestion, pulses: Pulses) -> None:
    """Ask one question, for a first or another answer."""
    async with request.read() as uow:
        question = await pulses.question(uow, callback_data.metric)
    await request.show(views.after_question(request.t, question, request.buttons))


@router.callback_query(PulseAnswer.filter())
async def answer(
    query: CallbackQuery, request: Request, callback_data: PulseAnswer, pulses: Pulses, notes: Notes
) -> None:
    """Store the chosen value."""
    press = PulsePress(callback_data.week, callback_data.metric, callback_data.value)
    async with request.begin() as uow:
        state = await pulses.answer(uow, press)
        promise = await _promise(uow, state, notes)
    screen = views.after_question(request.t, state, request.buttons, promise)
    await request.show(screen, toast=views.late_toast(request.t, state))


@router.callback_query(PulseButton.filter(F.action.in_({"weekly", "off"})))
async def turn(query: CallbackQuery, request: Request, callback_data: PulseButton, personal: PersonalSettings) -> None:
    """Set the pulse to weekly, or off."""
    is_on = callback_data.action == "weekly"
    async with request.begin() as uow:
        await personal.change(uow, "pulse", str(int(is_on)))
    await request.show(views.turned(request.t, is_on))


@router.callback_query(PulseRecommendation.filter())
async def open_recommendation(
    query: CallbackQuery, request: Request, callback_data: PulseRecommendation, recommendations: Recommendations
) -> None:
    """Show one small step for what the weeks suggest; the list when nothing else suits."""
    async with request.begin() as uow:
        card = await recommendations.for_scale(uow, callback_data.scale)
        page = await recommendations.list_page(uow.session, request.member.id, "open", 0)
    await request.show(recommendation_card(request.t, card) if card else recommendation_list(request.t, page))


async def _promise(uow: UnitOfWork, state: PulseState, notes: Notes) -> Note | None:
    """What HR promised this person's group, to be shown under a hard week."""
    return await notes.standing(uow) if isinstance(state, Summary) and state.is_hard else None
