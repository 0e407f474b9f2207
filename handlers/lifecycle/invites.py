"""HR's invites: the open ones, making one step by step, and the poster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message, SharedUser

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr, IsTyped, SharesPerson
from handlers.text_expected import text_expected
from keyboards.company import HrPage
from keyboards.lifecycle import InviteButton, NewInvite, Poster
from services.account.member import Member
from services.account.permissions import is_admin
from services.company import departments
from services.company.hr_home import Undertakings
from services.kit import conversations
from services.lifecycle import invite_fields, invites
from services.lifecycle.errors import InviteMade
from services.lifecycle.invites import PERSONAL_LIFETIME, InviteRequest, IssuedInvite
from transport import delivery
from transport.request import Request
from views.charts import ChartRenderer
from views.lifecycle import invites as views
from views.lifecycle import poster
from views.translator import Catalogs, Translator

router = Router(name="lifecycle.invites")
router.message.filter(Hr())
router.callback_query.filter(Hr())

STATES = {"person": Awaiting.invite_name, "hr": Awaiting.invite_name, "team": Awaiting.invite_uses}


@router.callback_query(HrPage.filter(F.place == "invites"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def open_list(query: CallbackQuery, request: Request) -> None:
    """Show the first page."""
    async with request.begin() as uow:
        page = await invites.list_page(uow, 0)
    await request.show(views.invite_list(request.t, page, request.member.rhythm, request.now))


@router.callback_query(InviteButton.filter(F.action == "list"), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: InviteButton) -> None:
    """Show another page."""
    async with request.read() as uow:
        page = await invites.list_page(uow, callback_data.page)
    await request.show(views.invite_list(request.t, page, request.member.rhythm, request.now))


@router.callback_query(InviteButton.filter(F.action == "card"), flags=WITHOUT_CONSENT)
async def show(query: CallbackQuery, request: Request, callback_data: InviteButton) -> None:
    """Show one open invite."""
    async with request.read() as uow:
        line = await invites.find_open(uow, callback_data.id)
    await request.show(views.card(request.t, line, request.member.rhythm))


@router.callback_query(InviteButton.filter(F.action == "renew"), flags=WITHOUT_CONSENT)
async def renew(
    query: CallbackQuery, request: Request, callback_data: InviteButton, undertakings: Undertakings, catalogs: Catalogs
) -> None:
    """Replace the link by a new one."""
    async with request.begin() as uow:
        made = await invites.renew(uow, callback_data.id, callback_data.link, undertakings)
    await _hand_out(query, request, made, catalogs)


@router.callback_query(InviteButton.filter(F.action == "revoke"), flags=WITHOUT_CONSENT)
async def revoke(query: CallbackQuery, request: Request, callback_data: InviteButton) -> None:
    """End the link at once."""
    async with request.begin() as uow:
        await invites.revoke(uow, callback_data.id)
        page = await invites.list_page(uow, 0)
    await request.show(
        views.invite_list(request.t, page, request.member.rhythm, request.now), toast=request.t("invite.revoked")
    )


@router.callback_query(NewInvite.filter(F.step == "name"), flags=WITHOUT_CONSENT)
async def ask_name(query: CallbackQuery, request: Request, undertakings: Undertakings) -> None:
    """Expect the name of the one person as the next typed line."""
    async with request.begin() as uow:
        await undertakings.require(uow)
        await request.dialog.set_state(Awaiting.invite_name)
        await request.dialog.set_data({})
    await request.show(views.type_name(request.t))


@router.callback_query(NewInvite.filter(F.step == "account"), flags=WITHOUT_CONSENT)
async def ask_account(query: CallbackQuery, request: Request, undertakings: Undertakings) -> None:
    """Telegram's own list of people, under the place where one types."""
    async with request.begin() as uow:
        await undertakings.require(uow)
        await request.dialog.set_state(Awaiting.invite_name)
        await request.dialog.set_data({})
    await request.say(views.choose_account(request.t))
    await request.answer()


@router.message(Awaiting.invite_name, SharesPerson(), flags=WITHOUT_CONSENT)
async def take_account(message: Message, request: Request, shared: SharedUser) -> None:
    """Take the chosen account with its name in Telegram, or ask for a name; then the department."""
    name = invite_fields.name_of_account(shared.first_name, shared.last_name)
    async with request.begin() as uow:
        await request.dialog.set_data({"account": shared.user_id} | ({"name": name} if name else {}))
        page = await departments.list_page(uow, 0)
    await request.show(views.account_chosen(request.t, name))
    if name:
        wish = NewInvite(step="where", kind="person")
        await request.say(views.choose_department(request.t, wish, _after(wish, request.member), page, name=name))


@router.message(Awaiting.invite_name, IsTyped(), flags=WITHOUT_CONSENT)
async def take_name(message: Message, request: Request) -> None:
    """Take the name, typed; typing again replaces it. Then the department."""
    async with request.begin() as uow:
        name = invite_fields.read_name(message.text or "")
        await request.dialog.set_data({**await request.dialog.get_data(), "name": name})
        page = await departments.list_page(uow, 0)
    wish = NewInvite(step="where", kind="person")
    await request.show(views.choose_department(request.t, wish, _after(wish, request.member), page, name=name))


@router.callback_query(NewInvite.filter(F.step == "where"), flags=WITHOUT_CONSENT)
async def choose_department(
    query: CallbackQuery, request: Request, callback_data: NewInvite, undertakings: Undertakings
) -> None:
    """Show a page of the departments."""
    name = (await request.dialog.get_data()).get("name")
    async with request.read() as uow:
        await undertakings.require(uow)
        page = await departments.list_page(uow, callback_data.page)
    after = _after(callback_data, request.member)
    await request.show(views.choose_department(request.t, callback_data, after, page, name=name))


@router.callback_query(NewInvite.filter(F.step == "role"), flags=WITHOUT_CONSENT)
async def choose_role(query: CallbackQuery, request: Request, callback_data: NewInvite) -> None:
    """Choose the role in which the person comes in."""
    name = (await request.dialog.get_data()).get("name") or request.t("invite.title")
    await request.show(views.choose_role(request.t, callback_data, name))


@router.callback_query(NewInvite.filter(F.step == "uses"), flags=WITHOUT_CONSENT)
async def choose_uses(query: CallbackQuery, request: Request, callback_data: NewInvite) -> None:
    """Ask for how many people; the next typed line may be their number."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.invite_uses)
        await request.dialog.set_data({"department": callback_data.department})
    await request.show(views.choose_uses(request.t, callback_data))


@router.message(Awaiting.invite_uses, IsTyped(), flags=WITHOUT_CONSENT)
async def take_uses(message: Message, request: Request) -> None:
    """Take the number, typed."""
    uses = invite_fields.read_uses(message.text or "")
    department_id = (await request.dialog.get_data()).get("department", 0)
    wish = NewInvite(step="days", kind="team", department=department_id, uses=uses)
    await request.show(views.choose_days(request.t, wish))


@router.callback_query(NewInvite.filter(F.step == "days"), flags=WITHOUT_CONSENT)
async def choose_days(query: CallbackQuery, request: Request, callback_data: NewInvite) -> None:
    """Ask for how long."""
    await request.show(views.choose_days(request.t, callback_data))


@router.callback_query(NewInvite.filter(F.step == "make"), flags=WITHOUT_CONSENT)
async def make(
    query: CallbackQuery, request: Request, callback_data: NewInvite, undertakings: Undertakings, catalogs: Catalogs
) -> None:
    """Make the invite, once: the press that ends the conversation makes it, and a second one is told so."""
    state = str(STATES[callback_data.kind].state)
    async with request.begin() as uow:
        wish = _wish(callback_data, await conversations.take(uow.session, request.member.telegram_id, state))
        made = await invites.make(uow, wish, undertakings)
    await _hand_out(query, request, made, catalogs)


@router.callback_query(Poster.filter(), flags=WITHOUT_CONSENT)
async def send_poster(
    query: CallbackQuery, request: Request, callback_data: Poster, renderer: ChartRenderer, catalogs: Catalogs
) -> None:
    """Send the poster of a link as a file."""
    async with request.read() as uow:
        link, until = await invites.find_link(uow, callback_data.token)
    t = catalogs.translator(callback_data.locale)
    page = await renderer.render(poster.poster, t, link, request.member.rhythm.date_of(until))
    await request.answer()
    await delivery.send_document(query, views.poster_file(t, page))


async def _hand_out(query: CallbackQuery, request: Request, made: IssuedInvite, catalogs: Catalogs) -> None:
    """Show what was made, and below it what to copy and pass on; the reader's own language first."""
    await request.show(views.made(request.t, made, request.member.rhythm))
    await request.say(views.announcement(in_every_language(catalogs, request.t), made.link))


def in_every_language(catalogs: Catalogs, t: Translator) -> list[Translator]:
    """All translators, the given one first."""
    return [t, *(catalogs.translator(locale) for locale in sorted(catalogs.available_locales) if locale != t.locale)]


def _after(wish: NewInvite, member: Member) -> views.Step:
    if wish.kind == "team":
        return "uses"
    return "role" if is_admin(member) else "make"


def _wish(chosen: NewInvite, begun: dict[str, Any] | None) -> InviteRequest:
    """What the buttons and the typed name come to. Raise InviteMade when the conversation is over, or another one."""
    department_id = chosen.department or None
    if chosen.kind != "team" and begun and "name" in begun:
        role = "hr" if chosen.kind == "hr" else "employee"
        return InviteRequest(begun["name"], department_id, role, 1, PERSONAL_LIFETIME, begun.get("account"))
    if chosen.kind == "team" and begun and begun.get("department") == chosen.department:
        return InviteRequest(None, department_id, "employee", chosen.uses, timedelta(days=chosen.days))
    raise InviteMade


router.message.register(text_expected, StateFilter(Awaiting.invite_name, Awaiting.invite_uses), flags=WITHOUT_CONSENT)
