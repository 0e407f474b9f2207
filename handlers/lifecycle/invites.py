"""HR's invites: the open ones, making one step by step, and the poster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped
from keyboards.callbacks import HrPage, InviteButton, NewInvite, Poster
from services.account.permissions import is_admin
from services.account.users import Member
from services.company import departments
from services.kit import conversations
from services.kit.clock import Clock
from services.lifecycle import invites
from services.lifecycle.errors import InviteMade
from services.lifecycle.invites import PERSONAL_LIFETIME, InviteRequest, IssuedInvite
from transport import delivery
from views import information
from views.charts import ChartRenderer
from views.lifecycle import invites as views
from views.lifecycle import poster
from views.translator import Catalogs, Translator

STATES = {"person": Awaiting.invite_name, "hr": Awaiting.invite_name, "team": Awaiting.invite_uses}


async def open_list(query: CallbackQuery, member: Member, database: Database, clock: Clock, t: Translator) -> None:
    """The first page; what was to be typed is not awaited any more."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        page = await invites.list_page(session, member, 0, clock())
    await delivery.show(query, views.invite_list(t, page, member.rhythm))


async def turn(
    query: CallbackQuery, callback_data: InviteButton, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """Another page."""
    async with database.read() as session:
        page = await invites.list_page(session, member, callback_data.page, clock())
    await delivery.show(query, views.invite_list(t, page, member.rhythm))


async def show(
    query: CallbackQuery, callback_data: InviteButton, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """One open invite."""
    async with database.read() as session:
        line = await invites.find_open(session, member, callback_data.id, clock())
    await delivery.show(query, views.card(t, line, member.rhythm))


async def renew(
    query: CallbackQuery,
    callback_data: InviteButton,
    member: Member,
    database: Database,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """A new link in place of the one before."""
    async with database.begin() as session:
        made = await invites.renew(session, member, callback_data.id, callback_data.link, clock())
    await _hand_out(query, member, made, catalogs, t)


async def revoke(
    query: CallbackQuery, callback_data: InviteButton, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """The link ends at once."""
    async with database.begin() as session:
        await invites.revoke(session, member, callback_data.id, clock())
        page = await invites.list_page(session, member, 0, clock())
    await delivery.show(query, views.invite_list(t, page, member.rhythm), toast=t("invite.revoked"))


async def ask_name(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next typed line is the name of the one person."""
    async with database.begin():
        await typing.set_state(Awaiting.invite_name)
    await delivery.show(query, views.type_name(t))


async def take_name(message: Message, member: Member, database: Database, state: FSMContext, t: Translator) -> None:
    """The name, typed; typing again replaces it. Then the department."""
    async with database.begin() as session:
        name = invites.read_name(message.text or "")
        await state.set_data({"name": name})
        page = await departments.list_page(session, member, 0)
    wish = NewInvite(step="where", kind="person")
    await delivery.show(message, views.choose_department(t, wish, _after(wish, member), page, name=name))


async def choose_department(
    query: CallbackQuery,
    callback_data: NewInvite,
    member: Member,
    database: Database,
    typing: FSMContext,
    t: Translator,
) -> None:
    """A page of the departments."""
    name = (await typing.get_data()).get("name")
    async with database.read() as session:
        page = await departments.list_page(session, member, callback_data.page)
    after = _after(callback_data, member)
    await delivery.show(query, views.choose_department(t, callback_data, after, page, name=name))


async def choose_role(query: CallbackQuery, callback_data: NewInvite, typing: FSMContext, t: Translator) -> None:
    """As whom the person comes in."""
    name = (await typing.get_data()).get("name") or t("invite.title")
    await delivery.show(query, views.choose_role(t, callback_data, name))


async def choose_uses(
    query: CallbackQuery, callback_data: NewInvite, database: Database, typing: FSMContext, t: Translator
) -> None:
    """For how many people; the next typed line may be their number."""
    async with database.begin():
        await typing.set_state(Awaiting.invite_uses)
        await typing.set_data({"department": callback_data.department})
    await delivery.show(query, views.choose_uses(t, callback_data))


async def take_uses(message: Message, database: Database, state: FSMContext, t: Translator) -> None:
    """The number, typed."""
    uses = invites.read_uses(message.text or "")
    department_id = (await state.get_data()).get("department", 0)
    wish = NewInvite(step="days", kind="team", department=department_id, uses=uses)
    await delivery.show(message, views.choose_days(t, wish))


async def choose_days(query: CallbackQuery, callback_data: NewInvite, t: Translator) -> None:
    """For how long."""
    await delivery.show(query, views.choose_days(t, callback_data))


async def make(
    query: CallbackQuery,
    callback_data: NewInvite,
    member: Member,
    database: Database,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """Make the invite, once: whoever ends the conversation makes it, and a second press is told so."""
    state = str(STATES[callback_data.kind].state)
    async with database.begin() as session:
        wish = _wish(callback_data, await conversations.take(session, member.telegram_id, state))
        made = await invites.make(session, member, wish, clock())
    await _hand_out(query, member, made, catalogs, t)


async def send_poster(
    query: CallbackQuery,
    callback_data: Poster,
    member: Member,
    database: Database,
    renderer: ChartRenderer,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """The poster of a link, as a file."""
    async with database.read() as session:
        link, until = await invites.find_link(session, member, callback_data.token, clock())
    t = catalogs.translator(callback_data.locale)
    page = await renderer.render(poster.poster, t, link, member.rhythm.date_of(until))
    await delivery.answer(query)
    await delivery.send_document(query, views.poster_file(t, page))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


async def _hand_out(
    query: CallbackQuery, member: Member, made: IssuedInvite, catalogs: Catalogs, t: Translator
) -> None:
    """What was made, and below it what is copied and passed on; the reader's own language first."""
    await delivery.show(query, views.made(t, made, member.rhythm))
    await delivery.say(query, views.announcement(in_every_language(catalogs, t), made.link))


def in_every_language(catalogs: Catalogs, t: Translator) -> list[Translator]:
    """All translators, the given one first."""
    return [t, *(catalogs.translator(locale) for locale in sorted(catalogs.available_locales) if locale != t.locale)]


def _after(wish: NewInvite, member: Member) -> views.Step:
    if wish.kind == "team":
        return "uses"
    return "role" if is_admin(member) else "make"


def _wish(chosen: NewInvite, begun: dict[str, Any] | None) -> InviteRequest:
    """What the buttons and the typed name come to. Raises InviteMade when the conversation is over, or another one."""
    department_id = chosen.department or None
    if chosen.kind != "team" and begun and "name" in begun:
        role = "hr" if chosen.kind == "hr" else "employee"
        return InviteRequest(begun["name"], department_id, role, 1, PERSONAL_LIFETIME)
    if chosen.kind == "team" and begun and begun.get("department") == chosen.department:
        return InviteRequest(None, department_id, "employee", chosen.uses, timedelta(days=chosen.days))
    raise InviteMade


def create() -> Router:
    """The router of this area."""
    router = Router(name="lifecycle.invites")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    pressed, message, flags = router.callback_query.register, router.message.register, WITHOUT_CONSENT
    pressed(open_list, HrPage.filter(F.place == "invites"), flags=flags)
    pressed(turn, InviteButton.filter(F.action == "list"), flags=flags)
    pressed(show, InviteButton.filter(F.action == "card"), flags=flags)
    pressed(renew, InviteButton.filter(F.action == "renew"), flags=flags)
    pressed(revoke, InviteButton.filter(F.action == "revoke"), flags=flags)
    pressed(ask_name, NewInvite.filter(F.step == "name"), flags=flags)
    pressed(choose_department, NewInvite.filter(F.step == "where"), flags=flags)
    pressed(choose_role, NewInvite.filter(F.step == "role"), flags=flags)
    pressed(choose_uses, NewInvite.filter(F.step == "uses"), flags=flags)
    pressed(choose_days, NewInvite.filter(F.step == "days"), flags=flags)
    pressed(make, NewInvite.filter(F.step == "make"), flags=flags)
    pressed(send_poster, Poster.filter(), flags=flags)
    message(take_name, Awaiting.invite_name, IsTyped(), flags=flags)
    message(take_uses, Awaiting.invite_uses, IsTyped(), flags=flags)
    message(is_no_picture, StateFilter(Awaiting.invite_name, Awaiting.invite_uses), flags=flags)
    return router
