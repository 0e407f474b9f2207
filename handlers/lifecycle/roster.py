"""A list of people as a CSV: shown first, then made into personal invites, all of them or none."""

from __future__ import annotations

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Document, Message

from content import Content
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr
from handlers.lifecycle.invites import in_every_language
from keyboards.lifecycle import RosterButton
from services.company.hr_home import Undertakings
from services.kit import conversations
from services.lifecycle import roster, roster_import
from services.lifecycle.errors import FileGone, RosterGone
from services.lifecycle.roster import Roster
from transport import delivery
from transport.request import Request
from views import information
from views.lifecycle import invites as invite_views
from views.lifecycle import roster as views
from views.translator import Catalogs

router = Router(name="lifecycle.roster")
router.message.filter(Hr())
router.callback_query.filter(Hr())


@router.callback_query(RosterButton.filter(F.action == "ask"), flags=WITHOUT_CONSENT)
async def ask(query: CallbackQuery, request: Request, undertakings: Undertakings) -> None:
    """The next file is the list."""
    async with request.begin() as uow:
        await undertakings.require(uow)
        await request.dialog.set_state(Awaiting.roster)
    await request.show(views.ask(request.t))


@router.message(Awaiting.roster, F.document.as_("document"), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request, document: Document, content: Content) -> None:
    """What the file would make. Of it only Telegram's name of it is remembered; another file replaces it."""
    file_id = document.file_id
    roster.check_file(document.file_name or "", document.file_size or 0)
    people = await _read(message, file_id, content)
    async with request.begin() as uow:
        new = await roster_import.new_departments(uow, people)
        await request.dialog.set_data({"file": file_id})
    await request.show(views.preview(request.t, people, new, roster.label_of(file_id)))


@router.message(Awaiting.roster, flags=WITHOUT_CONSENT)
async def is_no_file(message: Message, request: Request) -> None:
    """Something else than a file came."""
    await request.show(information.note(request.t("roster.file_expected")))


@router.callback_query(RosterButton.filter(F.action == "confirm"), flags=WITHOUT_CONSENT)
async def confirm(
    query: CallbackQuery,
    request: Request,
    callback_data: RosterButton,
    content: Content,
    undertakings: Undertakings,
    catalogs: Catalogs,
) -> None:
    """Make the invites, once: whoever ends the conversation makes them."""
    file_id = _check(await request.dialog.get_data(), callback_data)
    people = await _read(query, file_id, content)
    async with request.begin() as uow:
        _check(
            await conversations.take(uow.session, request.member.telegram_id, str(Awaiting.roster.state)), callback_data
        )
        made = await roster_import.make(uow, people, callback_data.file, undertakings)
    today = request.member.rhythm.date_of(request.now)
    await request.show(views.done(request.t, len(made)))
    await delivery.send_document(query, views.links(request.t, people, made, today))
    await request.say(invite_views.announcement(in_every_language(catalogs, request.t), None))


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
