"""A list of people as a CSV: shown first, then made into personal invites, all of them or none."""

from __future__ import annotations

from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Document, Message

from content import Content
from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr
from handlers.lifecycle.invites import in_every_language
from keyboards.callbacks import RosterButton
from services.account.users import Member
from services.kit import conversations
from services.kit.clock import Clock
from services.lifecycle import roster, roster_import
from services.lifecycle.errors import FileGone, RosterGone
from services.lifecycle.roster import Roster
from transport import delivery
from views import information
from views.lifecycle import invites as invite_views
from views.lifecycle import roster as views
from views.translator import Catalogs, Translator


async def ask(query: CallbackQuery, database: Database, typing: FSMContext, t: Translator) -> None:
    """The next file is the list."""
    async with database.begin():
        await typing.set_state(Awaiting.roster)
    await delivery.show(query, views.ask(t))


async def take(
    message: Message, member: Member, database: Database, state: FSMContext, content: Content, t: Translator
) -> None:
    """What the file would make. Of it only Telegram's name of it is remembered; another file replaces it."""
    assert isinstance(message.document, Document)
    file_id = message.document.file_id
    roster.check_file(message.document.file_name or "", message.document.file_size or 0)
    people = await _read(message, file_id, content)
    async with database.begin() as session:
        new = await roster_import.new_departments(session, member, people)
        await state.set_data({"file": file_id})
    await delivery.show(message, views.preview(t, people, new, roster.label_of(file_id)))


async def is_no_file(message: Message, t: Translator) -> None:
    """Something else than a file came."""
    await delivery.show(message, information.note(t("roster.file_expected")))


async def confirm(
    query: CallbackQuery,
    callback_data: RosterButton,
    member: Member,
    database: Database,
    typing: FSMContext,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """Make the invites, once: whoever ends the conversation makes them."""
    file_id = _check(await typing.get_data(), callback_data)
    people = await _read(query, file_id, content)
    async with database.begin() as session:
        _check(await conversations.take(session, member.telegram_id, str(Awaiting.roster.state)), callback_data)
        made = await roster_import.make(session, member, people, callback_data.file, clock())
    today = member.rhythm.date_of(clock())
    await delivery.show(query, views.done(t, len(made)))
    await delivery.send_document(query, views.links(t, people, made, today))
    await delivery.say(query, invite_views.announcement(in_every_language(catalogs, t), None))


def _check(begun: dict[str, Any] | None, button: RosterButton) -> str:
    """Telegram's name of the file that was shown. Raises RosterGone when it is another one by now, or none."""
    file_id = str((begun or {}).get("file", ""))
    if roster.label_of(file_id) != button.file:
        raise RosterGone
    return file_id


async def _read(event: CallbackQuery | Message, file_id: str, content: Content) -> Roster:
    """Fetch and read a file. Raises FileGone, and what `services.roster.read` raises."""
    file = await delivery.fetch(event, file_id)
    if file is None:
        raise FileGone
    return roster.read(file, content.typed.roster)


def create() -> Router:
    """The router of this area."""
    router = Router(name="lifecycle.roster")
    router.message.filter(Hr())
    router.callback_query.filter(Hr())
    router.callback_query.register(ask, RosterButton.filter(F.action == "ask"), flags=WITHOUT_CONSENT)
    router.callback_query.register(confirm, RosterButton.filter(F.action == "confirm"), flags=WITHOUT_CONSENT)
    router.message.register(take, Awaiting.roster, F.document, flags=WITHOUT_CONSENT)
    router.message.register(is_no_file, Awaiting.roster, flags=WITHOUT_CONSENT)
    return router
