"""Reporting groups: putting departments together, naming, and taking apart."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from handlers.text_expected import text_expected
from keyboards.company import GroupButton, HrPage, SetGroup
from services.company import reporting_groups
from services.company.departments import NameField
from services.kit.calendar import Calendar
from services.kit.pages import page_of
from services.summary.joining import JoinProposals
from transport.request import Request
from views.company import reporting_groups as views

router = Router(name="company.reporting_groups")
router.message.filter(Hr())
router.callback_query.filter(Hr())


@router.callback_query(HrPage.filter(F.place == "groups"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def open_list(query: CallbackQuery, request: Request, calendar: Calendar, join_proposals: JoinProposals) -> None:
    """Show the first page."""
    async with request.begin() as uow:
        page, proposed = await reporting_groups.list_page(uow, calendar, 0), await join_proposals.open(uow)
    await request.show(views.group_list(request.t, page, proposed))


@router.callback_query(GroupButton.filter(F.action == "list"), flags=WITHOUT_CONSENT)
async def turn(
    query: CallbackQuery,
    request: Request,
    callback_data: GroupButton,
    calendar: Calendar,
    join_proposals: JoinProposals,
) -> None:
    """Show another page."""
    async with request.read() as uow:
        page = await reporting_groups.list_page(uow, calendar, callback_data.page)
        proposed = await join_proposals.open(uow)
    await request.show(views.group_list(request.t, page, proposed))


@router.callback_query(GroupButton.filter(F.action == "card"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def show(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Show one group."""
    async with request.begin() as uow:
        card = await reporting_groups.card(uow, callback_data.id, calendar)
    await request.show(views.card(request.t, card))


@router.callback_query(GroupButton.filter(F.action == "create"), flags=WITHOUT_CONSENT)
async def begin(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Begin a group: departments to mark; the next typed line is its name. `id` 1: another page of the same choice."""
    async with request.begin() as uow:
        chosen = (await request.dialog.get_data()).get("chosen", []) if callback_data.id else []
        await _remember(request.dialog, chosen)
        choice = await reporting_groups.choice(uow, chosen, calendar, callback_data.page)
    await request.show(views.choose(request.t, choice))


@router.callback_query(SetGroup.filter(F.action.in_({"pick", "drop"})), flags=WITHOUT_CONSENT)
async def mark(query: CallbackQuery, request: Request, callback_data: SetGroup, calendar: Calendar) -> None:
    """Mark a department for the new group, or take the mark away."""
    async with request.begin() as uow:
        others = {*(await request.dialog.get_data()).get("chosen", [])} - {callback_data.department}
        chosen = sorted(others | ({callback_data.department} if callback_data.action == "pick" else set()))
        await _remember(request.dialog, chosen)
        choice = await reporting_groups.choice(uow, chosen, calendar, callback_data.page)
    await request.show(views.choose(request.t, choice))


@router.message(Awaiting.group, IsTyped(), flags=WITHOUT_CONSENT)
async def put_together(message: Message, request: Request, calendar: Calendar) -> None:
    """Take the name of the new group, typed."""
    async with request.begin() as uow:
        chosen = (await request.dialog.get_data()).get("chosen", [])
        group_id = await reporting_groups.create(uow, message.text or "", chosen, calendar)
        await request.dialog.clear()
        card = await reporting_groups.card(uow, group_id, calendar)
    await request.show(views.card(request.t, card, request.t("settings.saved")))


@router.callback_query(GroupButton.filter(F.action == "more"), flags=WITHOUT_CONSENT)
async def show_more(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Show departments that can come in."""
    async with request.read() as uow:
        card = await reporting_groups.card(uow, callback_data.id, calendar)
        choice = await reporting_groups.choice(uow, (), calendar, callback_data.page)
    await request.show(views.more(request.t, card, choice))


@router.callback_query(GroupButton.filter(F.action == "fewer"), flags=WITHOUT_CONSENT)
async def show_fewer(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Show departments that can go out."""
    async with request.read() as uow:
        card = await reporting_groups.card(uow, callback_data.id, calendar)
    await request.show(views.fewer(request.t, card, page_of(card.next, callback_data.page)))


@router.callback_query(SetGroup.filter(F.action.in_({"add", "take"})), flags=WITHOUT_CONSENT)
async def change(query: CallbackQuery, request: Request, callback_data: SetGroup, calendar: Calendar) -> None:
    """Take one department in or out, from the next period on."""
    act = {"add": reporting_groups.add, "take": reporting_groups.take_out}[callback_data.action]
    async with request.begin() as uow:
        await act(uow, callback_data.group, callback_data.department, calendar)
        card = await reporting_groups.card(uow, callback_data.group, calendar)
    await request.show(views.card(request.t, card), toast=request.t("settings.saved"))


@router.callback_query(GroupButton.filter(F.action == "dissolve"), flags=WITHOUT_CONSENT)
async def ask_dissolve(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Ask once more before a group is dissolved."""
    async with request.read() as uow:
        card = await reporting_groups.card(uow, callback_data.id, calendar)
    await request.show(views.dissolve_question(request.t, card))


@router.callback_query(GroupButton.filter(F.action == "dissolved"), flags=WITHOUT_CONSENT)
async def dissolve(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Let each department report by itself again, from the next period on."""
    async with request.begin() as uow:
        await reporting_groups.dissolve(uow, callback_data.id, calendar)
        card = await reporting_groups.card(uow, callback_data.id, calendar)
    await request.show(views.card(request.t, card), toast=request.t("settings.saved"))


@router.callback_query(GroupButton.filter(F.action.in_({"name", "name_en"})), flags=WITHOUT_CONSENT)
async def ask_name(query: CallbackQuery, request: Request, callback_data: GroupButton, calendar: Calendar) -> None:
    """Expect a name of this group as the next typed line."""
    field: NameField = "name_en" if callback_data.action == "name_en" else "name"
    async with request.begin() as uow:
        card = await reporting_groups.card(uow, callback_data.id, calendar)
        await request.dialog.set_state(Awaiting.group_name)
        await request.dialog.set_data({"id": card.id, "field": field})
    await request.show(views.type_name(request.t, card, field))


@router.message(Awaiting.group_name, IsTyped(), flags=WITHOUT_CONSENT)
async def take_name(message: Message, request: Request, calendar: Calendar) -> None:
    """Take the name, typed."""
    async with request.begin() as uow:
        asked = await request.dialog.get_data()
        await reporting_groups.rename(uow, asked["id"], asked["field"], message.text or "")
        await request.dialog.clear()
        card = await reporting_groups.card(uow, asked["id"], calendar)
    await request.show(views.card(request.t, card, request.t("settings.saved")))


@router.callback_query(SetGroup.filter(F.action == "drop_name_en"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def drop_name_en(query: CallbackQuery, request: Request, callback_data: SetGroup, calendar: Calendar) -> None:
    """Drop the English name."""
    async with request.begin() as uow:
        await reporting_groups.drop_name_en(uow, callback_data.group)
        card = await reporting_groups.card(uow, callback_data.group, calendar)
    await request.show(views.card(request.t, card), toast=request.t("settings.saved"))


async def _remember(dialog: FSMContext, chosen: list[int]) -> None:
    await dialog.set_state(Awaiting.group)
    await dialog.set_data({"chosen": chosen})


router.message.register(text_expected, StateFilter(Awaiting.group, Awaiting.group_name), flags=WITHOUT_CONSENT)
