"""Proactive messages, composed. The first line gives nothing away; what rides along has a line and buttons.

How each kind reads stands in its area's `messages.py`. A kind that is not counted (services/outbox/kinds.py) leaves
alone and has a screen of its own; the others may share a message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from keyboards.rows import Button, keyboard
from services.notifications.subjects import DueMessage
from services.outbox import kinds
from views.account import messages as account
from views.company import messages as company
from views.lifecycle import messages as lifecycle
from views.outreach import messages as outreach
from views.parts import PartView, menu
from views.screen import Screen, paragraphs
from views.summary import messages as summary
from views.translator import Translator
from views.wellbeing import messages as wellbeing

ALONE: Mapping[str, Callable[[Translator, Any], Screen]] = {
    kinds.RELINKED: lifecycle.relinked,
    kinds.RELINK_REFUSED: lifecycle.relink_refused,
    kinds.RELINK_APPROVAL: lifecycle.relink_approval,
    kinds.RELINK_DECIDED: lifecycle.relink_decided,
    kinds.OFFBOARDED: lifecycle.offboarded,
    kinds.MOVED: company.moved,
    kinds.READER: company.reader,
    kinds.REGROUPED: company.regrouped,
    kinds.CONTACT_REQUEST: outreach.contact_request,
    kinds.CONTACT_UNREAD: outreach.contact_unread,
    kinds.CONTACT_LOST: outreach.contact_lost,
    kinds.HR_SUMMARY: summary.hr_summary,
    kinds.TEAM_SUMMARY: summary.team_summary,
}
PARTS: Mapping[str, PartView[Any]] = {
    kinds.WELCOME_BACK: account.WELCOME_BACK,
    kinds.CHECKIN: wellbeing.CHECKIN,
    kinds.SNOOZED: wellbeing.CHECKIN,
    kinds.NOTE: outreach.NOTE,
    kinds.REMINDER: wellbeing.CHECKIN,
    kinds.PULSE: wellbeing.PULSE,
    kinds.PULSE_QUIET: wellbeing.PULSE_QUIET,
    kinds.REVIEW: wellbeing.REVIEW,
    kinds.NUDGE: wellbeing.NUDGE,
    kinds.AGREEMENT_NUDGE: summary.AGREEMENT_NUDGE,
    kinds.PULSE_REMINDER: wellbeing.PULSE_REMINDER,
}


def proactive(t: Translator, due: DueMessage) -> Screen:
    """The message of one delivery, with everything that is due on the same day."""
    leader, *riders = due.parts
    if leader.kind in ALONE:
        return ALONE[leader.kind](t, leader.content)
    view = PARTS[leader.kind]
    lines = [PARTS[rider.kind].line(t, rider.content) for rider in riders]
    buttons = [row for rider in riders for row in PARTS[rider.kind].rider_buttons(t, rider.content)]
    if due.held is not None:
        lines.append(outreach.held_line(t, due.held))
    if due.news is not None:
        lines.append(summary.news_line(t, due.news))
        buttons.append(summary.news_button(t))
    return Screen(
        paragraphs(view.text(t, leader.content), *lines), _keyboard(t, [*view.buttons(t, leader.content), *buttons])
    )


def _keyboard(t: Translator, rows: list[list[Button]]) -> InlineKeyboardMarkup:
    """What can be done first, the menu last."""
    home = menu(t)
    return keyboard(*(row for row in rows if row != home), home if home in rows else None)
