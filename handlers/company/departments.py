"""HR's departments: creating, naming, and what is set of each."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from keyboards.callbacks import DepartmentButton, HrPage, SetDepartment
from services.account.users import Member
from services.company import departments
from services.kit import conversations
from services.kit.calendar import Calendar
from services.kit.clock import Clock
from services.kit.pages import page_of
from services.kit.zones import Zones
from transport import delivery
from views import information
from views.company import departments as views
from views.translator import Catalogs, Translator

QUESTIONS = {
    "zone": (Awaiting.department_zone, views.type_zone),
    "find": (Awaiting.department_manager, views.type_manager),
}


async def open_list(query: CallbackQuery, member: Member, database: Database, t: Translator) -> None:
    """The first page; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        page = await departments.list_page(session, member, 0)
    await delivery.show(query, views.department_list(t, page))


async def turn(
    query: CallbackQuery, callback_data: DepartmentButton, member: Member, database: Database, t: Translator
) -> None:
    """Another page."""
    async with database.read() as session:
        page = await departments.list_page(session, member, callback_data.page)
    await delivery.show(query, views.department_list(t, page))


async def show(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """One department; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        card = await departments.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.card(t, card, content.recommendations.kinds_of_work))


async def ask_new_name(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next typed line is the name of a new department."""
    async with database.begin():
        await typing.set_state(Awaiting.department_name)
    await delivery.show(query, views.type_new_name(t))


async def ask_name(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    typing: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The next typed line is a name of this department."""
    async with database.begin() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
        await typing.set_state(Awaiting.department_name)
        await typing.set_data({"id": card.id, "field": callback_data.action})
    field: departments.NameField = "name_en" if callback_data.action == "name_en" else "name"
    await delivery.show(query, views.type_name(t, card, field))


async def take_name(
    message: Message,
    member: Member,
    database: Database,
    state: FSMContext,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The name, typed: of a new department, or in place of one it has."""
    async with database.begin() as session:
        asked = await state.get_data()
        department_id, text = asked.get("id", 0), message.text or ""
        if department_id:
            await departments.rename(session, member, department_id, asked["field"], text, clock())
        else:
            department_id = await departments.create(session, member, text, clock())
        await state.clear()
        card = await departments.card(session, member, department_id, calendar, clock())
    await delivery.show(message, views.card(t, card, content.recommendations.kinds_of_work, t("settings.saved")))


async def show_works(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The kinds of work."""
    async with database.read() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.works(t, card, content.recommendations.kinds_of_work))


async def show_zones(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    zones: Zones,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The time zones."""
    async with database.read() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.zones(t, card, page_of(zones.offered, callback_data.page), clock()))


async def show_managers(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The people of the department."""
    async with database.read() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
        page = await departments.candidates(session, member, callback_data.id, callback_data.page)
    await delivery.show(query, views.managers(t, card, page))


async def ask(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    typing: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The next typed line is a time zone, or the name of the manager."""
    state, question = QUESTIONS[callback_data.action]
    async with database.begin() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
        await typing.set_state(state)
        await typing.set_data({"id": card.id})
    await delivery.show(query, question(t, card))


async def take_zone(
    message: Message,
    member: Member,
    database: Database,
    state: FSMContext,
    zones: Zones,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The time zone, typed."""
    async with database.begin() as session:
        department_id = (await state.get_data()).get("id", 0)
        zone = zones.find(message.text or "", clock())
        await departments.set_zone(session, member, department_id, zone, clock())
        await state.clear()
        card = await departments.card(session, member, department_id, calendar, clock())
    await delivery.show(message, views.card(t, card, content.recommendations.kinds_of_work, t("settings.saved")))


async def find_manager(
    message: Message,
    member: Member,
    database: Database,
    state: FSMContext,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Everybody whose name contains what was typed; typing again searches again."""
    department_id = (await state.get_data()).get("id", 0)
    async with database.read() as session:
        card = await departments.card(session, member, department_id, calendar, clock())
        people = await departments.search(session, member, message.text or "")
    await delivery.show(message, views.found(t, card, people))


async def change(
    query: CallbackQuery,
    callback_data: SetDepartment,
    member: Member,
    database: Database,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Set what the button says; an empty value takes it away."""
    id_, value, now = callback_data.id, callback_data.value or None, clock()
    kinds = content.recommendations.kinds_of_work
    async with database.begin() as session:
        match callback_data.field:
            case "work":
                await departments.set_work(session, member, id_, value, kinds, now)
            case "zone":
                await departments.set_zone(session, member, id_, value, now)
            case _:
                await departments.drop_name_en(session, member, id_, now)
        await conversations.leave(session, member.telegram_id)
        card = await departments.card(session, member, id_, calendar, now)
    await delivery.show(query, views.card(t, card, kinds), toast=t("settings.saved"))


async def change_manager(
    query: CallbackQuery,
    callback_data: SetDepartment,
    member: Member,
    bot: Bot,
    database: Database,
    catalogs: Catalogs,
    content: Content,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """Another manager, or none; who heads a department has a command for that."""
    async with database.begin() as session:
        concerned = await departments.set_manager(session, member, callback_data.id, callback_data.value, clock())
        await conversations.leave(session, member.telegram_id)
        card = await departments.card(session, member, callback_data.id, calendar, clock())
    screen = views.card(t, card, content.recommendations.kinds_of_work)
    await delivery.show(query, screen, toast=t("settings.saved"))
    await refresh_commands(bot, database, catalogs, *concerned)


async def ask_delete(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    calendar: Calendar,
    clock: Clock,
    t: Translator,
) -> None:
    """The second step before erasing."""
    async with database.read() as session:
        card = await departments.card(session, member, callback_data.id, calendar, clock())
    await delivery.show(query, views.delete_question(t, card))


async def delete(
    query: CallbackQuery,
    callback_data: DepartmentButton,
    member: Member,
    database: Database,
    clock: Clock,
    t: Translator,
) -> None:
    """Erase a department that nothing hangs on."""
    async with database.begin() as session:
        await departments.delete(session, member, callback_data.id, clock())
        page = await departments.list_page(session, member, 0)
    await delivery.show(query, views.department_list(t, page), toast=t("department.deleted"))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="company.departments")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    _register_presses(router)
    typing, flags = (Awaiting.department_name, Awaiting.department_zone, Awaiting.department_manager), WITHOUT_CONSENT
    router.message.register(take_name, Awaiting.department_name, IsTyped(), flags=flags)
    router.message.register(take_zone, Awaiting.department_zone, IsTyped(), flags=flags)
    router.message.register(find_manager, Awaiting.department_manager, IsTyped(), flags=flags)
    router.message.register(is_no_picture, StateFilter(*typing), flags=flags)
    return router


def _register_presses(router: Router) -> None:
    pressed, flags = router.callback_query.register, WITHOUT_CONSENT
    pressed(open_list, HrPage.filter(F.place == "departments"), flags=flags)
    pressed(turn, DepartmentButton.filter(F.action == "list"), flags=flags)
    pressed(show, DepartmentButton.filter(F.action == "card"), flags=flags)
    pressed(ask_new_name, DepartmentButton.filter(F.action == "create"), flags=flags)
    pressed(ask_name, DepartmentButton.filter(F.action.in_({"name", "name_en"})), flags=flags)
    pressed(show_works, DepartmentButton.filter(F.action == "works"), flags=flags)
    pressed(show_zones, DepartmentButton.filter(F.action == "zones"), flags=flags)
    pressed(show_managers, DepartmentButton.filter(F.action == "managers"), flags=flags)
    pressed(ask, DepartmentButton.filter(F.action.in_(QUESTIONS)), flags=flags)
    pressed(ask_delete, DepartmentButton.filter(F.action == "delete"), flags=flags)
    pressed(delete, DepartmentButton.filter(F.action == "deleted"), flags=flags)
    pressed(change_manager, SetDepartment.filter(F.field == "manager"), flags=flags)
    pressed(change, SetDepartment.filter(), flags=flags)
