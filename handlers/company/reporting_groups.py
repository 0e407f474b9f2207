"""Reporting groups: putting departments together, naming, and taking apart."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from keyboards.callbacks import GroupButton, HrPage, SetGroup
from services.account.users import Member
from services.company import reporting_groups
from services.company.departments import NameField
from services.kit import conversations
from services.kit.calendar import Calendar
from services.kit.clock import Clock
from services.kit.pages import page_of
from transport import delivery
from views import information
from views.company import reporting_groups as views
from views.translator import Translator


async def open_list(
    query: CallbackQuery, member: Member, database: Database, calendar: Calendar, clock: Clock, t: Translator
) -> None:
    """The first page; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        page = await reporting_groups.list_page(session, member, calendar, 0, clock())
    await delivery.show(query, views.group_list(t, page))


async def turn(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Another page."""
    async with database.read() as session:
        page = await reporting_groups.list_page(session, member, calendar, callback_data.page, clock())
    await delivery.show(query, views.group_list(t, page))


async def show(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """One group; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.card(t, card))


async def begin(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    typing: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """A new group: departments to mark; the next typed line is its name. `id` 1: another page of the same choice."""
    async with database.begin() as session:
        chosen = (await typing.get_data()).get("chosen", []) if callback_data.id else []
        await _remember(typing, chosen)
        choice = await reporting_groups.choice(session, member, chosen, calendar, callback_data.page, clock())
    await delivery.show(query, views.choose(t, choice))


async def mark(
    query: CallbackQuery,
    callback_data: SetGroup,
    member: Member,
    database: Database,
    typing: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Mark a department for the new group, or take the mark away."""
    async with database.begin() as session:
        others = {*(await typing.get_data()).get("chosen", [])} - {callback_data.department}
        chosen = sorted(others | ({callback_data.department} if callback_data.action == "pick" else set()))
        await _remember(typing, chosen)
        choice = await reporting_groups.choice(session, member, chosen, calendar, callback_data.page, clock())
    await delivery.show(query, views.choose(t, choice))


async def put_together(
    message: Message,
    member: Member,
    database: Database,
    state: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The name of the new group, typed."""
    async with database.begin() as session:
        chosen = (await state.get_data()).get("chosen", [])
        group_id = await reporting_groups.create(session, member, message.text or "", chosen, calendar, clock())
        await state.clear()
        card = await reporting_groups.card(session, member, group_id, calendar, clock())
    await delivery.show(message, views.card(t, card, t("settings.saved")))


async def show_more(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Departments that can come in."""
    async with database.read() as session:
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
        choice = await reporting_groups.choice(session, member, (), calendar, callback_data.page, clock())
    await delivery.show(query, views.more(t, card, choice))


async def show_fewer(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Departments that can go out."""
    async with database.read() as session:
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.fewer(t, card, page_of(card.next, callback_data.page)))


async def change(
    query: CallbackQuery,
    callback_data: SetGroup,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """One department more or fewer, from the next period on."""
    act = {"add": reporting_groups.add, "take": reporting_groups.take_out}[callback_data.action]
    async with database.begin() as session:
        await act(session, member, callback_data.group, callback_data.department, calendar, clock())
        card = await reporting_groups.card(session, member, callback_data.group, calendar, clock())
    await delivery.show(query, views.card(t, card), toast=t("settings.saved"))


async def ask_dissolve(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The second step before a group is dissolved."""
    async with database.read() as session:
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.dissolve_question(t, card))


async def dissolve(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Each department by itself again, from the next period on."""
    async with database.begin() as session:
        await reporting_groups.dissolve(session, member, callback_data.id, calendar, clock())
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.card(t, card), toast=t("settings.saved"))


async def ask_name(
    query: CallbackQuery,
    callback_data: GroupButton,
    member: Member,
    database: Database,
    typing: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The next typed line is a name of this group."""
    field: NameField = "name_en" if callback_data.action == "name_en" else "name"
    async with database.begin() as session:
        card = await reporting_groups.card(session, member, callback_data.id, calendar, clock())
        await typing.set_state(Awaiting.group_name)
        await typing.set_data({"id": card.id, "field": field})
    await delivery.show(query, views.type_name(t, card, field))


async def take_name(
    message: Message,
    member: Member,
    database: Database,
    state: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The name, typed."""
    async with database.begin() as session:
        asked = await state.get_data()
        await reporting_groups.rename(session, member, asked["id"], asked["field"], message.text or "", clock())
        await state.clear()
        card = await reporting_groups.card(session, member, asked["id"], calendar, clock())
    await delivery.show(message, views.card(t, card, t("settings.saved")))


async def drop_name_en(
    query: CallbackQuery,
    callback_data: SetGroup,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Without an English name."""
    async with database.begin() as session:
        await reporting_groups.drop_name_en(session, member, callback_data.group, clock())
        await conversations.leave(session, member.telegram_id)
        card = await reporting_groups.card(session, member, callback_data.group, calendar, clock())
    await delivery.show(query, views.card(t, card), toast=t("settings.saved"))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


async def _remember(typing: FSMContext, chosen: list[int]) -> None:
    await typing.set_state(Awaiting.group)
    await typing.set_data({"chosen": chosen})


def create() -> Router:
    """The router of this area."""
    router = Router(name="company.reporting_groups")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    pressed, message, flags = router.callback_query.register, router.message.register, WITHOUT_CONSENT
    pressed(open_list, HrPage.filter(F.place == "groups"), flags=flags)
    pressed(turn, GroupButton.filter(F.action == "list"), flags=flags)
    pressed(show, GroupButton.filter(F.action == "card"), flags=flags)
    pressed(begin, GroupButton.filter(F.action == "create"), flags=flags)
    pressed(mark, SetGroup.filter(F.action.in_({"pick", "drop"})), flags=flags)
    pressed(show_more, GroupButton.filter(F.action == "more"), flags=flags)
    pressed(show_fewer, GroupButton.filter(F.action == "fewer"), flags=flags)
    pressed(change, SetGroup.filter(F.action.in_({"add", "take"})), flags=flags)
    pressed(ask_dissolve, GroupButton.filter(F.action == "dissolve"), flags=flags)
    pressed(dissolve, GroupButton.filter(F.action == "dissolved"), flags=flags)
    pressed(ask_name, GroupButton.filter(F.action.in_({"name", "name_en"})), flags=flags)
    pressed(drop_name_en, SetGroup.filter(F.action == "drop_name_en"), flags=flags)
    message(put_together, Awaiting.group, IsTyped(), flags=flags)
    message(take_name, Awaiting.group_name, IsTyped(), flags=flags)
    message(is_no_picture, StateFilter(Awaiting.group, Awaiting.group_name), flags=flags)
    return router
