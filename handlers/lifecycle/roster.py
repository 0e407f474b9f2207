"""A list of people: shown first, then made into personal invites and proposals, all of them or none."""

from __future__ import annotations

import asyncio
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Document, Message

from content import Content
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import Hr
from handlers.lifecycle.invites import in_every_language
from keyboards.lifecycle import RosterButton
from services.company.hr_home import Undertakings
from services.kit import conversations
from services.lifecycle.errors import FileGone, RosterGone
from services.lifecycle.roster import files, importing, reading
from services.lifecycle.roster.files import label_of
from services.lifecycle.roster.reading import Answer, Roster
from transport import delivery
from transport.request import Request
from views import information
from views.lifecycle import invites as invite_views
from views.lifecycle import roster as views
from views.translator import Catalogs

router = Router(name="lifecycle.roster")
router.message.filter(Hr())
router.callback_query.filter(Hr())

BY_BUTTON: dict[str, Answer] = {answer: answer for answer in reading.ANSWERS}


@router.callback_query(RosterButton.filter(F.action == "ask"), flags=WITHOUT_CONSENT)
async def ask(query: CallbackQuery, request: Request, undertakings: Undertakings) -> None:
    """Expect the list as the next file."""
    async with request.begin() as uow:
        await undertakings.require(uow)
        await request.dialog.set_state(Awaiting.roster)
    await request.show(views.ask(request.t))


@router.message(Awaiting.roster, F.document.as_("document"), flags=WITHOUT_CONSENT)
async def take(message: Message, request: Request, document: Document, content: Content) -> None:
    """Show what the file says. Only Telegram's name of it is remembered; another file replaces it."""
    file_id = document.file_id
    files.check_size(document.file_size or 0)
    await _show(request, file_id, await _read(message, file_id, content, None))


@router.callback_query(RosterButton.filter(F.action.in_(BY_BUTTON)), flags=WITHOUT_CONSENT)
async def answer(query: CallbackQuery, request: Request, callback_data: RosterButton, content: Content) -> None:
    """Take what the unclear rows are; the same file is read again."""
    file_id = _check(await request.dialog.get_data(), callback_data)
    await _show(request, file_id, await _read(query, file_id, content, BY_BUTTON[callback_data.action]))


@router.message(Awaiting.roster, flags=WITHOUT_CONSENT)
async def is_no_file(message: Message, request: Request) -> None:
    """Say that something other than a file came."""
    await request.show(information.note(request.t("roster.file_expected")))


@router.message(StateFilter(None), F.document, flags=WITHOUT_CONSENT)
async def unasked(message: Message, request: Request) -> None:
    """Say where a list is uploaded: a file that no one awaits is likely to be one."""
    await request.show(views.unasked(request.t))


@router.callback_query(RosterButton.filter(F.action.in_({"confirm", "confirm_left"})), flags=WITHOUT_CONSENT)
async def confirm(
    query: CallbackQuery,
    request: Request,
    callback_data: RosterButton,
    content: Content,
    undertakings: Undertakings,
    catalogs: Catalogs,
) -> None:
    """Invite people and keep the proposals, once: the press that ends the conversation does it."""
    begun = await request.dialog.get_data()
    file_id = _check(begun, callback_data)
    people = await _read(query, file_id, content, begun.get("answer"))
    async with request.begin() as uow:
        _check(
            await conversations.take(uow.session, request.member.telegram_id, str(Awaiting.roster.state)), callback_data
        )
        with_left = callback_data.action == "confirm_left"
        made = await importing.make(uow, people, callback_data.file, undertakings, with_left=with_left)
    await request.show(views.done(request.t, made))
    if made.rows:
        await delivery.send_document(query, views.links(request.t, made, request.member.rhythm.date_of(request.now)))
        await request.say(invite_views.announcement(in_every_language(catalogs, request.t), None))


async def _show(request: Request, file_id: str, people: Roster) -> None:
    """Remember the file and its answer, and show what is next: the question, the mistakes, or what would change."""
    label = label_of(file_id)
    if not people.is_clear:
        screen = views.doubts(request.t, people, label)
    elif people.errors:
        screen = views.mistakes(request.t, people)
    else:
        async with request.read() as uow:
            screen = views.preview(request.t, people, await importing.plan(uow, people), label)
    async with request.begin():
        await request.dialog.set_data({"file": file_id, "answer": people.answer})
    await request.show(screen)


def _check(begun: dict[str, Any] | None, button: RosterButton) -> str:
    """Telegram's name of the file that was shown. Raise RosterGone when it is another one by now, or none."""
    file_id = str((begun or {}).get("file", ""))
    if label_of(file_id) != button.file:
        raise RosterGone
    return file_id


async def _read(event: CallbackQuery | Message, file_id: str, content: Content, answer: Answer | None) -> Roster:
    """Fetch and read a file. Raise FileGone, and what `reading.read` raises."""
    file = await delivery.fetch(event, file_id)
    if file is None:
        raise FileGone
    return await asyncio.to_thread(reading.read, file, content.typed.roster, answer)
