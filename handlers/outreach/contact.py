"""«Ask HR to contact me», from both ends: the person who asks, and HR that answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG, WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsPhone, IsTyped
from handlers.text_expected import text_expected
from keyboards.outreach import AskHr, HrReply
from services.outreach.contact import requests as contact
from transport import delivery
from transport.request import Request
from views.outreach import contact as views

router = Router(name="outreach.contact")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.callback_query(AskHr.filter(F.action == "open"), flags=WITHOUT_CONSENT | ENDS_DIALOG)
async def choose_person(query: CallbackQuery, request: Request) -> None:
    """Explain what this is, and ask whom of HR."""
    async with request.begin() as uow:
        people = await contact.hr_people(uow)
    await request.show(views.whom(request.t, people))


@router.callback_query(AskHr.filter(F.action == "person"), flags=WITHOUT_CONSENT)
async def choose_way(query: CallbackQuery, request: Request, callback_data: AskHr) -> None:
    """Ask how to be reached."""
    async with request.read() as uow:
        ways = await contact.ways(uow, callback_data.hr)
    await request.show(views.how(request.t, ways))


@router.callback_query(AskHr.filter((F.action == "way") & (F.way == "words")), flags=WITHOUT_CONSENT)
async def ask_for_words(query: CallbackQuery, request: Request, callback_data: AskHr) -> None:
    """Expect how to be reached as the next typed line."""
    async with request.begin() as uow:
        await contact.ways(uow, callback_data.hr)
        await request.dialog.set_state(Awaiting.contact)
        await request.dialog.set_data({"hr": callback_data.hr})
    await request.show(views.type_words(request.t))


@router.message(Awaiting.contact, IsTyped(), flags=WITHOUT_CONSENT)
async def take_words(message: Message, request: Request) -> None:
    """Take the words and show them as they will be sent; typing again replaces them."""
    await _preview_words(request, message.text or "")


@router.message(Awaiting.contact, IsPhone(), flags=WITHOUT_CONSENT)
async def take_card(message: Message, request: Request, phone: str) -> None:
    """Take the number on a contact card, their own or another's, as if it were typed."""
    await _preview_words(request, phone)


async def _preview_words(request: Request, words: str) -> None:
    async with request.begin() as uow:
        hr_id = (await request.dialog.get_data()).get("hr", 0)
        hr, letter = await contact.preview(uow, hr_id, "words", words)
        await request.dialog.set_data({"hr": hr_id, "words": letter.reach})
    await request.show(views.preview(request.t, hr, letter))


@router.callback_query(AskHr.filter((F.action == "way") & (F.way != "words")), flags=WITHOUT_CONSENT)
async def preview(query: CallbackQuery, request: Request, callback_data: AskHr) -> None:
    """Show what will be sent."""
    async with request.read() as uow:
        hr, letter = await contact.preview(uow, callback_data.hr, callback_data.way, None)
    await request.show(views.preview(request.t, hr, letter))


@router.callback_query(AskHr.filter(F.action == "send"), flags=WITHOUT_CONSENT)
async def send(query: CallbackQuery, request: Request, callback_data: AskHr) -> None:
    """Send it: once, however often this is pressed."""
    async with request.begin() as uow:
        words = (await request.dialog.get_data()).get("words")
        line = await contact.ask(uow, callback_data.hr, callback_data.way, words)
        await request.dialog.clear()
    await request.show(views.sent(request.t, line))


@router.callback_query(HrReply.filter(), flags=WITHOUT_CONSENT)
async def reply(query: CallbackQuery, request: Request, callback_data: HrReply) -> None:
    """Mark a request as seen or closed by HR; the person who asked sees that when they look."""
    async with request.begin() as uow:
        state = await contact.reply(uow, callback_data.request, callback_data.state)
    buttons = views.reply_buttons(request.t, callback_data.request, state)
    await delivery.change_buttons(query, buttons, toast=request.t(f"contact.toast_{state}"))


router.message.register(text_expected, Awaiting.contact, flags=WITHOUT_CONSENT)
