"""Rows of buttons, written as they stand on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

Button = tuple[str, CallbackData]


def keyboard(*rows: Sequence[Button] | None) -> InlineKeyboardMarkup:
    """An inline keyboard; rows that are None or empty are left out."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data.pack()) for text, data in row] for row in rows if row
        ]
    )


def in_rows_of(size: int, buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """The buttons in rows of at most `size`."""
    return [buttons[start : start + size] for start in range(0, len(buttons), size)]
