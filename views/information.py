"""Small answers."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram.utils.formatting import Text

from keyboards.rows import keyboard
from views.parts import menu
from views.screen import Screen
from views.translator import Translator


def note(text: str) -> Screen:
    """A line that needs no buttons."""
    return Screen(Text(text), protect=False)


def refusal(t: Translator, key: str, values: Mapping[str, object]) -> Screen:
    """Why something can't be done, and the way out for whoever has no other."""
    return Screen(Text(t(key, **values)), keyboard(menu(t)), protect=False)
