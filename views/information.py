"""Small answers."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from views.screen import Screen


def note(text: str) -> Screen:
    """A line that needs no buttons."""
    return Screen(Text(text), protect=False)
