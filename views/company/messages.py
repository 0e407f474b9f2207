"""What people read who were moved to another department."""

from __future__ import annotations

from keyboards.rows import keyboard
from services.company.messages import MoveMessage
from views.parts import menu
from views.screen import Screen, paragraphs
from views.translator import Translator


def moved(t: Translator, message: MoveMessage) -> Screen:
    """Where they belong now, and from when it counts."""
    text = t("people.move_notice", department=message.department, date=t.date(message.since))
    return Screen(paragraphs(t("contact.notice_first"), text), keyboard(menu(t)))
