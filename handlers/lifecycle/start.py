"""The door: /start, the consent, the department, and straight to the first question."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import LEFT, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import IsMember, Lapsed, Left, Returning
from keyboards.callbacks import Join, Own, PickDepartment
from services.account import consent
from services.home import Home
from services.lifecycle.joining import Account, Onboarding
from transport import delivery
from transport.request import Request
from views import home as home_views
from views.account import privacy
from views.lifecycle import joining as views
from views.translator import Catalogs
from views.wellbeing import checkin as checkin_views


async def come_back(
    message: Message, request: Request, command: CommandObject, onboarding: Onboarding, home: Home
) -> None:
    """A member goes home; whoever left before choosing a department is asked again."""
    async with request.read() as uow:
        await onboarding.refuse_member(uow, command.args or "")
        choice = await onboarding.open_question(uow)
        card = await home.look(uow)
    if choice is not None:
        await request.show(views.entered(request.t, choice))
    else:
        await request.show(home_views.home(request.t, card, request.t("join.already_in") if command.args else None))


async def check_invite(
    message: Message, request: Request, command: CommandObject, onboarding: Onboarding, content: Content
) -> None:
    """A stranger with a link reads the consent; nothing is stored yet."""
    token = command.args or ""
    async with request.read() as uow:
        until = await onboarding.look(uow.session, message.chat.id, token, request.now)
    # whoever needs no link may have come with anything behind /start, so that is not carried on
    await request.show(views.consent(request.t, content.consent, token if until else ""))


async def read_in(query: CallbackQuery, callback_data: Join, content: Content, catalogs: Catalogs) -> None:
    """The consent in the other language."""
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, views.consent(t, content.consent, callback_data.token))


async def decline(
    query: CallbackQuery, request: Request, callback_data: Join, onboarding: Onboarding, catalogs: Catalogs
) -> None:
    """Nothing is stored, and the link stays usable."""
    async with request.read() as uow:
        until = await onboarding.look(uow.session, query.from_user.id, callback_data.token, request.now)
    t = catalogs.translator(callback_data.locale)
    await request.show(views.declined(t, until.date() if until else None))


async def agree(
    query: CallbackQuery,
    request: Request,
    callback_data: Join,
    bot: Bot,
    onboarding: Onboarding,
    content: Content,
    catalogs: Catalogs,
) -> None:
    """Come in: the person is created and the invite used up in one transaction."""
    t = catalogs.translator(callback_data.locale)
    if callback_data.version != content.consent.version:
        await request.show(views.consent(t, content.consent, callback_data.token))
        return
    account = Account(query.from_user.id, query.from_user.full_name, callback_data.locale)
    async with request.begin() as uow:
        member = await onboarding.join(uow.session, account, callback_data.token, callback_data.version, request.now)
        step = await onboarding.next_step(uow.of(member))
    await request.show(views.entered(t, step))
    await refresh_commands(bot, request.database, catalogs, query.from_user.id)


async def return_(message: Message, request: Request, command: CommandObject, content: Content) -> None:
    """Somebody who left opens a new link: the consent first, as for everybody who comes in."""
    await request.show(views.consent(request.t, content.consent, command.args or "", request.t("join.you_were_here")))


async def agree_to_return(
    query: CallbackQuery,
    request: Request,
    callback_data: Join,
    bot: Bot,
    onboarding: Onboarding,
    home: Home,
    content: Content,
    catalogs: Catalogs,
) -> None:
    """Somebody who left comes in again: on with what is open, else home."""
    t, token = catalogs.translator(callback_data.locale), callback_data.token
    if callback_data.version != content.consent.version:
        await request.show(views.consent(t, content.consent, token))
        return
    async with request.begin() as uow:
        member = await onboarding.come_back(uow, token, callback_data.version)
        choice = await onboarding.open_question(uow.of(member))
        card = await home.look(uow.of(member))
    said = t("consent.welcome_again")
    await request.show(views.entered(t, choice) if choice else home_views.home(t, card, said))
    await refresh_commands(bot, request.database, catalogs, member.telegram_id)


async def consent_again(message: Message, request: Request, content: Content) -> None:
    """Somebody who is in, without a valid consent: the text once more."""
    await request.show(privacy.consent_again(request.t, content.consent, request.access))


async def consent_again_from_button(query: CallbackQuery, request: Request, content: Content) -> None:
    """The same from a button."""
    await request.show(privacy.consent_again(request.t, content.consent, request.access))


async def read_again_in(
    query: CallbackQuery, request: Request, callback_data: Join, content: Content, catalogs: Catalogs
) -> None:
    """The same in the other language."""
    t = catalogs.translator(callback_data.locale)
    await request.show(privacy.consent_again(t, content.consent, request.access))


async def decline_again(query: CallbackQuery, callback_data: Join, catalogs: Catalogs) -> None:
    """Not now: records stay, nothing is asked."""
    await delivery.show(query, privacy.still_declined(catalogs.translator(callback_data.locale)))


async def agree_again(
    query: CallbackQuery,
    request: Request,
    callback_data: Join,
    onboarding: Onboarding,
    home: Home,
    content: Content,
    catalogs: Catalogs,
) -> None:
    """Somebody who is in agrees (again, or twice): on with the question that is open, else home."""
    t = catalogs.translator(callback_data.locale)
    if request.access is not None and callback_data.version != content.consent.version:
        await request.show(privacy.consent_again(t, content.consent, request.access))
        return
    async with request.begin() as uow:
        await consent.agree_again(uow.session, request.member.id, content.consent.version, request.now)
        step = await onboarding.open_step(uow)
        card = await home.look(uow)
    said = t("consent.welcome_again") if request.access is not None else None
    await request.show(views.entered(t, step) if step else home_views.home(t, card, said))


async def pick_department(
    query: CallbackQuery, request: Request, callback_data: PickDepartment, onboarding: Onboarding
) -> None:
    """The department, then the first question."""
    async with request.begin() as uow:
        step = await onboarding.choose_department(uow, callback_data.id)
    await request.show(checkin_views.place(request.t, step))


def create() -> Router:
    """The router of this area."""
    router = Router(name="lifecycle.start")
    router.message.register(consent_again, CommandStart(), Lapsed(), flags=WITHOUT_CONSENT)
    router.message.register(return_, CommandStart(), Returning(), flags=LEFT)
    router.message.register(come_back, CommandStart(), IsMember())
    router.message.register(check_invite, CommandStart())
    pressed = router.callback_query.register
    pressed(consent_again_from_button, Own.filter(F.action == "come_back"), Lapsed(), flags=WITHOUT_CONSENT)
    pressed(read_again_in, Join.filter(F.action == "locale"), Lapsed(), flags=WITHOUT_CONSENT)
    pressed(decline_again, Join.filter(F.action == "decline"), Lapsed(), flags=WITHOUT_CONSENT)
    pressed(agree_to_return, Join.filter(F.action == "agree"), Left(), flags=LEFT)
    pressed(read_in, Join.filter(F.action == "locale"), Left(), flags=LEFT)
    pressed(decline, Join.filter(F.action == "decline"), Left(), flags=LEFT)
    pressed(agree_again, Join.filter(F.action == "agree"), IsMember(), flags=WITHOUT_CONSENT)
    pressed(read_in, Join.filter(F.action == "locale"), ~IsMember())
    pressed(decline, Join.filter(F.action == "decline"), ~IsMember())
    pressed(agree, Join.filter(F.action == "agree"))
    router.callback_query.register(pick_department, PickDepartment.filter(), IsMember())
    return router
