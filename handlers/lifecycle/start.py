"""The door: /start, the consent, the department, and straight to the first question.

What happens depends on what the person is to the company, so every step of the door is a `match` over it:

    no one yet (`visitor` is None)      an invite or being an administrator lets them in
    one of us (`access` is None)        home, or on with the question that is open
    WITHDRAWN, CONSENT_CHANGED          the consent once more; the records are still there
    OFFBOARDED                          a new invite lets them in again
    MOVED                               closed until they have answered where their account went
"""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import AT_THE_DOOR, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import IsMember, Lapsed, PastesInvite, PrivateChat, Undecided
from keyboards.account import Own
from keyboards.lifecycle import ClosedDoor, Join, PickDepartment
from services.account.access import AccessState
from services.account.unit_of_work import UnitOfWork
from services.home import Home
from services.kit.calendar import Calendar
from services.lifecycle.joining import Account, ChooseDepartment, Onboarding
from services.lifecycle.retention import Retention
from services.wellbeing.checkin import CheckInState
from transport.request import Request
from views import home as home_views
from views.account import privacy
from views.lifecycle import joining as views
from views.screen import Screen
from views.translator import Catalogs, Translator

router = Router(name="lifecycle.start")
OpenStep = ChooseDepartment | CheckInState | None


@router.message(CommandStart(ignore_case=True), flags=AT_THE_DOOR)
@router.message(PrivateChat(), PastesInvite(), flags=AT_THE_DOOR)
async def start(
    message: Message,
    request: Request,
    content: Content,
    onboarding: Onboarding,
    home: Home,
    retention: Retention,
    command: CommandObject | None = None,
    typed: str = "",
) -> None:
    """Open the door as far as it goes for this person, by a link or by what was pasted. Nothing is stored yet."""
    t = request.t
    async with request.read() as uow:
        token = await onboarding.find_token(uow.session, (command.args or "") if command else typed, request.now)
        match request.access:
            case None if request.visitor is None:
                until = await onboarding.look(uow.session, message.chat.id, token, request.now)
                # whoever needs no link may have come with anything behind /start, so that is not carried on
                screen = views.consent(t, content.consent, token if until else "")
            case None:
                await onboarding.refuse_member(uow, token)
                choice = await onboarding.open_question(uow)
                said = t("join.already_in") if token else None
                screen = views.entered(t, choice) if choice else home_views.home(t, await home.look(uow), said)
            case AccessState.OFFBOARDED if await onboarding.is_open(uow.session, token, request.now):
                screen = views.consent(t, content.consent, token, t("join.you_were_here"))
            case AccessState.OFFBOARDED as left:
                screen = privacy.closed(t, left, content.consent, retention.kept_until(request.member))
            case lapsed:
                screen = privacy.consent_again(t, content.consent, lapsed)
    await request.show(screen)


@router.callback_query(ClosedDoor.filter(), Undecided(), flags=AT_THE_DOOR)
async def read_why(query: CallbackQuery, request: Request, callback_data: ClosedDoor, catalogs: Catalogs) -> None:
    """Say in the other language why the door is closed."""
    await request.show(views.closed_door(catalogs.translator(callback_data.locale), callback_data.reason))


@router.callback_query(Own.filter(F.action == "come_back"), Lapsed(), flags=WITHOUT_CONSENT)
async def come_back(query: CallbackQuery, request: Request, content: Content) -> None:
    """Show the consent to a person who withdrew it and has second thoughts."""
    await request.show(privacy.consent_again(request.t, content.consent, request.access))


@router.callback_query(Join.filter(F.action == "locale"), Undecided(), flags=AT_THE_DOOR)
async def read_in(
    query: CallbackQuery, request: Request, callback_data: Join, content: Content, catalogs: Catalogs
) -> None:
    """Show the consent in the other language."""
    await request.show(_consent(request, catalogs.translator(callback_data.locale), content, callback_data.token))


@router.callback_query(Join.filter(F.action == "decline"), Undecided(), flags=AT_THE_DOOR)
async def decline(
    query: CallbackQuery,
    request: Request,
    callback_data: Join,
    content: Content,
    onboarding: Onboarding,
    calendar: Calendar,
    catalogs: Catalogs,
) -> None:
    """Store nothing. The link stays usable, and the records of people who are in stay too."""
    t, token = catalogs.translator(callback_data.locale), callback_data.token
    match request.access:
        case None | AccessState.OFFBOARDED:
            async with request.read() as uow:
                until = await onboarding.look(uow.session, query.from_user.id, token, request.now)
            last_day, today = calendar.today(until) if until else None, calendar.today(request.now)
            await request.show(views.declined(t, last_day, today, content.consent, token))
        case _:
            await request.show(privacy.still_declined(t))


@router.callback_query(Join.filter(F.action == "agree"), flags=AT_THE_DOOR)
async def agree(
    query: CallbackQuery,
    request: Request,
    callback_data: Join,
    bot: Bot,
    content: Content,
    onboarding: Onboarding,
    home: Home,
    catalogs: Catalogs,
) -> None:
    """Let the person in, once, by the text that was read; then on with what is open, else home."""
    t, token, version = catalogs.translator(callback_data.locale), callback_data.token, callback_data.version
    if version != content.consent.version and (request.visitor is None or request.access is not None):
        await request.show(_consent(request, t, content, token))
        return
    async with request.begin() as uow:
        match request.access:
            case None if request.visitor is None:
                account = Account(query.from_user.id, query.from_user.full_name, t.locale)
                member = await onboarding.join(uow.session, account, token, version, request.now)
                step: OpenStep = await onboarding.next_step(uow.of(member))
            case AccessState.OFFBOARDED:
                member = await onboarding.come_back(uow, token, version)
                step = await onboarding.open_question(uow.of(member))
            case _:
                member = request.member
                step = await onboarding.agree_again(uow, content.consent.version)
        screen = views.entered(t, step) if step else await _home(t, request, home, uow.of(member))
    await request.show(screen)
    if member is not request.visitor:  # has just come in
        await refresh_commands(bot, request.database, catalogs, member.telegram_id)


@router.callback_query(PickDepartment.filter(), IsMember())
async def pick_department(
    query: CallbackQuery, request: Request, callback_data: PickDepartment, onboarding: Onboarding
) -> None:
    """Set the department, then ask the first question."""
    async with request.begin() as uow:
        step = await onboarding.choose_department(uow, callback_data.id)
    await request.show(views.entered(request.t, step))


async def _home(t: Translator, request: Request, home: Home, uow: UnitOfWork) -> Screen:
    return home_views.home(t, await home.look(uow), t("consent.welcome_again") if request.access else None)


def _consent(request: Request, t: Translator, content: Content, token: str) -> Screen:
    match request.access:
        case None | AccessState.OFFBOARDED:
            return views.consent(t, content.consent, token)
        case lapsed:
            return privacy.consent_again(t, content.consent, lapsed)
