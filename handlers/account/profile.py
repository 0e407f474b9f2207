"""The profile: shown with the picture that Telegram shows of the person; its fields are typed."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from keyboards.callbacks import ProfileField, ProfilePage
from services.account import profile as profiles
from services.account.profile import ProfileCard
from services.account.users import Member
from services.kit import conversations
from services.kit.clock import Clock
from transport import delivery
from views import information
from views.account import profile as views
from views.translator import Translator

STATES = {"name": Awaiting.name, "position": Awaiting.position, "email": Awaiting.email}
FIELDS: dict[str | None, profiles.Field] = {
    Awaiting.name.state: "name",
    Awaiting.position.state: "position",
    Awaiting.email.state: "email",
}


async def open_profile(message: Message, member: Member, database: Database, clock: Clock, t: Translator) -> None:
    """The profile as a new message."""
    await delivery.show(message, views.profile(t, await _look(message, member, database, clock)))


async def show(query: CallbackQuery, member: Member, database: Database, clock: Clock, t: Translator) -> None:
    """The profile in place."""
    await delivery.show(query, views.profile(t, await _look(query, member, database, clock)))


async def ask(
    query: CallbackQuery, callback_data: ProfileField, database: Database, typing: FSMContext, t: Translator
) -> None:
    """The next typed line goes into this field."""
    async with database.begin():
        await typing.set_state(STATES[callback_data.field])
    await delivery.show(query, views.question(t, callback_data.field))


async def leave(query: CallbackQuery, member: Member, database: Database, clock: Clock, t: Translator) -> None:
    """Back without typing."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        profile = await profiles.find(session, member, clock())
    await delivery.show(query, views.profile(t, profile))


async def drop(
    query: CallbackQuery, callback_data: ProfileField, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """Empty this field."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        profile = await profiles.drop(session, member, callback_data.field, clock())
    await delivery.show(query, views.profile(t, profile), toast=t("settings.saved"))


async def take(
    message: Message, member: Member, database: Database, state: FSMContext, clock: Clock, t: Translator
) -> None:
    """What was typed for a field."""
    async with database.begin() as session:
        field = FIELDS[await state.get_state()]
        profile = await profiles.fill_in(session, member, field, message.text or "", clock())
        await state.clear()
    await delivery.show(message, views.profile(t, profile, t("settings.saved")))


async def is_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, information.note(t("error.text_expected")))


async def department(query: CallbackQuery, t: Translator) -> None:
    """Whom to ask for another department."""
    await delivery.show(query, views.department(t))


async def _look(event: CallbackQuery | Message, member: Member, database: Database, clock: Clock) -> ProfileCard:
    """The profile, after a look at the picture that Telegram shows now."""
    async with database.read() as session:
        profile = await profiles.find(session, member, clock())
    avatar = await delivery.find_avatar(event, profile.avatar)
    if avatar == profile.avatar:
        return profile
    async with database.begin() as session:
        return await profiles.set_avatar(session, member, avatar, clock())


def create() -> Router:
    """The router of this area."""
    router = Router(name="account.profile")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    message, pressed = router.message.register, router.callback_query.register
    message(open_profile, Command("profile"), flags=WITHOUT_CONSENT)
    pressed(show, ProfilePage.filter(F.page == "show"), flags=WITHOUT_CONSENT)
    pressed(ask, ProfileField.filter(F.action == "ask"), flags=WITHOUT_CONSENT)
    pressed(leave, ProfilePage.filter(F.page == "leave"), flags=WITHOUT_CONSENT)
    pressed(drop, ProfileField.filter(F.action == "drop"), flags=WITHOUT_CONSENT)
    pressed(department, ProfilePage.filter(F.page == "department"), flags=WITHOUT_CONSENT)
    message(take, StateFilter(*STATES.values()), IsTyped(), flags=WITHOUT_CONSENT)
    message(is_no_picture, StateFilter(*STATES.values()), flags=WITHOUT_CONSENT)
    return router
