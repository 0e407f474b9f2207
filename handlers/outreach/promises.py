"""HR's promises: writing, keeping and taking them back."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from keyboards.callbacks import HrPage, PromiseButton, PromiseList, PromiseStep
from services.account.users import Member
from services.kit import conversations
from services.kit.clock import Clock
from services.outreach.promise_draft import Field, draft_data
from services.outreach.promises import Promises
from transport import delivery
from views import information
from views.outreach import promises as views
from views.translator import Catalogs, Translator

WRITING = str(Awaiting.promise.state)


async def open_list(
    query: CallbackQuery, member: Member, database: Database, promises: Promises, clock: Clock, t: Translator
) -> None:
    """The first page; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        page = await promises.page(session, member, 0, clock())
    await delivery.show(query, views.promise_list(t, page))


async def turn(
    query: CallbackQuery,
    callback_data: PromiseList,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """Another page."""
    async with database.read() as session:
        page = await promises.page(session, member, callback_data.page, clock())
    await delivery.show(query, views.promise_list(t, page))


async def show(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """One promise."""
    async with database.read() as session:
        card = await promises.card(session, member, callback_data.id, clock())
    await delivery.show(query, views.promise_card(t, card))


async def choose_target(
    query: CallbackQuery,
    callback_data: PromiseList,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """To whom something is promised; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        page = await promises.targets(session, member, callback_data.page, clock())
    await delivery.show(query, views.whom(t, page))


async def choose_kind(
    query: CallbackQuery,
    callback_data: PromiseStep,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """Whether it is still to be done."""
    async with database.read() as session:
        target = await promises.target(session, member, callback_data.value, clock())
    await delivery.show(query, views.planned_or_done(t, target))


async def begin(
    query: CallbackQuery,
    callback_data: PromiseStep,
    member: Member,
    database: Database,
    promises: Promises,
    typing: FSMContext,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """The next typed message is the promise."""
    is_done = callback_data.step == "done"
    async with database.begin() as session:
        card = await promises.begin(session, member, callback_data.value, is_done=is_done, now=clock())
        await typing.set_state(Awaiting.promise)
        await typing.set_data(draft_data(card.draft))
    await delivery.show(query, views.draft(t, catalogs, card))


async def revise(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    typing: FSMContext,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """The next typed message is a new text or date of this promise."""
    field: Field = "due" if callback_data.action == "due" else "text"
    async with database.begin() as session:
        card = await promises.revise(session, member, callback_data.id, field, clock())
        await typing.set_state(Awaiting.promise)
        await typing.set_data(draft_data(card.draft))
    await delivery.show(query, views.draft(t, catalogs, card))


async def take(
    message: Message,
    member: Member,
    database: Database,
    promises: Promises,
    state: FSMContext,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """What was typed: the text, the one in the second language, or the date."""
    async with database.begin() as session:
        card = await promises.fill(session, member, await state.get_data(), message.text or "", clock())
        await state.set_data(draft_data(card.draft))
    await delivery.show(message, views.draft(t, catalogs, card))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


async def go_on(
    query: CallbackQuery,
    callback_data: PromiseStep,
    member: Member,
    database: Database,
    promises: Promises,
    typing: FSMContext,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """A press in place of typing."""
    async with database.begin() as session:
        data, step = await typing.get_data(), callback_data.step
        card = await promises.press(session, member, data, step, callback_data.value, clock())
        await typing.set_data(draft_data(card.draft))
    await delivery.show(query, views.draft(t, catalogs, card))


async def confirm(
    query: CallbackQuery,
    callback_data: PromiseStep,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """Save it and tell people: once, since the first press takes what was written away."""
    async with database.begin() as session:
        data = await conversations.take(session, member.telegram_id, WRITING)
        card = await promises.confirm(session, member, data, callback_data.value, clock())
    await delivery.show(query, views.promise_card(t, card, t("promise.saved")))


async def ask_keep(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """What people will be asked when it is marked as done."""
    async with database.read() as session:
        card = await promises.card(session, member, callback_data.id, clock())
    await delivery.show(query, views.ask_keep(t, catalogs, card))


async def keep(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """It is done."""
    async with database.begin() as session:
        card = await promises.keep(session, member, callback_data.id, clock())
    await delivery.show(query, views.promise_card(t, card, t("promise.saved_done")))


async def ask_withdraw(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """What taking back does."""
    async with database.read() as session:
        card = await promises.card(session, member, callback_data.id, clock())
    await delivery.show(query, views.ask_withdraw(t, card))


async def withdraw(
    query: CallbackQuery,
    callback_data: PromiseButton,
    member: Member,
    database: Database,
    promises: Promises,
    clock: Clock,
    t: Translator,
) -> None:
    """Take it back."""
    async with database.begin() as session:
        await promises.withdraw(session, member, callback_data.id, clock())
        page = await promises.page(session, member, 0, clock())
    await delivery.show(query, views.promise_list(t, page, t("promise.withdrawn")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="outreach.promises")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    pressed, message, flags = router.callback_query.register, router.message.register, WITHOUT_CONSENT
    pressed(open_list, HrPage.filter(F.place == "promises"), flags=flags)
    pressed(turn, PromiseList.filter(F.kind == "promises"), flags=flags)
    pressed(choose_target, PromiseList.filter(F.kind == "targets"), flags=flags)
    pressed(show, PromiseButton.filter(F.action == "card"), flags=flags)
    pressed(revise, PromiseButton.filter(F.action.in_({"text", "due"})), flags=flags)
    pressed(ask_keep, PromiseButton.filter(F.action == "keep"), flags=flags)
    pressed(keep, PromiseButton.filter(F.action == "kept"), flags=flags)
    pressed(ask_withdraw, PromiseButton.filter(F.action == "withdraw"), flags=flags)
    pressed(withdraw, PromiseButton.filter(F.action == "withdrawn"), flags=flags)
    pressed(choose_kind, PromiseStep.filter(F.step == "target"), flags=flags)
    pressed(begin, PromiseStep.filter(F.step.in_({"planned", "done"})), flags=flags)
    pressed(confirm, PromiseStep.filter(F.step == "confirm"), flags=flags)
    pressed(go_on, PromiseStep.filter(), flags=flags)
    message(take, Awaiting.promise, IsTyped(), flags=flags)
    message(is_no_picture, Awaiting.promise, flags=flags)
    return router
