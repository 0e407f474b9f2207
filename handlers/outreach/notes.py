"""Notes about promises, as the people they are for read and answer them."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.filters import IsMember
from keyboards.outreach import NoteButton
from services.outreach.notes import Notes
from transport.request import Request
from views.outreach import notes as views

router = Router(name="outreach.notes")
router.callback_query.filter(IsMember())


@router.callback_query(NoteButton.filter(F.action == "open"))
async def read(query: CallbackQuery, request: Request, callback_data: NoteButton, notes: Notes) -> None:
    """Show the whole note."""
    async with request.read() as uow:
        card = await notes.read(uow, callback_data.promise)
    await request.show(views.screen(request.t, card))


@router.callback_query(NoteButton.filter(F.action.in_({"noticed", "not_yet"})))
async def react(query: CallbackQuery, request: Request, callback_data: NoteButton, notes: Notes) -> None:
    """Take «noticed» or «not yet»: the first answer counts."""
    is_noticed = callback_data.action == "noticed"
    async with request.begin() as uow:
        reacted, card = await notes.react(uow, callback_data.promise, noticed=is_noticed)
    await request.show(views.screen(request.t, card, reacted), toast=request.t(f"note.{reacted}"))
