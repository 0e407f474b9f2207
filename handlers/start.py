"""The door: /start, the consent, the department, and straight to the first question."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

import delivery
from content import Content
from db import Database
from handlers.filters import Member
from keyboards.callbacks import Join, PickDepartment
from services import users
from services.assessments import Assessments
from services.clock import Clock
from services.home import Home
from services.joining import Account, Door
from services.users import Actor
from views import checkin as checkin_views
from views import commands
from views import home as home_views
from views import joining as views
from views.translator import Catalogs, Translator


async def come_back(
    message: Message,
    command: CommandObject,
    actor: Actor,
    database: Database,
    door: Door,
    home: Home,
    clock: Clock,
    t: Translator,
) -> None:
    """A member goes home; whoever left before choosing a department is asked again."""
    async with database.read() as session:
        choice = await door.open_question(session, actor)
        card = await home.look(session, actor, clock())
    if choice is not None:
        await delivery.show(message, views.entered(t, choice))
    else:
        await delivery.show(message, home_views.home(t, card, t("join.already_in") if command.args else None))


async def knock(
    message: Message,
    command: CommandObject,
    database: Database,
    door: Door,
    content: Content,
    clock: Clock,
    t: Translator,
) -> None:
    """A stranger with a link reads the consent; nothing is stored yet."""
    token = command.args or ""
    async with database.read() as session:
        await door.look(session, message.chat.id, token, clock())
    await delivery.show(message, views.consent(t, content.consent, token))


async def read_in(query: CallbackQuery, callback_data: Join, content: Content, catalogs: Catalogs) -> None:
    """The consent in the other language."""
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, views.consent(t, content.consent, callback_data.token))


async def decline(
    query: CallbackQuery, callback_data: Join, database: Database, door: Door, catalogs: Catalogs, clock: Clock
) -> None:
    """Nothing is stored, and the link stays usable."""
    async with database.read() as session:
        until = await door.look(session, query.from_user.id, callback_data.token, clock())
    t = catalogs.translator(callback_data.locale)
    await delivery.show(query, views.declined(t, until.date() if until else None))


async def agree(
    query: CallbackQuery,
    callback_data: Join,
    database: Database,
    door: Door,
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
        actor = await door.enter(session, account, callback_data.token, callback_data.version, clock())
        step = await door.next_step(session, actor, clock())
    await delivery.show(query, views.entered(t, step))
    await delivery.set_commands(query, commands.commands(t, commands.MEMBER))


async def pick_department(
    query: CallbackQuery,
    callback_data: PickDepartment,
    actor: Actor,
    database: Database,
    assessments: Assessments,
    clock: Clock,
    t: Translator,
) -> None:
    """The department, then the first question."""
    async with database.begin() as session:
        if callback_data.id:
            await users.choose_department(session, actor.id, callback_data.id, clock())
        step = await assessments.start(session, actor, clock())
    await delivery.show(query, checkin_views.place(t, step))


def create() -> Router:
    """The router of this area."""
    router = Router(name="start")
    router.message.register(come_back, CommandStart(), Member())
    router.message.register(knock, CommandStart())
    router.callback_query.register(read_in, Join.filter(F.action == "locale"))
    router.callback_query.register(decline, Join.filter(F.action == "decline"))
    router.callback_query.register(agree, Join.filter(F.action == "agree"))
    router.callback_query.register(pick_department, PickDepartment.filter(), Member())
    return router
