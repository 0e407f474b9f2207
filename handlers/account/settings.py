"""The settings: one message edited in place; what cannot be a button is typed."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, Message

from handlers.access import ALWAYS, WITHOUT_CONSENT
from handlers.commands import refresh_commands
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from handlers.text_expected import text_expected
from keyboards.account import AskSetting, SetSetting, SettingsPage
from services.account.settings import PersonalSettings
from transport.request import Request
from views.account import defaults
from views.account import settings as views
from views.translator import Catalogs

router = Router(name="account.settings")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.message(Command("settings"), flags=WITHOUT_CONSENT)
async def open_main(message: Message, request: Request, personal: PersonalSettings) -> None:
    """Show everything that can be set, as a new message."""
    async with request.read() as uow:
        card = await personal.card(uow)
    await request.show(views.page(request.t, card, "main"))


@router.message(Command("language"), flags=ALWAYS)
async def open_language(message: Message, request: Request, personal: PersonalSettings) -> None:
    """Show the languages."""
    async with request.read() as uow:
        card = await personal.card(uow)
    await request.show(views.page(request.t, card, "language"))


@router.message(Command("pause"), flags=WITHOUT_CONSENT)
async def open_pause(message: Message, request: Request, personal: PersonalSettings) -> None:
    """Offer a pause for a leave."""
    async with request.read() as uow:
        card = await personal.card(uow)
    await request.show(views.page(request.t, card, "pause"))


@router.callback_query(SettingsPage.filter(F.page == "settled"), flags=WITHOUT_CONSENT)
async def settle(query: CallbackQuery, request: Request, personal: PersonalSettings) -> None:
    """*Fine* on the card after the first result: everything stays as it is."""
    async with request.read() as uow:
        card = await personal.card(uow)
    await request.show(defaults.settled(request.t, card.member, card.hold), toast=request.t("settings.saved"))


@router.callback_query(SettingsPage.filter(F.page == "language"), flags=ALWAYS)
@router.callback_query(SettingsPage.filter(~F.page.in_({"language", "settled"})), flags=WITHOUT_CONSENT)
async def turn(query: CallbackQuery, request: Request, callback_data: SettingsPage, personal: PersonalSettings) -> None:
    """Show a page of the settings."""
    async with request.read() as uow:
        card = await personal.card(uow)
    await request.show(views.page(request.t, card, callback_data.page, number=callback_data.number))


@router.callback_query(SetSetting.filter(F.name != "locale"), flags=WITHOUT_CONSENT)
async def change(query: CallbackQuery, request: Request, callback_data: SetSetting, personal: PersonalSettings) -> None:
    """Set what the button says, and show what holds now."""
    name = callback_data.name
    async with request.begin() as uow:
        card = await personal.change(uow, name, callback_data.value)
    screen = views.page(request.t, card, views.PAGE_OF_SETTING[name])
    await request.show(screen, toast=views.saved(request.t, name, request.member, card.member))


@router.callback_query(SetSetting.filter(F.name == "locale"), flags=ALWAYS)
async def change_language(
    query: CallbackQuery,
    request: Request,
    callback_data: SetSetting,
    bot: Bot,
    personal: PersonalSettings,
    catalogs: Catalogs,
) -> None:
    """Change the language, in the menu of commands too."""
    async with request.begin() as uow:
        card = await personal.change(uow, callback_data.name, callback_data.value)
    t = catalogs.translator(card.member.locale)
    await request.show(views.page(t, card, "language"), toast=t("language.changed"))
    await refresh_commands(bot, request.database, catalogs, request.member.telegram_id)


@router.callback_query(AskSetting.filter((F.action == "ask") & (F.field == "zone")), flags=WITHOUT_CONSENT)
async def ask_zone(query: CallbackQuery, request: Request) -> None:
    """Expect the time zone as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.zone)
    await request.show(views.ask_zone(request.t))


@router.callback_query(AskSetting.filter((F.action == "ask") & (F.field == "pause")), flags=WITHOUT_CONSENT)
async def ask_pause(query: CallbackQuery, request: Request) -> None:
    """Expect the first day back as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(Awaiting.pause)
    await request.show(views.ask_pause(request.t))


@router.callback_query(AskSetting.filter(F.action == "leave"), flags=WITHOUT_CONSENT)
async def leave(query: CallbackQuery, request: Request, callback_data: AskSetting, personal: PersonalSettings) -> None:
    """Go back without typing."""
    async with request.begin() as uow:
        await request.dialog.clear()
        card = await personal.card(uow)
    await request.show(views.page(request.t, card, callback_data.field))


@router.message(Awaiting.zone, IsTyped(), flags=WITHOUT_CONSENT)
async def take_zone(message: Message, request: Request, personal: PersonalSettings) -> None:
    """Take the time zone, typed."""
    async with request.begin() as uow:
        card = await personal.set_zone(uow, message.text or "")
        await request.dialog.clear()
    await request.show(views.page(request.t, card, "main", note=request.t("settings.saved")))


@router.message(Awaiting.pause, IsTyped(), flags=WITHOUT_CONSENT)
async def take_pause(message: Message, request: Request, personal: PersonalSettings) -> None:
    """Take the first day back, typed."""
    async with request.begin() as uow:
        card = await personal.pause(uow, message.text or "")
        await request.dialog.clear()
    await request.show(views.page(request.t, card, "pause", note=request.t("settings.saved")))


router.message.register(text_expected, StateFilter(Awaiting.zone, Awaiting.pause), flags=WITHOUT_CONSENT)
