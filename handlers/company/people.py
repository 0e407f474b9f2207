"""HR's people: the list, one person, and what HR changes; and the answer of an account whose person moved on."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from handlers.access import WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import Admin, Hr, IsTyped
from handlers.text_expected import text_expected
from keyboards.company import HrPage, MoveChoice, MovePerson, OpenPeople, PeopleChoice, PersonButton, SetRole
from services.company import roles
from services.company.people import People, Which, read_words
from services.kit.calendar import Calendar
from transport.request import Request
from views.company import people as views
from views.translator import Catalogs

router = Router(name="company.people")


@router.callback_query(HrPage.filter(F.place == "people"), Hr(), flags=WITHOUT_CONSENT)
async def open_people(query: CallbackQuery, request: Request, people: People) -> None:
    """Show everyone; what was typed before is forgotten, and the next typed line is a part of a name."""
    async with request.begin() as uow:
        found = await people.list_page(uow, Which("all"), 0)
        await request.dialog.set_state(Awaiting.person_search)
    await request.show(views.people(request.t, found))


@router.callback_query(OpenPeople.filter(), Hr(), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: OpenPeople, people: People) -> None:
    """Show a page of the list; of what was found, as long as the words are remembered."""
    words = (await request.dialog.get_data()).get("words", "") if callback_data.kind == "found" else ""
    which = Which(callback_data.kind if words or callback_data.kind != "found" else "all", words=words)
    if callback_data.kind == "department":
        which = Which("department", callback_data.department)
    async with request.read() as uow:
        found = await people.list_page(uow, which, callback_data.page)
    await request.show(views.people(request.t, found))


@router.callback_query(PeopleChoice.filter(F.action == "find"), Hr(), flags=WITHOUT_CONSENT)
async def ask_for_name(query: CallbackQuery, request: Request) -> None:
    """Expect a part of a name as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.person_search)
    await request.show(views.find(request.t))


@router.message(Awaiting.person_search, IsTyped(), Hr(), flags=WITHOUT_CONSENT)
async def search(message: Message, request: Request, people: People) -> None:
    """Find people with this in their name; typing again searches again."""
    words = read_words(message.text or "")
    async with request.begin() as uow:
        found = await people.list_page(uow, Which("found", words=words), 0)
        await request.dialog.set_data({"words": words})
    await request.show(views.people(request.t, found))


@router.callback_query(PeopleChoice.filter(F.action == "departments"), Hr(), flags=WITHOUT_CONSENT)
async def choose_department(
    query: CallbackQuery, request: Request, callback_data: PeopleChoice, people: People
) -> None:
    """Ask of which department to list the people."""
    async with request.read() as uow:
        page = await people.departments(uow, callback_data.page)
    await request.show(views.departments(request.t, page))


@router.callback_query(PersonButton.filter(F.action == "card"), Hr(), flags=WITHOUT_CONSENT)
async def open_card(query: CallbackQuery, request: Request, callback_data: PersonButton, people: People) -> None:
    """Show one person."""
    async with request.read() as uow:
        person = await people.card(uow, callback_data.person)
    await request.show(views.card(request.t, person, callback_data))


# --- what changes ----------------------------------------------------------------------------------------------------


@router.callback_query(MoveChoice.filter(), Hr(), flags=WITHOUT_CONSENT)
async def ask_where_to(query: CallbackQuery, request: Request, callback_data: MoveChoice, people: People) -> None:
    """Ask to which department."""
    async with request.read() as uow:
        person = await people.card(uow, callback_data.person)
        page = await people.departments(uow, callback_data.page)
    await request.show(views.move(request.t, person, page))


@router.callback_query(MovePerson.filter(), Hr(), flags=WITHOUT_CONSENT)
async def move(query: CallbackQuery, request: Request, callback_data: MovePerson, people: People) -> None:
    """Move, from the next period on; the person is told."""
    async with request.begin() as uow:
        result = await people.move(uow, callback_data.person, callback_data.department)
    await request.show(views.moved(request.t, result))


@router.callback_query(PersonButton.filter(F.action == "role"), Admin(), flags=WITHOUT_CONSENT)
async def ask_role(query: CallbackQuery, request: Request, callback_data: PersonButton, people: People) -> None:
    """Ask which role."""
    async with request.read() as uow:
        person = await people.card(uow, callback_data.person)
    await request.show(views.role(request.t, person))


@router.callback_query(SetRole.filter(), Admin(), flags=WITHOUT_CONSENT)
async def set_role(
    query: CallbackQuery,
    request: Request,
    callback_data: SetRole,
    bot: Bot,
    people: People,
    catalogs: Catalogs,
    calendar: Calendar,
) -> None:
    """Set the role, with the commands that it brings; people who gave up their own see the card for the last time."""
    async with request.begin() as uow:
        change = await roles.change(uow, callback_data.person, callback_data.role, calendar)
        card = await people.card(uow, change.person.id)
    await request.show(views.role_set(request.t, card, change.since))
    await refresh_commands(bot, request.database, catalogs, change.person.telegram_id)


# --- a lost account --------------------------------------------------------------------------------------------------


router.message.register(text_expected, Awaiting.person_search, Hr(), flags=WITHOUT_CONSENT)
