"""The settings: one message edited in place; what cannot be a button is typed."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from keyboards.callbacks import AskSetting, SetSetting, SettingsPage
from services.account.settings import PersonalSettings
from services.account.users import Member
from services.kit import conversations
from services.kit.clock import Clock
from transport import delivery
from views import information
from views.account import defaults
from views.account import settings as views
from views.translator import Catalogs, Translator


async def open_main(message: Message, member: Member, personal: PersonalSettings, clock: Clock, t: Translator) -> None:
    """Everything that can be set, as a new message."""
    await delivery.show(message, views.page(t, personal.card(member, clock()), "main"))


async def open_language(
    message: Message, member: Member, personal: PersonalSettings, clock: Clock, t: Translator
) -> None:
    """The languages."""
    await delivery.show(message, views.page(t, personal.card(member, clock()), "language"))


async def open_pause(message: Message, member: Member, personal: PersonalSettings, clock: Clock, t: Translator) -> None:
    """A pause for a leave."""
    await delivery.show(message, views.page(t, personal.card(member, clock()), "pause"))


async def settle(query: CallbackQuery, member: Member, t: Translator) -> None:
    """*Fine* on the card after the first result: everything stays as it is."""
    await delivery.show(query, defaults.settled(t, member), toast=t("settings.saved"))


async def turn(
    query: CallbackQuery,
    callback_data: SettingsPage,
    member: Member,
    personal: PersonalSettings,
    clock: Clock,
    t: Translator,
) -> None:
    """A page of the settings."""
    card = personal.card(member, clock())
    await delivery.show(query, views.page(t, card, callback_data.page, number=callback_data.number))


async def change(
    query: CallbackQuery,
    callback_data: SetSetting,
    member: Member,
    database: Database,
    personal: PersonalSettings,
    clock: Clock,
    t: Translator,
) -> None:
    """Set what the button says, and show what holds now."""
    name = callback_data.name
    async with database.begin() as session:
        card = await personal.change(session, member, name, callback_data.value, clock())
    screen = views.page(t, card, views.PAGE_OF_SETTING[name])
    await delivery.show(query, screen, toast=views.saved(t, name, member, card.member))


async def change_language(
    query: CallbackQuery,
    callback_data: SetSetting,
    member: Member,
    bot: Bot,
    database: Database,
    personal: PersonalSettings,
    catalogs: Catalogs,
    clock: Clock,
) -> None:
    """Another language, in the menu of commands too."""
    async with database.begin() as session:
        card = await personal.change(session, member, callback_data.name, callback_data.value, clock())
    t = catalogs.translator(card.member.locale)
    await delivery.show(query, views.page(t, card, "language"), toast=t("language.changed"))
    await refresh_commands(bot, database, catalogs, member.telegram_id)


async def ask_zone(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next typed line is the time zone."""
    async with database.begin():
        await typing.set_state(Awaiting.zone)
    await delivery.show(query, views.ask_zone(t))


async def ask_pause(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next typed line is the day of coming back."""
    async with database.begin():
        await typing.set_state(Awaiting.pause)
    await delivery.show(query, views.ask_pause(t))


async def leave(
    query: CallbackQuery,
    callback_data: AskSetting,
    member: Member,
    database: Database,
    personal: PersonalSettings,
    clock: Clock,
    t: Translator,
) -> None:
    """Back without typing."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
    await delivery.show(query, views.page(t, personal.card(member, clock()), callback_data.field))


async def take_zone(
    message: Message,
    member: Member,
    database: Database,
    personal: PersonalSettings,
    state: FSMContext,
    clock: Clock,
    t: Translator,
) -> None:
    """The time zone, typed."""
    async with database.begin() as session:
        card = await personal.set_zone(session, member, message.text or "", clock())
        await state.clear()
    await delivery.show(message, views.page(t, card, "main", note=t("settings.saved")))


async def take_pause(
    message: Message,
    member: Member,
    database: Database,
    personal: PersonalSettings,
    state: FSMContext,
    clock: Clock,
    t: Translator,
) -> None:
    """The day of coming back, typed."""
    async with database.begin() as session:
        card = await personal.pause(session, member, message.text or "", clock())
        await state.clear()
    await delivery.show(message, views.page(t, card, "pause", note=t("settings.saved")))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


def create() -> Router:
    """The router of this area."""
    router = Router(name="account.settings")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    message, pressed = router.message.register, router.callback_query.register
    message(open_main, Command("settings"), flags=WITHOUT_CONSENT)
    message(open_language, Command("language"), flags=ALWAYS)
    message(open_pause, Command("pause"), flags=WITHOUT_CONSENT)
    pressed(settle, SettingsPage.filter(F.page == "settled"), flags=WITHOUT_CONSENT)
    pressed(turn, SettingsPage.filter(F.page == "language"), flags=ALWAYS)
    pressed(turn, SettingsPage.filter(), flags=WITHOUT_CONSENT)
    pressed(change_language, SetSetting.filter(F.name == "locale"), flags=ALWAYS)
    pressed(change, SetSetting.filter(), flags=WITHOUT_CONSENT)
    pressed(leave, AskSetting.filter(F.action == "leave"), flags=WITHOUT_CONSENT)
    pressed(ask_zone, AskSetting.filter(F.field == "zone"), flags=WITHOUT_CONSENT)
    pressed(ask_pause, AskSetting.filter(F.field == "pause"), flags=WITHOUT_CONSENT)
    message(take_zone, Awaiting.zone, IsTyped(), flags=WITHOUT_CONSENT)
    message(take_pause, Awaiting.pause, IsTyped(), flags=WITHOUT_CONSENT)
    message(is_no_picture, StateFilter(Awaiting.zone, Awaiting.pause), flags=WITHOUT_CONSENT)
    return router
