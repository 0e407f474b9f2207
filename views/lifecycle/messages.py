"""What people read whose account was moved, who left, or who administer the bot when a move was refused."""

from __future__ import annotations

from datetime import date

from aiogram.utils.formatting import Text

from keyboards.lifecycle import AccountMoved, RelinkDecision
from keyboards.rows import Button, keyboard
from services.lifecycle.messages import ApprovalMessage, DecisionMessage, LeavingSubject, RefusalMessage, RelinkMessage
from views.parts import menu
from views.screen import Screen, paragraphs
from views.translator import Translator


def relinked(t: Translator, message: RelinkMessage) -> Screen:
    """To the old account: is it them?"""
    return Screen(relink_notice(t, message.until), keyboard(*relink_answers(t, message.to_id)))


def relink_refused(t: Translator, message: RefusalMessage) -> Screen:
    """To every administrator: it was not them."""
    text = t("relink.refusal", name=message.name or t("contact.unnamed"))
    return Screen(paragraphs(t("contact.notice_first"), text), keyboard(menu(t)))


def relink_approval(t: Translator, message: ApprovalMessage) -> Screen:
    """To everybody else in HR: may this link work?"""
    name, asked_by = message.name or t("contact.unnamed"), message.asked_by or t("contact.unnamed")
    return Screen(
        paragraphs(t("contact.notice_first"), t("relink.approval", name=name, by=asked_by)),
        keyboard(*relink_decision(t, message.invite_id), menu(t)),
    )


def relink_decided(t: Translator, message: DecisionMessage) -> Screen:
    """To whoever made the link: it works, or it has ended."""
    key = "relink.was_approved" if message.is_approved else "relink.was_declined"
    text = t(key, name=message.name or t("contact.unnamed"))
    return Screen(paragraphs(t("contact.notice_first"), text), keyboard(menu(t)))


def offboarded(t: Translator, message: LeavingSubject) -> Screen:
    """Until when their own data can be taken away."""
    text = t("delete.offboarded", date=t.date(message.until, year=True))
    return Screen(paragraphs(t("contact.notice_first"), text), keyboard(menu(t)))


def relink_notice(t: Translator, until: date) -> Text:
    """The old account is asked, whatever the hour."""
    return paragraphs(t("relink.notice_first"), t("relink.asked", date=t.date(until)))


def relink_answers(t: Translator, to_id: int) -> list[list[Button]]:
    """Yes and No."""
    return [
        [(t("relink.yes"), AccountMoved(action="yes", to=to_id))],
        [(t("relink.no"), AccountMoved(action="no", to=to_id))],
    ]


def relink_decision(t: Translator, invite_id: int) -> list[list[Button]]:
    """Let the link work, or end it."""
    return [
        [(t("relink.approve"), RelinkDecision(action="approve", id=invite_id))],
        [(t("relink.decline"), RelinkDecision(action="decline", id=invite_id))],
    ]
