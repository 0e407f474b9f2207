"""Recommendations: the list, a card, and the buttons that carry the state to set."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from handlers.text_expected import text_expected
from keyboards.wellbeing import AnotherRecommendation, RecommendationButton, RecommendationList
from services.wellbeing.recommendations import Recommendations
from transport.request import Request
from views.wellbeing import recommendations as views

router = Router(name="wellbeing.recommendations")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())

PLAN_OF = "tip"  # whose plan is awaited; stored with the open dialogs


@router.message(Command("recommendations"))
async def open_list(message: Message, request: Request, recommendations: Recommendations) -> None:
    """Show the open steps as a new message."""
    async with request.read() as uow:
        page = await recommendations.list_page(uow.session, request.member.id, "open", 0)
    await request.show(views.recommendation_list(request.t, page))


@router.callback_query(RecommendationList.filter())
async def turn_page(
    query: CallbackQuery, request: Request, callback_data: RecommendationList, recommendations: Recommendations
) -> None:
    """Show one page of one filter."""
    async with request.read() as uow:
        page = await recommendations.list_page(uow.session, request.member.id, callback_data.kind, callback_data.page)
    await request.show(views.recommendation_list(request.t, page))


@router.callback_query(RecommendationButton.filter(F.action == "card"))
async def open_card(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Show one step."""
    async with request.read() as uow:
        card = await recommendations.card(uow.session, request.member.id, callback_data.id)
    await request.show(views.recommendation_card(request.t, card))


@router.callback_query(RecommendationButton.filter(F.action == "source"))
async def where_from(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Show the study behind the advice."""
    async with request.read() as uow:
        card = await recommendations.card(uow.session, request.member.id, callback_data.id)
    await request.show(views.recommendation_source(request.t, card))


@router.callback_query(RecommendationButton.filter(F.action == "started"))
async def start(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Begin with a step, then its plan."""
    async with request.begin() as uow:
        card = await recommendations.move(uow, callback_data.id, "started")
    await request.show(views.plan_question(request.t, card), toast=request.t("recommendations.toast_started"))


@router.callback_query(RecommendationButton.filter(F.action.in_({"done", "reopened", "declined"})))
async def set_state(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Set a step to done, back to open, or to not for me."""
    async with request.begin() as uow:
        card = await recommendations.move(uow, callback_data.id, callback_data.action)
    toast = request.t(f"recommendations.toast_{callback_data.action}")
    await request.show(views.recommendation_card(request.t, card), toast=toast)


@router.callback_query(RecommendationButton.filter(F.action == "swap"))
async def swap(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """After the review, set this step aside and choose another one."""
    async with request.begin() as uow:
        await recommendations.move(uow, callback_data.id, "declined")
        await recommendations.another(uow)
        page = await recommendations.list_page(uow.session, request.member.id, "open", 0)
    await request.show(views.recommendation_list(request.t, page))


@router.callback_query(RecommendationButton.filter(F.action == "keep"))
async def keep(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Go on with the step after its review."""
    async with request.begin() as uow:
        card = await recommendations.keep(uow, callback_data.id)
    await request.show(views.recommendation_card(request.t, card), toast=request.t("reminder.kept"))


@router.callback_query(RecommendationButton.filter(F.action == "mute"))
async def mute(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """No more questions about this step."""
    async with request.begin() as uow:
        card = await recommendations.mute(uow, callback_data.id)
    await request.show(views.recommendation_card(request.t, card), toast=request.t("reminder.muted"))


@router.callback_query(AnotherRecommendation.filter())
async def another(query: CallbackQuery, request: Request, recommendations: Recommendations) -> None:
    """Offer one more step."""
    async with request.begin() as uow:
        card = await recommendations.another(uow)
    if card is None:
        await request.alert(request.t("recommendations.no_other"))
    else:
        await request.show(views.recommendation_card(request.t, card))


@router.callback_query(RecommendationButton.filter(F.action == "plan"))
async def take_plan(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Keep the if-then plan that was offered."""
    async with request.begin() as uow:
        card = await recommendations.take_offered_plan(uow, callback_data.id)
    screen = views.recommendation_card(request.t, card)
    await request.show(screen, toast=request.t("recommendations.toast_plan"))


@router.callback_query(RecommendationButton.filter(F.action == "own_plan"))
async def ask_for_plan(
    query: CallbackQuery, request: Request, callback_data: RecommendationButton, recommendations: Recommendations
) -> None:
    """Expect the plan as the next typed line."""
    async with request.begin() as uow:
        await recommendations.card(uow.session, request.member.id, callback_data.id)
        await request.dialog.set_state(Awaiting.plan)
        await request.dialog.set_data({PLAN_OF: callback_data.id})
    await request.show(views.type_plan(request.t))


@router.message(Awaiting.plan, IsTyped())
async def keep_plan(message: Message, request: Request, recommendations: Recommendations) -> None:
    """Keep the person's own plan, typed."""
    async with request.begin() as uow:
        recommendation_id = (await request.dialog.get_data()).get(PLAN_OF, 0)
        card = await recommendations.set_plan(uow, recommendation_id, message.text or "")
        await request.dialog.clear()
    await request.show(views.recommendation_card(request.t, card))


router.message.register(text_expected, Awaiting.plan)
