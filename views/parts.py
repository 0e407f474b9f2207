"""How one kind of message reads when it shares a message with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import Button
from views.screen import Screen
from views.translator import Translator

Content = TypeVar("Content")
Buttons = Callable[[Translator, Content], Sequence[list[Button]]]


@dataclass(frozen=True, slots=True)
class PartView(Generic[Content]):
    """The `text` and the `buttons` of a part that leads, the `line` and the `rider_buttons` of one that rides along."""

    text: Callable[[Translator, Content], str | Text]
    line: Callable[[Translator, Content], str | Text]
    buttons: Buttons[Content]
    rider_buttons: Buttons[Content]


def menu(t: Translator) -> list[Button]:
    """The way to the home screen."""
    return [(t("button.menu"), Go(place="menu"))]


def with_riders(screen: Screen, pressed: InlineKeyboardMarkup | None, *own: type[CallbackData]) -> Screen:
    """Put what rode along in the pressed message above the last row of the screen that takes the message's place.

    `own` are the kinds of buttons of the message itself; the menu is never a rider.
    """
    if pressed is None or screen.markup is None:
        return screen
    prefixes, menu_data = {kind.__prefix__ for kind in own}, Go(place="menu").pack()
    riders = [
        row
        for row in pressed.inline_keyboard
        if not any(
            button.callback_data == menu_data or (button.callback_data or "").partition(":")[0] in prefixes
            for button in row
        )
    ]
    *first, last = screen.markup.inline_keyboard
    return replace(screen, markup=InlineKeyboardMarkup(inline_keyboard=[*first, *riders, last]))
