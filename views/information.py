"""Help, who sees what, leaving, and small answers."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from content import Consent
from keyboards.callbacks import Go
from keyboards.rows import keyboard
from views.screen import Screen, titled
from views.translator import Translator


def help_(t: Translator) -> Screen:
    """How it works."""
    return Screen(titled(t("help.title"), t("help.text")), _menu_and(t, (t("button.someone_to_talk_to"), "help_now")))


def help_now(t: Translator) -> Screen:
    """Someone to talk to: the emergency number, the configured contacts, when a professional helps."""
    return Screen(
        titled(t("help.now_title"), t("help.emergency"), t("professional.text").strip()),
        _menu_and(t, (t("button.help"), "help")),
    )


def privacy(t: Translator) -> Screen:
    """The policy in plain words."""
    return Screen(titled(t("privacy.title"), t("privacy.text")), _menu_and(t, (t("privacy.consent"), "consent")))


def hr_sees(t: Translator) -> Screen:
    """What leaves this chat, and what never does."""
    return Screen(titled(t("button.what_hr_sees"), t("privacy.hr_sees")), _menu_and(t, (t("privacy.title"), "privacy")))


def consent_text(t: Translator, consent: Consent) -> Screen:
    """The consent as it was agreed to, without its buttons."""
    return Screen(titled(t("consent.title"), t.words(consent)), _menu_and(t, (t("button.back"), "privacy")))


def delete_question(t: Translator) -> Screen:
    """What goes, what remains, and the word to type."""
    return Screen(
        titled(t("delete.title"), t("delete.confirm", word=t("delete.word"))),
        keyboard([(t("button.cancel"), Go(place="cancel"))]),
    )


def note(text: str) -> Screen:
    """A line that needs no buttons."""
    return Screen(Text(text), protect=False)


def _menu_and(t: Translator, other: tuple[str, str]) -> InlineKeyboardMarkup:
    text, place = other
    return keyboard([(text, Go(place=place))], [(t("button.menu"), Go(place="menu"))])


def is_delete_word(t: Translator, typed: str) -> bool:
    """Whether the word that stands on the screen was typed, in any case."""
    return typed.strip().casefold() == t("delete.word").casefold()
