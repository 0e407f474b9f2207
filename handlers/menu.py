"""Home, and the language of everything."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.access import ENDS_DIALOG
from handlers.filters import IsMember
from keyboards.account import Go
from services.home import Home
from transport.request import Request
from views import home as views
from views.account import defaults

router = Router(name="menu")


@router.message(Command("menu"), IsMember())
async def menu(message: Message, request: Request, home: Home) -> None:
    """Show the home screen as a new message."""
    await _show_home(request, home)


@router.message(Command("cancel"), IsMember())
async def cancel(message: Message, request: Request, was_in_dialog: bool, home: Home) -> None:
    """Stop what was being typed (the middleware did), and go home."""
    async with request.read() as uow:
        card = await home.look(uow)
    note = request.t("error.cancelled" if was_in_dialog else "error.nothing_to_cancel")
    await request.show(views.home(request.t, card, note))


@router.callback_query(Go.filter(F.place == "menu"), IsMember())
async def to_menu(query: CallbackQuery, request: Request, home: Home) -> None:
    """Show the home screen in place of the screen that was left."""
    await _show_home(request, home)


async def _show_home(request: Request, home: Home) -> None:
    """On the way out of the first result the hours come first, once; after that, home."""
    async with request.read() as uow:
        card = await home.look(uow)
    if card.is_new:
        async with request.begin() as uow:
            await home.introduce(uow)
        await request.show(defaults.card(request.t, request.member, card.hold))
    else:
        await request.show(views.home(request.t, card))


@router.callback_query(Go.filter(F.place == "cancel"), IsMember(), flags=ENDS_DIALOG)
async def stop_typing(query: CallbackQuery, request: Request, home: Home) -> None:
    """Stop expecting a typed answer: the button beside a question."""
    async with request.begin() as uow:
        card = await home.look(uow)
    await request.show(views.home(request.t, card, request.t("error.cancelled")))
