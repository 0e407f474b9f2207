"""The door: /start, the consent, the department, and straight to the first question."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.access import LEFT, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.filters import IsMember, Lapsed, Left, Returning
from keyboards.callbacks import Join, Own, PickDepartment
from services.account import consent
from services.account.access import AccessState
from services.account.users import Member
from services.home import Home
from services.kit.clock import Clock
from services.lifecycle.joining import Account, Onboarding
from transport import delivery
from views import home as home_views
from views.account import privacy
from views.lifecycle import joining as views
from views.translator import Catalogs, Translator
from views.wellbeing import checkin as checkin_views


async def come_back(
    message: Message,
    command: CommandObject,
    member: Member,
    database: Database,
    onboarding: Onboarding,
    home: Home,
    clock: Clock,
    t: Translator,
) -> None:
    """A member goes home; whoever left before choosing a department is asked again."""
    async with database.read() as session:
        await onboarding.refuse_member(session, member, command.args or "", clock())
        choice = await onboarding.open_question(session, member)
        card = await home.look(session, member, clock())
    if choice is not None:
        await delivery.show(message, views.entered(t, choice))
    else:
        await delivery.show(message, home_views.home(t, card, t("join.already_in") if command.args else None))


async def check_invite(
    message: Message,
    command: CommandObject,
    database: Database,
    onboarding: Onboarding,
    content: Content,
    clock: Clock,
    t: Translator,
) -> None:
    """A stranger with a link reads the consent; nothing is stored yet."""
    token = command.args or ""
    async with database.read() as session:
        until = await onboarding.look(session, message.chat.id, token, clock())
    # whoever needs no link may have come with anything behind /start, so that is not carried on
    await delivery.show(message, views.consent(t, content.consent, token if until else ""))


async def read_in(query: CallbackQuery, callback_data: Join, content: Content, catalogs: Catalogs) -> None:
    """The consent in the other language."""
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, views.consent(t, content.consent, callback_data.token))


async def decline(
    query: CallbackQuery,
    callback_data: Join,
    database: Database,
    onboarding: Onboarding,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """Nothing is stored, and the link stays usable."""
    async with database.read() as session:
        until = await onboarding.look(session, query.from_user.id, callback_data.token, clock())
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, views.declined(t, until.date() if until else None))


async def agree(
    query: CallbackQuery,
    callback_data: Join,
    bot: Bot,
    database: Database,
    onboarding: Onboarding,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """Come in: the person is created and the invite used up in one transaction."""
    t = catalogs.translator(callback_data.locale)
    if callback_data.version != content.consent.version:
        await delivery.show(query, views.consent(t, content.consent, callback_data.token))
        return
    account = Account(query.from_user.id, query.from_user.full_name, callback_data.locale)
    async with database.begin() as session:
        member = await onboarding.join(session, account, callback_data.token, callback_data.version, clock())
        step = await onboarding.next_step(session, member, clock())
    await delivery.show(query, views.entered(t, step))
    await refresh_commands(bot, database, catalogs, query.from_user.id)


async def return_(message: Message, command: CommandObject, content: Content, t: Translator) -> None:
    """Somebody who left opens a new link: the consent first, as for everybody who comes in."""
    await delivery.show(message, views.consent(t, content.consent, command.args or "", t("join.you_were_here")))


async def agree_to_return(
    query: CallbackQuery,
    callback_data: Join,
    bot: Bot,
    member: Member,
    database: Database,
    onboarding: Onboarding,
    home: Home,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """Somebody who left comes in again: on with what is open, else home."""
    t, token = catalogs.translator(callback_data.locale), callback_data.token
    if callback_data.version != content.consent.version:
        await delivery.show(query, views.consent(t, content.consent, token))
        return
    async with database.begin() as session:
        member = await onboarding.come_back(session, member, token, callback_data.version, clock())
        choice = await onboarding.open_question(session, member)
        card = await home.look(session, member, clock())
    said = t("consent.welcome_again")
    await delivery.show(query, views.entered(t, choice) if choice else home_views.home(t, card, said))
    await refresh_commands(bot, database, catalogs, member.telegram_id)


async def consent_again(message: Message, access: AccessState, content: Content, t: Translator) -> None:
    """Somebody who is in, without a valid consent: the text once more."""
    await delivery.show(message, privacy.consent_again(t, content.consent, access))


async def consent_again_from_button(query: CallbackQuery, access: AccessState, content: Content, t: Translator) -> None:
    """The same from a button."""
    await delivery.show(query, privacy.consent_again(t, content.consent, access))


async def read_again_in(
    query: CallbackQuery, callback_data: Join, access: AccessState, content: Content, catalogs: Catalogs
) -> None:
    """The same in the other language."""
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, privacy.consent_again(t, content.consent, access))


async def decline_again(query: CallbackQuery, callback_data: Join, catalogs: Catalogs) -> None:
    """Not now: records stay, nothing is asked."""
    await delivery.show(query, privacy.still_declined(catalogs.translator(callback_data.locale)))


async def agree_again(
    query: CallbackQuery,
    callback_data: Join,
    member: Member,
    access: AccessState | None,
    database: Database,
    onboarding: Onboarding,
    home: Home,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """Somebody who is in agrees (again, or twice): on with the question that is open, else home."""
    t = catalogs.translator(callback_data.locale)
    if access is not None and callback_data.version != content.consent.version:
        await delivery.show(query, privacy.consent_again(t, content.consent, access))
        return
    async with database.begin() as session:
        await consent.agree_again(session, member.id, content.consent.version, clock())
        step = await onboarding.open_step(session, member, clock())
        card = await home.look(session, member, clock())
    said = t("consent.welcome_again") if access is not None else None
    await delivery.show(query, views.entered(t, step) if step else home_views.home(t, card, said))


async def pick_department(
    query: CallbackQuery,
    callback_data: PickDepartment,
    member: Member,
    database: Database,
    onboarding: Onboarding,
    clock: Clock,
    t: Translator,
) -> None:
    """The department, then the first question."""
    async with database.begin() as session:
        step = await onboarding.choose_department(session, member, callback_data.id, clock())
    await delivery.show(query, checkin_views.place(t, step))


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
