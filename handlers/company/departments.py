"""HR's departments: creating, naming, and what is set of each."""

from __future__ import annotations

import asyncio

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from handlers.text_expected import text_expected
from keyboards.company import DepartmentButton, HrPage, SetDepartment
from services.company import departments
from services.company.calendar.country import find_country
from services.kit.calendar import Calendar
from services.kit.pages import page_of
from services.kit.zones import Zones
from transport.request import Request
from views.company import departments as views
from views.translator import Catalogs

router = Router(name="company.departments")
router.message.filter(Hr())
router.callback_query.filter(Hr())

QUESTIONS = {
    "zone": (Awaiting.department_zone, views.type_zone),
    "country": (Awaiting.department_country, views.type_country),
    "find": (Awaiting.department_manager, views.type_manager),
}


@router.callback_query(HrPage.filter(F.place == "departments"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def open_list(query: CallbackQuery, request: Request) -> None:
    """Show the first page."""
    async with request.begin() as uow:
        page = await departments.list_page(uow, 0)
    await request.show(views.department_list(request.t, page))


@router.callback_query(DepartmentButton.filter(F.action == "list"), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: DepartmentButton) -> None:
    """Show another page."""
    async with request.read() as uow:
        page = await departments.list_page(uow, callback_data.page)
    await request.show(views.department_list(request.t, page))


@router.callback_query(DepartmentButton.filter(F.action == "card"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def show(
    query: CallbackQuery, request: Request, callback_data: DepartmentButton, content: Content, calendar: Calendar
) -> None:
    """Show one department."""
    async with request.begin() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
    await request.show(views.card(request.t, card, content.recommendations.kinds_of_work))


@router.callback_query(DepartmentButton.filter(F.action == "create"), flags=WITHOUT_CONSENT)
async def ask_new_name(query: CallbackQuery, request: Request) -> None:
    """Expect the name of a new department as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.department_name)
    await request.show(views.type_new_name(request.t))


@router.callback_query(DepartmentButton.filter(F.action.in_({"name", "name_en"})), flags=WITHOUT_CONSENT)
async def ask_name(query: CallbackQuery, request: Request, callback_data: DepartmentButton, calendar: Calendar) -> None:
    """Expect a name of this department as the next typed line."""
    async with request.begin() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
        await request.dialog.set_state(Awaiting.department_name)
        await request.dialog.set_data({"id": card.id, "field": callback_data.action})
    field: departments.NameField = "name_en" if callback_data.action == "name_en" else "name"
    await request.show(views.type_name(request.t, card, field))


@router.message(Awaiting.department_name, IsTyped(), flags=WITHOUT_CONSENT)
async def take_name(message: Message, request: Request, content: Content, calendar: Calendar) -> None:
    """Take the name, typed: of a new department, or in place of one it has."""
    async with request.begin() as uow:
        asked = await request.dialog.get_data()
        department_id, text = asked.get("id", 0), message.text or ""
        if department_id:
            await departments.rename(uow, department_id, asked["field"], text)
        else:
            department_id = await departments.create(uow, text)
        await request.dialog.clear()
        card = await departments.card(uow, department_id, calendar)
    await request.show(views.card(request.t, card, content.recommendations.kinds_of_work, request.t("settings.saved")))


@router.callback_query(DepartmentButton.filter(F.action == "works"), flags=WITHOUT_CONSENT)
async def show_works(
    query: CallbackQuery, request: Request, callback_data: DepartmentButton, content: Content, calendar: Calendar
) -> None:
    """Show the kinds of work."""
    async with request.read() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
    await request.show(views.works(request.t, card, content.recommendations.kinds_of_work))


@router.callback_query(DepartmentButton.filter(F.action == "zones"), flags=WITHOUT_CONSENT)
async def show_zones(
    query: CallbackQuery, request: Request, callback_data: DepartmentButton, zones: Zones, calendar: Calendar
) -> None:
    """Show the time zones."""
    async with request.read() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
    await request.show(views.zones(request.t, card, page_of(zones.offered, callback_data.page), request.now))


@router.callback_query(DepartmentButton.filter(F.action == "managers"), flags=WITHOUT_CONSENT)
async def show_managers(
    query: CallbackQuery, request: Request, callback_data: DepartmentButton, calendar: Calendar
) -> None:
    """Show the people of the department."""
    async with request.read() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
        page = await departments.candidates(uow, callback_data.id, callback_data.page)
    await request.show(views.managers(request.t, card, page))


@router.callback_query(DepartmentButton.filter(F.action.in_(QUESTIONS)), flags=WITHOUT_CONSENT)
async def ask(query: CallbackQuery, request: Request, callback_data: DepartmentButton, calendar: Calendar) -> None:
    """Expect a time zone, or the name of the manager, as the next typed line."""
    state, question = QUESTIONS[callback_data.action]
    async with request.begin() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
        await request.dialog.set_state(state)
        await request.dialog.set_data({"id": card.id})
    await request.show(question(request.t, card))


@router.message(Awaiting.department_zone, IsTyped(), flags=WITHOUT_CONSENT)
async def take_zone(message: Message, request: Request, zones: Zones, content: Content, calendar: Calendar) -> None:
    """Take the time zone, typed."""
    async with request.begin() as uow:
        department_id = (await request.dialog.get_data()).get("id", 0)
        zone = zones.find(message.text or "", request.now)
        await departments.set_zone(uow, department_id, zone)
        await request.dialog.clear()
        card = await departments.card(uow, department_id, calendar)
    await request.show(views.card(request.t, card, content.recommendations.kinds_of_work, request.t("settings.saved")))


@router.message(Awaiting.department_country, IsTyped(), flags=WITHOUT_CONSENT)
async def take_country(message: Message, request: Request, content: Content, calendar: Calendar) -> None:
    """Take the country, typed; its calendar may have to be loaded, which is not the loop's work."""
    country = await asyncio.to_thread(find_country, message.text or "")
    async with request.begin() as uow:
        department_id = (await request.dialog.get_data()).get("id", 0)
        await departments.set_country(uow, department_id, country)
        await request.dialog.clear()
        card = await departments.card(uow, department_id, calendar)
    await request.show(views.card(request.t, card, content.recommendations.kinds_of_work, request.t("settings.saved")))


@router.message(Awaiting.department_manager, IsTyped(), flags=WITHOUT_CONSENT)
async def find_manager(message: Message, request: Request, calendar: Calendar) -> None:
    """Show everyone whose name contains what was typed; typing again searches again."""
    department_id = (await request.dialog.get_data()).get("id", 0)
    async with request.read() as uow:
        card = await departments.card(uow, department_id, calendar)
        people = await departments.search(uow, message.text or "")
    await request.show(views.found(request.t, card, people))


@router.callback_query(SetDepartment.filter(F.field != "manager"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def change(
    query: CallbackQuery, request: Request, callback_data: SetDepartment, content: Content, calendar: Calendar
) -> None:
    """Set what the button says; an empty value removes it."""
    id_, value = callback_data.id, callback_data.value or None
    kinds = content.recommendations.kinds_of_work
    async with request.begin() as uow:
        match callback_data.field:
            case "work":
                await departments.set_work(uow, id_, value, kinds)
            case "zone":
                await departments.set_zone(uow, id_, value)
            case "country":
                await departments.set_country(uow, id_, None)
            case _:
                await departments.drop_name_en(uow, id_)
        card = await departments.card(uow, id_, calendar)
    await request.show(views.card(request.t, card, kinds), toast=request.t("settings.saved"))


@router.callback_query(SetDepartment.filter(F.field == "manager"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def change_manager(
    query: CallbackQuery,
    request: Request,
    callback_data: SetDepartment,
    bot: Bot,
    catalogs: Catalogs,
    content: Content,
    calendar: Calendar,
) -> None:
    """Set another manager, or none; people who head a department have a command for it."""
    async with request.begin() as uow:
        concerned = await departments.set_manager(uow, callback_data.id, callback_data.value, calendar)
        card = await departments.card(uow, callback_data.id, calendar)
    screen = views.card(request.t, card, content.recommendations.kinds_of_work)
    await request.show(screen, toast=request.t("settings.saved"))
    await refresh_commands(bot, request.database, catalogs, *concerned)


@router.callback_query(DepartmentButton.filter(F.action == "delete"), flags=WITHOUT_CONSENT)
async def ask_delete(
    query: CallbackQuery, request: Request, callback_data: DepartmentButton, calendar: Calendar
) -> None:
    """Ask once more before erasing."""
    async with request.read() as uow:
        card = await departments.card(uow, callback_data.id, calendar)
    await request.show(views.delete_question(request.t, card))


@router.callback_query(DepartmentButton.filter(F.action == "deleted"), flags=WITHOUT_CONSENT)
async def delete(query: CallbackQuery, request: Request, callback_data: DepartmentButton, calendar: Calendar) -> None:
    """Erase a department that nothing depends on."""
    async with request.begin() as uow:
        await departments.delete(uow, callback_data.id, calendar)
        page = await departments.list_page(uow, 0)
    await request.show(views.department_list(request.t, page), toast=request.t("department.deleted"))


TYPED = StateFilter(
    Awaiting.department_name, Awaiting.department_zone, Awaiting.department_country, Awaiting.department_manager
)
router.message.register(text_expected, TYPED, flags=WITHOUT_CONSENT)
