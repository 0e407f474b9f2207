"""The number of a page, and the buttons to the pages beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram.filters.callback_data import CallbackData

from keyboards.rows import Button
from services.kit.pages import Page
from views.translator import Translator


def number(t: Translator, page: Page[Any]) -> str | None:
    """Which page of how many; None where there is only one."""
    return t("recommendations.page", page=page.number + 1, pages=page.pages) if page.pages > 1 else None


def turning(t: Translator, page: Page[Any], to: Callable[[int], CallbackData]) -> list[Button]:
    """One page back and one page on, where there is one; `to` gives the callback of a page."""
    steps: list[Button] = []
    if page.number > 0:
        steps.append((t("button.previous_page"), to(page.number - 1)))
    if page.number < page.pages - 1:
        steps.append((t("button.next_page"), to(page.number + 1)))
    return steps
