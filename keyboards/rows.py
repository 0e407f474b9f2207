"""Rows of buttons, written as they stand on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.labels import LABEL_LENGTH, fitting

COPIED_AT_MOST = 256  # characters: Telegram's limit

Button = tuple[str, CallbackData] | InlineKeyboardButton


def keyboard(*rows: Sequence[Button] | None) -> InlineKeyboardMarkup:
    """An inline keyboard; rows that are None or empty are left out, labels that a phone would cut are cut at a word."""
    made = [[_made(button) for button in row] for row in rows if row]
    if any(len(button.text) > LABEL_LENGTH for row in made for button in row):
        labels = fitting([button.text for row in made for button in row])
        made = [[button.model_copy(update={"text": labels[button.text]}) for button in row] for row in made]
    return InlineKeyboardMarkup(inline_keyboard=made)


def in_rows_of(size: int, buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """The buttons in rows of at most `size`."""
    return [buttons[start : start + size] for start in range(0, len(buttons), size)]


def primary(text: str, data: CallbackData) -> Button:
    """The one thing on a screen that waits for the person."""
    return InlineKeyboardButton(text=text, callback_data=data.pack(), style=ButtonStyle.PRIMARY.value)


def danger(text: str, data: CallbackData) -> Button:
    """What destroys something as soon as it is pressed."""
    return InlineKeyboardButton(text=text, callback_data=data.pack(), style=ButtonStyle.DANGER.value)


def copying(text: str, words: str) -> list[Button] | None:
    """A row that copies these words at a press; None for more than Telegram copies."""
    if len(words) > COPIED_AT_MOST:
        return None
    return [InlineKeyboardButton(text=text, copy_text=CopyTextButton(text=words))]


def _made(button: Button) -> InlineKeyboardButton:
    if isinstance(button, InlineKeyboardButton):
        return button
    text, data = button
    return InlineKeyboardButton(text=text, callback_data=data.pack())
