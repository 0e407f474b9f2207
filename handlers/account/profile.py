"""The profile: shown with the picture that Telegram shows of the person; its fields are typed."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from handlers.text_expected import text_expected
from keyboards.account import ProfileField, ProfilePage
from services.account import profile as profiles
from services.account.profile import ProfileCard
from transport import delivery
from transport.request import Request
from views.account import profile as views

router = Router(name="account.profile")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())

STATES = {"name": Awaiting.name, "position": Awaiting.position, "email": Awaiting.email}
FIELDS: dict[str | None, profiles.Field] = {
    Awaiting.name.state: "name",
    Awaiting.position.state: "position",
    Awaiting.email.state: "email",
}


@router.message(Command("profile"), flags=WITHOUT_CONSENT)
async def open_profile(message: Message, request: Request) -> None:
    """Show the profile as a new message."""
    await request.show(views.profile(request.t, await _look(message, request)))


@router.callback_query(ProfilePage.filter(F.page == "show"), flags=WITHOUT_CONSENT)
async def show(query: CallbackQuery, request: Request) -> None:
    """Show the profile in place."""
    await request.show(views.profile(request.t, await _look(query, request)))


@router.callback_query(ProfileField.filter(F.action == "ask"), flags=WITHOUT_CONSENT)
async def ask(query: CallbackQuery, request: Request, callback_data: ProfileField) -> None:
    """Expect this field's text as the next typed line."""
    async with request.begin():
        await request.dialog.set_state(STATES[callback_data.field])
    await request.show(views.question(request.t, callback_data.field))


@router.callback_query(ProfilePage.filter(F.page == "leave"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def leave(query: CallbackQuery, request: Request) -> None:
    """Go back without typing."""
    async with request.begin() as uow:
        profile = await profiles.find(uow)
    await request.show(views.profile(request.t, profile))


@router.callback_query(ProfileField.filter(F.action == "drop"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def drop(query: CallbackQuery, request: Request, callback_data: ProfileField) -> None:
    """Empty this field."""
    async with request.begin() as uow:
        profile = await profiles.drop(uow, callback_data.field)
    await request.show(views.profile(request.t, profile), toast=request.t("settings.saved"))


@router.message(StateFilter(*STATES.values()), IsTyped(), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request) -> None:
    """Take what was typed for a field."""
    async with request.begin() as uow:
        field = FIELDS[await request.dialog.get_state()]
        profile = await profiles.fill_in(uow, field, message.text or "")
        await request.dialog.clear()
    await request.show(views.profile(request.t, profile, request.t("settings.saved")))


@router.callback_query(ProfilePage.filter(F.page == "department"), flags=WITHOUT_CONSENT)
async def department(query: CallbackQuery, request: Request) -> None:
    """Say whom to ask for another department."""
    await request.show(views.department(request.t))


async def _look(event: CallbackQuery | Message, request: Request) -> ProfileCard:
    """Return the profile, after asking Telegram for the picture that it shows now."""
    async with request.read() as uow:
        profile = await profiles.find(uow)
    avatar = await delivery.find_avatar(event, profile.avatar)
    if avatar == profile.avatar:
        return profile
    async with request.begin() as uow:
        return await profiles.set_avatar(uow, avatar)


router.message.register(text_expected, StateFilter(*STATES.values()), flags=WITHOUT_CONSENT)
