"""The steps that a summary suggests, and what HR says to them."""

from __future__ import annotations

from datetime import date

from aiogram import F, Router
from aiogram.types import CallbackQuery

from content import Content
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr
from keyboards.summary import StepButton, SummaryPage
from services.outreach.promise_draft import DraftCard, SuggestedPromise, draft_data
from services.outreach.promise_writing import PromiseWriting
from services.summary.steps.answering import SuggestedSteps
from services.summary.summaries import Summaries
from transport.request import Request
from views.summary import steps as views
from views.translator import Catalogs

router = Router(name="summary.steps")
router.callback_query.filter(Hr())


@router.callback_query(SummaryPage.filter(F.action == "steps"), flags=WITHOUT_CONSENT)
async def open_steps(
    query: CallbackQuery, request: Request, callback_data: SummaryPage, summaries: Summaries, content: Content
) -> None:
    """Show what the summary suggests, in full."""
    async with request.read() as uow:
        stored = await summaries.find(uow, date.fromordinal(callback_data.week))
    await request.show(views.every(request.t, content, stored))


@router.callback_query(StepButton.filter(F.action == "card"), flags=WITHOUT_CONSENT)
async def show(
    query: CallbackQuery, request: Request, callback_data: StepButton, suggested_steps: SuggestedSteps, content: Content
) -> None:
    """Show one step."""
    async with request.read() as uow:
        card = await suggested_steps.card(uow, date.fromordinal(callback_data.week), callback_data.n)
    await request.show(views.card(request.t, content, card))


@router.callback_query(StepButton.filter(F.action.in_({"promise", "whom"})), flags=WITHOUT_CONSENT)
async def promise(
    query: CallbackQuery,
    request: Request,
    callback_data: StepButton,
    suggested_steps: SuggestedSteps,
    writing: PromiseWriting,
    content: Content,
    catalogs: Catalogs,
) -> None:
    """Show the preview of a promise with the words, the date and who does it; of several groups, ask for one first.

    It comes below, so that Monday's message stays.
    """
    async with request.begin() as uow:
        step = await suggested_steps.card(uow, date.fromordinal(callback_data.week), callback_data.n)
        key = callback_data.key if callback_data.action == "whom" else step.only_key
        begun = None
        if key is not None:
            begun = await writing.begin_suggested(uow, key, SuggestedPromise.of(content.hr_actions, step.action))
        if isinstance(begun, DraftCard):
            await request.dialog.set_state(Awaiting.promise)
            await request.dialog.set_data(draft_data(begun.draft))
    screen = views.whom(request.t, step) if begun is None else views.begun(request.t, catalogs, begun)
    if callback_data.action == "whom":
        await request.show(screen)
    else:
        await request.answer()
        await request.say(screen)


@router.callback_query(StepButton.filter(F.action == "doing"), flags=WITHOUT_CONSENT)
async def doing(
    query: CallbackQuery, request: Request, callback_data: StepButton, suggested_steps: SuggestedSteps, content: Content
) -> None:
    """Note that it's being done already: it isn't suggested again for a while."""
    async with request.begin() as uow:
        card = await suggested_steps.doing(uow, date.fromordinal(callback_data.week), callback_data.n)
    await request.show(views.card(request.t, content, card))


@router.callback_query(StepButton.filter(F.action == "later"), flags=WITHOUT_CONSENT)
async def ask_when(
    query: CallbackQuery, request: Request, callback_data: StepButton, suggested_steps: SuggestedSteps
) -> None:
    """Ask until when it's put off."""
    async with request.read() as uow:
        card = await suggested_steps.card(uow, date.fromordinal(callback_data.week), callback_data.n)
        days = await suggested_steps.return_dates(uow)
    await request.show(views.when(request.t, card, days))


@router.callback_query(StepButton.filter(F.action == "until"), flags=WITHOUT_CONSENT)
async def put_off(
    query: CallbackQuery, request: Request, callback_data: StepButton, suggested_steps: SuggestedSteps, content: Content
) -> None:
    """Put it off until that day."""
    week, until = date.fromordinal(callback_data.week), date.fromordinal(callback_data.day)
    async with request.begin() as uow:
        card = await suggested_steps.put_off(uow, week, callback_data.n, until)
    await request.show(views.card(request.t, content, card))


@router.callback_query(StepButton.filter(F.action == "text"), flags=WITHOUT_CONSENT)
async def text(
    query: CallbackQuery, request: Request, callback_data: StepButton, suggested_steps: SuggestedSteps
) -> None:
    """Show what people can be told."""
    async with request.read() as uow:
        card = await suggested_steps.card(uow, date.fromordinal(callback_data.week), callback_data.n)
    await request.show(views.told(request.t, card))
