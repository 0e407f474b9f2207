"""HR's people: the list, one person, and what HR changes; and the answer of an account whose person moved on."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import MOVED, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import Admin, Hr, IsMember, IsTyped
from keyboards.callbacks import (
    AccountMoved,
    HrPage,
    MoveChoice,
    MovePerson,
    OpenPeople,
    PeopleChoice,
    PersonButton,
    PersonDeed,
    SetRole,
)
from ops.logs import get_logger
from services.account.users import Member
from services.company import roles
from services.company.people import People, Which, read_words
from services.kit import conversations
from services.kit.clock import Clock
from services.lifecycle import relink
from services.lifecycle.offboarding import Offboarding
from transport import delivery
from views.company import people as views
from views.information import note
from views.translator import Catalogs, Translator

log = get_logger("auth")


async def open_people(
    query: CallbackQuery, member: Member, database: Database, people: People, clock: Clock, t: Translator
) -> None:
    """Everybody; what was typed to find somebody is forgotten."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        found = await people.list_page(session, member, Which("all"), 0, clock())
    await delivery.show(query, views.people(t, found))


async def turn(
    query: CallbackQuery,
    callback_data: OpenPeople,
    member: Member,
    database: Database,
    people: People,
    typing: FSMContext,
    clock: Clock,
    t: Translator,
) -> None:
    """A page of the list; of what was found, as long as the words are remembered."""
    words = (await typing.get_data()).get("words", "") if callback_data.kind == "found" else ""
    which = Which(callback_data.kind if words or callback_data.kind != "found" else "all", words=words)
    if callback_data.kind == "department":
        which = Which("department", callback_data.department)
    async with database.read() as session:
        found = await people.list_page(session, member, which, callback_data.page, clock())
    await delivery.show(query, views.people(t, found))


async def ask_for_name(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next typed line is a part of a name."""
    async with database.begin():
        await typing.set_state(Awaiting.person_search)
    await delivery.show(query, views.find(t))


async def search(
    message: Message, member: Member, database: Database, people: People, state: FSMContext, clock: Clock, t: Translator
) -> None:
    """Who has this in the name; typing again looks anew."""
    words = read_words(message.text or "")
    async with database.begin() as session:
        found = await people.list_page(session, member, Which("found", words=words), 0, clock())
        await state.set_data({"words": words})
    await delivery.show(message, views.people(t, found))


async def name_is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, note(t("error.text_expected")))


async def choose_department(
    query: CallbackQuery, callback_data: PeopleChoice, member: Member, database: Database, people: People, t: Translator
) -> None:
    """Of which department to list the people."""
    async with database.read() as session:
        page = await people.departments(session, member, callback_data.page)
    await delivery.show(query, views.departments(t, page))


async def open_card(
    query: CallbackQuery, callback_data: PersonButton, member: Member, database: Database, people: People, t: Translator
) -> None:
    """One person."""
    async with database.read() as session:
        person = await people.card(session, member, callback_data.person)
    await delivery.show(query, views.card(t, person, callback_data))


# --- what changes ----------------------------------------------------------------------------------------------------


async def ask_where_to(
    query: CallbackQuery, callback_data: MoveChoice, member: Member, database: Database, people: People, t: Translator
) -> None:
    """To which department."""
    async with database.read() as session:
        person = await people.card(session, member, callback_data.person)
        page = await people.departments(session, member, callback_data.page)
    await delivery.show(query, views.move(t, person, page))


async def move(
    query: CallbackQuery,
    callback_data: MovePerson,
    member: Member,
    database: Database,
    people: People,
    clock: Clock,
    t: Translator,
) -> None:
    """Move, from the next period on; the person is told."""
    async with database.begin() as session:
        result = await people.move(session, member, callback_data.person, callback_data.department, clock())
    await delivery.show(query, views.moved(t, result))


async def ask_role(
    query: CallbackQuery, callback_data: PersonButton, member: Member, database: Database, people: People, t: Translator
) -> None:
    """Which role."""
    async with database.read() as session:
        person = await people.card(session, member, callback_data.person)
    await delivery.show(query, views.role(t, person))


async def set_role(
    query: CallbackQuery,
    callback_data: SetRole,
    bot: Bot,
    member: Member,
    database: Database,
    people: People,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """The role, with the commands that it brings; whoever gave up the own one sees the card for the last time."""
    async with database.begin() as session:
        person = await roles.change(session, member, callback_data.person, callback_data.role, clock())
        card = await people.card(session, member, person.id)
    await delivery.show(query, views.role_set(t, card))
    await refresh_commands(bot, database, catalogs, person.telegram_id)


async def ask_to_offboard(
    query: CallbackQuery,
    callback_data: PersonButton,
    member: Member,
    database: Database,
    offboarding: Offboarding,
    clock: Clock,
    t: Translator,
) -> None:
    """Everything that would happen."""
    async with database.read() as session:
        leaving = await offboarding.preview(session, member, callback_data.person, clock())
    await delivery.show(query, views.offboard(t, leaving))


async def offboard(
    query: CallbackQuery,
    callback_data: PersonDeed,
    bot: Bot,
    member: Member,
    database: Database,
    offboarding: Offboarding,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """The end of access and messages."""
    async with database.begin() as session:
        leaving = await offboarding.offboard(session, member, callback_data.person, clock())
    await delivery.show(query, views.offboarded(t, leaving))
    await refresh_commands(bot, database, catalogs, leaving.telegram_id)


# --- a lost account --------------------------------------------------------------------------------------------------


async def ask_to_relink(
    query: CallbackQuery, callback_data: PersonButton, member: Member, database: Database, people: People, t: Translator
) -> None:
    """What a link for a lost account does."""
    async with database.read() as session:
        person = await people.card(session, member, callback_data.person)
    await delivery.show(query, views.relink(t, person))


async def make_link(
    query: CallbackQuery, callback_data: PersonDeed, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """The link itself."""
    async with database.begin() as session:
        made = await relink.make_link(session, member, callback_data.person, clock())
    until = member.rhythm.date_of(made.expires_at)
    await delivery.show(query, views.link(t, made, until, callback_data.person))


async def move_results(
    query: CallbackQuery,
    callback_data: AccountMoved,
    bot: Bot,
    member: Member,
    database: Database,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """«Yes, it is me»: results go over, and this account is erased."""
    async with database.begin() as session:
        await relink.confirm(session, member, callback_data.to, clock())
    log.info("erased", user=member.id)
    await delivery.show(query, views.account_moved(t))
    await refresh_commands(bot, database, catalogs, member.telegram_id)


async def keep_account(
    query: CallbackQuery,
    callback_data: AccountMoved,
    bot: Bot,
    member: Member,
    database: Database,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """«No, it is not me»: this account goes on, the new one is closed."""
    async with database.begin() as session:
        closed = await relink.refuse(session, member, callback_data.to, clock())
    await delivery.show(query, views.account_kept(t))
    await refresh_commands(bot, database, catalogs, member.telegram_id, *([closed] if closed else []))


def create() -> Router:
    """The router of this area."""
    router = Router(name="company.people")
    pressed, hr, admin, flags = router.callback_query.register, Hr(), Admin(), WITHOUT_CONSENT
    pressed(open_people, HrPage.filter(F.place == "people"), hr, flags=flags)
    pressed(turn, OpenPeople.filter(), hr, flags=flags)
    pressed(ask_for_name, PeopleChoice.filter(F.action == "find"), hr, flags=flags)
    pressed(choose_department, PeopleChoice.filter(F.action == "departments"), hr, flags=flags)
    pressed(open_card, PersonButton.filter(F.action == "card"), hr, flags=flags)
    pressed(ask_role, PersonButton.filter(F.action == "role"), admin, flags=flags)
    pressed(ask_to_offboard, PersonButton.filter(F.action == "offboard"), hr, flags=flags)
    pressed(ask_to_relink, PersonButton.filter(F.action == "relink"), hr, flags=flags)
    pressed(ask_where_to, MoveChoice.filter(), hr, flags=flags)
    pressed(move, MovePerson.filter(), hr, flags=flags)
    pressed(set_role, SetRole.filter(), admin, flags=flags)
    pressed(offboard, PersonDeed.filter(F.action == "offboard"), hr, flags=flags)
    pressed(make_link, PersonDeed.filter(F.action == "relink"), hr, flags=flags)
    pressed(move_results, AccountMoved.filter(F.action == "yes"), IsMember(), flags=MOVED)
    pressed(keep_account, AccountMoved.filter(F.action == "no"), IsMember(), flags=MOVED)
    router.message.register(search, Awaiting.person_search, IsTyped(), hr, flags=flags)
    router.message.register(name_is_no_picture, Awaiting.person_search, hr, flags=flags)
    return router
