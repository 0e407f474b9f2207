"""The weekly pulse: three questions, one tap each."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import PulseAnswer, PulseButton, PulseQuestion, PulseTip
from services.account.settings import PersonalSettings
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.pulse import PulsePress, Pulses
from services.wellbeing.recommendations import Recommendations
from transport import delivery
from views.translator import Translator
from views.wellbeing import pulse as views
from views.wellbeing.recommendations import tip_card, tip_list


async def pulse(
    message: Message, member: Member, database: Database, pulses: Pulses, clock: Clock, t: Translator
) -> None:
    """This week's pulse as a new message."""
    async with database.read() as session:
        place = await pulses.place(session, member, clock())
    await delivery.show(message, views.place(t, place))


async def open_pulse(
    query: CallbackQuery, member: Member, database: Database, pulses: Pulses, clock: Clock, t: Translator
) -> None:
    """The first question without an answer, or this week's answers."""
    async with database.read() as session:
        place = await pulses.place(session, member, clock())
    await delivery.show(query, views.place(t, place))


async def summary(
    query: CallbackQuery, member: Member, database: Database, pulses: Pulses, clock: Clock, t: Translator
) -> None:
    """This week's answers, even when some are missing."""
    async with database.read() as session:
        week = await pulses.summary(session, member, clock())
    await delivery.show(query, views.place(t, week))


async def ask(
    query: CallbackQuery,
    callback_data: PulseQuestion,
    member: Member,
    database: Database,
    pulses: Pulses,
    clock: Clock,
    t: Translator,
) -> None:
    """One question, to answer it or to answer it anew."""
    async with database.read() as session:
        question = await pulses.question(session, member, callback_data.metric, clock())
    await delivery.show(query, views.place(t, question))


async def answer(
    query: CallbackQuery,
    callback_data: PulseAnswer,
    member: Member,
    database: Database,
    pulses: Pulses,
    clock: Clock,
    t: Translator,
) -> None:
    """A value was chosen."""
    press = PulsePress(callback_data.week, callback_data.metric, callback_data.value)
    async with database.begin() as session:
        place = await pulses.answer(session, member, press, clock())
    await delivery.show(query, views.place(t, place), toast=views.late_toast(t, place))


async def turn(
    query: CallbackQuery,
    callback_data: PulseButton,
    member: Member,
    database: Database,
    personal: PersonalSettings,
    clock: Clock,
    t: Translator,
) -> None:
    """Weekly, or off."""
    is_on = callback_data.action == "weekly"
    async with database.begin() as session:
        await personal.change(session, member, "pulse", str(int(is_on)), clock())
    await delivery.show(query, views.turned(t, is_on))


async def open_tip(
    query: CallbackQuery,
    callback_data: PulseTip,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """One small step for what the weeks speak of; the list when nothing else suits."""
    async with database.begin() as session:
        card = await recommendations.for_scale(session, member, callback_data.scale, clock())
        page = await recommendations.list_page(session, member.id, "open", 0)
    catalogue = content.recommendations
    await delivery.show(query, tip_card(t, card, catalogue) if card else tip_list(t, page, catalogue))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.pulse")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(answer, PulseAnswer.filter())
    router.callback_query.register(ask, PulseQuestion.filter())
    router.callback_query.register(open_pulse, PulseButton.filter(F.action == "open"))
    router.callback_query.register(summary, PulseButton.filter(F.action == "summary"))
    router.callback_query.register(turn, PulseButton.filter(F.action.in_({"weekly", "off"})))
    router.callback_query.register(open_tip, PulseTip.filter())
    router.message.register(pulse, Command("pulse"))
    return router
