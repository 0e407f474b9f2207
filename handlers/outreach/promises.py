"""HR's promises: writing, keeping and taking them back."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from handlers.text_expected import text_expected
from keyboards.company import HrPage
from keyboards.outreach import PromiseButton, PromiseList, PromiseStep
from services.kit import conversations
from services.outreach.promise_draft import Field, draft_data, read_page
from services.outreach.promise_writing import PromiseWriting
from services.outreach.promises import Promises
from transport.request import Request
from views.outreach import promises as views
from views.translator import Catalogs

router = Router(name="outreach.promises")
router.message.filter(Hr())
router.callback_query.filter(Hr())

WRITING = str(Awaiting.promise.state)


@router.callback_query(HrPage.filter(F.place == "promises"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def open_list(query: CallbackQuery, request: Request, promises: Promises) -> None:
    """Show the first page."""
    async with request.begin() as uow:
        page = await promises.page(uow, 0)
    await request.show(views.promise_list(request.t, page))


@router.callback_query(PromiseList.filter(F.kind == "promises"), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: PromiseList, promises: Promises) -> None:
    """Show another page."""
    async with request.read() as uow:
        page = await promises.page(uow, callback_data.page)
    await request.show(views.promise_list(request.t, page))


@router.callback_query(PromiseButton.filter(F.action == "card"), flags=WITHOUT_CONSENT)
async def show(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Show one promise."""
    async with request.read() as uow:
        card = await promises.card(uow, callback_data.id)
    await request.show(views.promise_card(request.t, card))


@router.callback_query(PromiseList.filter(F.kind == "targets"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def choose_target(query: CallbackQuery, request: Request, callback_data: PromiseList, promises: Promises) -> None:
    """Ask to whom something is promised."""
    async with request.begin() as uow:
        page = await promises.targets(uow, callback_data.page)
    await request.show(views.whom(request.t, page))


@router.callback_query(PromiseStep.filter(F.step == "target"), flags=WITHOUT_CONSENT)
async def choose_kind(query: CallbackQuery, request: Request, callback_data: PromiseStep, promises: Promises) -> None:
    """Ask whether it is still to be done."""
    async with request.read() as uow:
        target = await promises.target(uow, callback_data.value)
    await request.show(views.planned_or_done(request.t, target))


@router.callback_query(PromiseStep.filter(F.step.in_({"planned", "done"})), flags=WITHOUT_CONSENT)
async def begin(
    query: CallbackQuery, request: Request, callback_data: PromiseStep, writing: PromiseWriting, catalogs: Catalogs
) -> None:
    """Expect the promise as the next typed message."""
    is_done = callback_data.step == "done"
    async with request.begin() as uow:
        card = await writing.begin(uow, callback_data.value, is_done=is_done)
        await request.dialog.set_state(Awaiting.promise)
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.callback_query(PromiseButton.filter(F.action.in_({"text", "due"})), flags=WITHOUT_CONSENT)
async def revise(
    query: CallbackQuery, request: Request, callback_data: PromiseButton, writing: PromiseWriting, catalogs: Catalogs
) -> None:
    """Expect a new text or date of this promise as the next typed message."""
    field: Field = "due" if callback_data.action == "due" else "text"
    async with request.begin() as uow:
        card = await writing.revise(uow, callback_data.id, field)
        await request.dialog.set_state(Awaiting.promise)
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.message(Awaiting.promise, IsTyped(), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request, writing: PromiseWriting, catalogs: Catalogs) -> None:
    """Take what was typed: the text, the one in the second language, or the date."""
    async with request.begin() as uow:
        card = await writing.fill(uow, await request.dialog.get_data(), message.text or "")
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.callback_query(
    PromiseStep.filter(F.step.in_({"skip", "due", "again", "date", "show", "owner"})), flags=WITHOUT_CONSENT
)
async def go_on(
    query: CallbackQuery, request: Request, callback_data: PromiseStep, writing: PromiseWriting, catalogs: Catalogs
) -> None:
    """Take a press in place of typing."""
    async with request.begin() as uow:
        data, step = await request.dialog.get_data(), callback_data.step
        card = await writing.press(uow, data, step, callback_data.value)
        await request.dialog.set_data(draft_data(card.draft))
    await request.show(views.draft(request.t, catalogs, card))


@router.callback_query(PromiseStep.filter(F.step == "owners"), flags=WITHOUT_CONSENT)
async def ask_owner(
    query: CallbackQuery, request: Request, callback_data: PromiseStep, writing: PromiseWriting
) -> None:
    """Ask who does it."""
    data = await request.dialog.get_data()
    async with request.read() as uow:
        page = await writing.owners(uow, data, read_page(callback_data.value))
    await request.show(views.owners(request.t, page))


@router.callback_query(PromiseStep.filter(F.step == "confirm"), flags=WITHOUT_CONSENT)
async def confirm(query: CallbackQuery, request: Request, callback_data: PromiseStep, writing: PromiseWriting) -> None:
    """Save it and tell people: once, since the first press takes what was written away."""
    async with request.begin() as uow:
        data = await conversations.take(uow.session, request.member.telegram_id, WRITING)
        saved = await writing.confirm(uow, data, callback_data.value)
    note = request.t("promise.made_already" if saved.is_older else "promise.saved")
    await request.show(views.promise_card(request.t, saved.card, note))


@router.callback_query(PromiseButton.filter(F.action == "keep"), flags=WITHOUT_CONSENT)
async def ask_keep(
    query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises, catalogs: Catalogs
) -> None:
    """Show what people will be asked when it is marked as done."""
    async with request.read() as uow:
        card = await promises.card(uow, callback_data.id)
    await request.show(views.ask_keep(request.t, catalogs, card))


@router.callback_query(PromiseButton.filter(F.action == "kept"), flags=WITHOUT_CONSENT)
async def keep(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Mark it as done."""
    async with request.begin() as uow:
        card = await promises.keep(uow, callback_data.id)
    await request.show(views.promise_card(request.t, card, request.t("promise.saved_done")))


@router.callback_query(PromiseButton.filter(F.action == "hold"), flags=WITHOUT_CONSENT)
async def ask_hold(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Show what holding the check-in does."""
    async with request.read() as uow:
        card = await promises.card(uow, callback_data.id)
    await request.show(views.ask_hold(request.t, card))


@router.callback_query(PromiseButton.filter(F.action == "held"), flags=WITHOUT_CONSENT)
async def hold(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Hold the next check-in until it is done."""
    async with request.begin() as uow:
        card = await promises.hold(uow, callback_data.id)
    await request.show(views.promise_card(request.t, card))


@router.callback_query(PromiseButton.filter(F.action == "resume"), flags=WITHOUT_CONSENT)
async def resume(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Ask again, though it isn't done."""
    async with request.begin() as uow:
        card = await promises.resume(uow, callback_data.id)
    await request.show(views.promise_card(request.t, card, request.t("promise.resumed")))


@router.callback_query(PromiseButton.filter(F.action == "withdraw"), flags=WITHOUT_CONSENT)
async def ask_withdraw(
    query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises
) -> None:
    """Show what taking back does."""
    async with request.read() as uow:
        card = await promises.card(uow, callback_data.id)
    await request.show(views.ask_withdraw(request.t, card))


@router.callback_query(PromiseButton.filter(F.action == "withdrawn"), flags=WITHOUT_CONSENT)
async def withdraw(query: CallbackQuery, request: Request, callback_data: PromiseButton, promises: Promises) -> None:
    """Take it back."""
    async with request.begin() as uow:
        await promises.withdraw(uow, callback_data.id)
        page = await promises.page(uow, 0)
    await request.show(views.promise_list(request.t, page, request.t("promise.withdrawn")))


router.message.register(text_expected, Awaiting.promise, flags=WITHOUT_CONSENT)
