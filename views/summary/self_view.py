"""Trying to spy on oneself: HR's own lines and figures about one person, and what it would take to learn more."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from content import Content
from keyboards.account import Go
from keyboards.rows import keyboard
from services.summary.self_view import SelfView, WatchedCell
from views.company import people
from views.screen import Screen, lines, paragraphs, titled
from views.summary import screens
from views.translator import Translator


def self_view(t: Translator, content: Content, seen: SelfView) -> Screen:
    """What HR has, word for word as it stands on HR's screens, and what is missing to know more."""
    return Screen(
        titled(
            t("self_view.title"),
            t("self_view.about"),
            lines(Bold(t("self_view.in_list")), people.listed(t, seen.line)),
            lines(Bold(t("self_view.on_card")), people.name_of(t, seen.card), people.facts(t, seen.card)),
            *(_cell(t, content, one, seen) for one in seen.cells),
            t("self_view.nothing_yet") if not seen.cells else None,
            t("self_view.learn_more") if seen.counts else None,
            t("self_view.who_sees"),
        ),
        keyboard([(t("button.back"), Go(place="hr_sees"))], [(t("button.menu"), Go(place="menu"))]),
    )


def _cell(t: Translator, content: Content, one: WatchedCell, seen: SelfView) -> Text:
    among = t("self_view.among" if seen.counts else "self_view.not_among", people=one.people)
    return paragraphs(
        lines(Bold(screens.cell_title(t, one.found)), among), *screens.cell_figures(t, content, one.found)
    )
