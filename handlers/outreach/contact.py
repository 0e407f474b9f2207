"""«Ask HR to contact me», from both ends: the person who asks, and HR that answers."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.conversation_states import Awaiting
from handlers.filters import IsMember, IsTyped
from keyboards.callbacks import AskHr, HrReply
from services.account.users import Member
from services.kit import conversations
from services.kit.clock import Clock
from services.outreach import contact
from transport import delivery
from views.information import note
from views.outreach import contact as views
from views.translator import Catalogs, Translator


async def choose_person(query: CallbackQuery, member: Member, database: Database, t: Translator) -> None:
    """What this is, and whom of HR to ask; what was typed for an earlier choice is forgotten."""
    async with database.begin() as session:
        await conversations.leave(session, member.telegram_id)
        people = await contact.hr_people(session, member)
    await delivery.show(query, views.whom(t, people))


async def choose_way(
    query: CallbackQuery, callback_data: AskHr, member: Member, database: Database, t: Translator
) -> None:
    """How to be reached."""
    async with database.read() as session:
        ways = await contact.ways(session, member, callback_data.hr)
    await delivery.show(query, views.how(t, ways))


async def ask_for_words(
    query: CallbackQuery, callback_data: AskHr, member: Member, database: Database, typing: FSMContext, t: Translator
) -> None:
    """The next typed line says how to be reached."""
    async with database.begin() as session:
        await contact.ways(session, member, callback_data.hr)
        await typing.set_state(Awaiting.contact)
        await typing.set_data({"hr": callback_data.hr})
    await delivery.show(query, views.type_words(t))


async def take_words(
    message: Message, member: Member, database: Database, state: FSMContext, catalogs: Catalogs, t: Translator
) -> None:
    """The words, shown as they will be sent; typing again replaces them."""
    async with database.begin() as session:
        hr_id = (await state.get_data()).get("hr", 0)
        hr, letter = await contact.preview(session, member, hr_id, "words", message.text)
        await state.set_data({"hr": hr_id, "words": letter.reach})
    await delivery.show(message, views.preview(t, catalogs.translator(hr.locale), hr, letter))


async def words_are_no_picture(message: Message, t: Translator) -> None:
    """Something else than words came."""
    await delivery.show(message, note(t("error.text_expected")))


async def preview(
    query: CallbackQuery, callback_data: AskHr, member: Member, database: Database, catalogs: Catalogs, t: Translator
) -> None:
    """Exactly what will be sent."""
    async with database.read() as session:
        hr, letter = await contact.preview(session, member, callback_data.hr, callback_data.way, None)
    await delivery.show(query, views.preview(t, catalogs.translator(hr.locale), hr, letter))


async def send(
    query: CallbackQuery,
    callback_data: AskHr,
    member: Member,
    database: Database,
    typing: FSMContext,
    clock: Clock,
    t: Translator,
) -> None:
    """Send it: once, however often this is pressed."""
    async with database.begin() as session:
        words = (await typing.get_data()).get("words")
        line = await contact.ask(session, member, callback_data.hr, callback_data.way, words, clock())
        await typing.clear()
    await delivery.show(query, views.sent(t, line))


async def reply(
    query: CallbackQuery, callback_data: HrReply, member: Member, database: Database, clock: Clock, t: Translator
) -> None:
    """HR has seen it, or closes it; whoever asked sees that when they look."""
    async with database.begin() as session:
        state = await contact.reply(session, member, callback_data.request, callback_data.state, clock())
    buttons = views.reply_buttons(t, callback_data.request, state)
    await delivery.change_buttons(query, buttons, toast=t(f"contact.toast_{state}"))


def create() -> Router:
    """The router of this area."""
    router = Router(name="outreach.contact")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    asked, flags = router.callback_query.register, WITHOUT_CONSENT
    asked(choose_person, AskHr.filter(F.action == "open"), flags=flags)
    asked(choose_way, AskHr.filter(F.action == "person"), flags=flags)
    asked(ask_for_words, AskHr.filter((F.action == "way") & (F.way == "words")), flags=flags)
    asked(preview, AskHr.filter(F.action == "way"), flags=flags)
    asked(send, AskHr.filter(F.action == "send"), flags=flags)
    asked(reply, HrReply.filter(), flags=flags)
    router.message.register(take_words, Awaiting.contact, IsTyped(), flags=flags)
    router.message.register(words_are_no_picture, Awaiting.contact, flags=flags)
    return router
