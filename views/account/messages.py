"""The greeting after a leave."""

from __future__ import annotations

from keyboards.rows import Button
from services.account.settings import ReturnSubject
from views.parts import PartView, menu
from views.translator import Translator


def _text(t: Translator, _: ReturnSubject) -> str:
    return t("reminder.welcome_back")


def _buttons(t: Translator, _: ReturnSubject) -> list[list[Button]]:
    return [menu(t)]


WELCOME_BACK = PartView(_text, _text, _buttons, _buttons)
