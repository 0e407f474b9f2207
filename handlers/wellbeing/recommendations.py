"""Recommendations: the list, a card, and the buttons that carry the state to set."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from keyboards.callbacks import AnotherTip, TipButton, TipList
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.recommendations import Recommendations
from transport import delivery
from views import information
from views.translator import Translator
from views.wellbeing import recommendations as views


async def open_list(
    message: Message,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    t: Translator,
) -> None:
    """The open steps as a new message."""
    async with database.read() as session:
        page = await recommendations.list_page(session, member.id, "open", 0)
    await delivery.show(message, views.tip_list(t, page, content.recommendations))


async def turn_page(
    query: CallbackQuery,
    callback_data: TipList,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    t: Translator,
) -> None:
    """One page of one filter."""
    async with database.read() as session:
        page = await recommendations.list_page(session, member.id, callback_data.kind, callback_data.page)
    await delivery.show(query, views.tip_list(t, page, content.recommendations))


async def open_card(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    t: Translator,
) -> None:
    """One step."""
    async with database.read() as session:
        card = await recommendations.card(session, member.id, callback_data.id)
    await delivery.show(query, views.tip_card(t, card, content.recommendations))


async def where_from(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    recommendations: Recommendations,
    t: Translator,
) -> None:
    """The study behind the advice."""
    async with database.read() as session:
        card = await recommendations.card(session, member.id, callback_data.id)
    await delivery.show(query, views.tip_source(t, card))


async def start(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """Begin with a step, then its plan."""
    async with database.begin() as session:
        card = await recommendations.move(session, member, callback_data.id, "started", clock())
    await delivery.show(query, views.plan_question(t, card), toast=t("recommendations.toast_started"))


async def set_state(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """Done, taken back, or not for me."""
    async with database.begin() as session:
        card = await recommendations.move(session, member, callback_data.id, callback_data.action, clock())
    toast = t(f"recommendations.toast_{callback_data.action}")
    await delivery.show(query, views.tip_card(t, card, content.recommendations), toast=toast)


async def swap(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """After the review: set this step aside, and choose another one."""
    async with database.begin() as session:
        await recommendations.move(session, member, callback_data.id, "declined", clock())
        await recommendations.another(session, member, clock())
        page = await recommendations.list_page(session, member.id, "open", 0)
    await delivery.show(query, views.tip_list(t, page, content.recommendations))


async def keep(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """After the review: go on."""
    async with database.begin() as session:
        card = await recommendations.keep(session, member, callback_data.id, clock())
    await delivery.show(query, views.tip_card(t, card, content.recommendations), toast=t("reminder.kept"))


async def mute(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """No more questions about this step."""
    async with database.begin() as session:
        card = await recommendations.mute(session, member, callback_data.id, clock())
    await delivery.show(query, views.tip_card(t, card, content.recommendations), toast=t("reminder.muted"))


async def another(
    query: CallbackQuery,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """One more step to choose from."""
    async with database.begin() as session:
        card = await recommendations.another(session, member, clock())
    if card is None:
        await delivery.answer(query, t("recommendations.no_other"), alert=True)
    else:
        await delivery.show(query, views.tip_card(t, card, content.recommendations))


async def take_plan(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    clock: Clock,
    t: Translator,
) -> None:
    """The offered if-then plan is fine."""
    async with database.begin() as session:
        card = await recommendations.take_offered_plan(session, member, callback_data.id, clock())
    screen = views.tip_card(t, card, content.recommendations)
    await delivery.show(query, screen, toast=t("recommendations.toast_plan"))


async def ask_for_plan(
    query: CallbackQuery,
    callback_data: TipButton,
    member: Member,
    database: Database,
    recommendations: Recommendations,
    typing: FSMContext,
    t: Translator,
) -> None:
    """The next typed line is the plan."""
    async with database.begin() as session:
        await recommendations.card(session, member.id, callback_data.id)
        await typing.set_state(Awaiting.plan)
        await typing.set_data({"tip": callback_data.id})
    await delivery.show(query, views.type_plan(t))


async def keep_plan(
    message: Message,
    member: Member,
    database: Database,
    content: Content,
    recommendations: Recommendations,
    state: FSMContext,
    clock: Clock,
    t: Translator,
) -> None:
    """The own plan, typed."""
    async with database.begin() as session:
        tip_id = (await state.get_data()).get("tip", 0)
        card = await recommendations.set_plan(session, member.id, tip_id, message.text or "", clock())
        await state.clear()
    await delivery.show(message, views.tip_card(t, card, content.recommendations))


async def plan_is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.recommendations")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.message.register(open_list, Command("recommendations"))
    router.callback_query.register(turn_page, TipList.filter())
    router.callback_query.register(open_card, TipButton.filter(F.action == "card"))
    router.callback_query.register(where_from, TipButton.filter(F.action == "source"))
    router.callback_query.register(start, TipButton.filter(F.action == "started"))
    router.callback_query.register(set_state, TipButton.filter(F.action.in_({"done", "reopened", "declined"})))
    router.callback_query.register(swap, TipButton.filter(F.action == "swap"))
    router.callback_query.register(keep, TipButton.filter(F.action == "keep"))
    router.callback_query.register(mute, TipButton.filter(F.action == "mute"))
    router.callback_query.register(another, AnotherTip.filter())
    router.callback_query.register(take_plan, TipButton.filter(F.action == "plan"))
    router.callback_query.register(ask_for_plan, TipButton.filter(F.action == "own_plan"))
    router.message.register(keep_plan, Awaiting.plan, IsTyped())
    router.message.register(plan_is_no_picture, Awaiting.plan)
    return router
