"""Whom a promise or a round is for: its name, and the buttons to choose one."""

from __future__ import annotations

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData

from keyboards.labels import shortened
from keyboards.rows import Button
from services.company.audience import Target
from services.kit.pages import Page
from services.kit.text import name_in
from views.translator import Translator

NAME_LENGTH = 60


def name(t: Translator, target: Target) -> str:
    """The name in the reader's language, or the word for the whole company."""
    if target.name is None:
        return t("target.company")
    return shortened(name_in(t.locale, target.name, target.name_en), NAME_LENGTH)


def chooser(t: Translator, page: Page[Target], to: Callable[[Target], CallbackData]) -> list[list[Button]]:
    """One button for each; `to` gives its callback."""
    return [[(name(t, target), to(target))] for target in page.items]
