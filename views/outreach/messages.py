"""What HR reads when people ask to be contacted, and what people read about their request or a promise."""

from __future__ import annotations

from keyboards.account import Go
from keyboards.outreach import AskHr
from keyboards.rows import Button, keyboard
from services.outreach.messages import ContactMessage, ContactSubject, HeldNews
from services.outreach.notes import Note
from views.outreach import contact, notes
from views.parts import PartView, menu
from views.screen import Screen, paragraphs
from views.translator import Translator


def contact_request(t: Translator, message: ContactMessage) -> Screen:
    """Who asks and how to reach them, with HR's answers."""
    text = paragraphs(contact.notice(t, message.details))
    return Screen(text, keyboard(*contact.replies(t, message.request_id, "open")))


def contact_unread(t: Translator, _: ContactSubject) -> Screen:
    """To the author of a request that HR has not read for a working day."""
    return _another(t, "contact.unread", "contact.leave_it")


def contact_lost(t: Translator, _: ContactSubject) -> Screen:
    """To the author of a request that nobody will answer."""
    return _another(t, "contact.lost", "button.someone_to_talk_to")


def _another(t: Translator, text: str, otherwise: str) -> Screen:
    return Screen(
        paragraphs(t("contact.notice_first"), t(text)),
        keyboard([(t("contact.choose_another"), AskHr(action="open"))], [(t(otherwise), Go(place="help_now"))]),
    )


def _note_buttons(t: Translator, note: Note) -> list[list[Button]]:
    return notes.buttons(t, note) or [menu(t)]


def _note_rider_buttons(t: Translator, note: Note) -> list[list[Button]]:
    """Within another message only the way to the whole note: whose «Noticed» it is would not be clear."""
    return [notes.button(t, note)]


NOTE = PartView(notes.text, notes.line, _note_buttons, _note_rider_buttons)


def held_line(t: Translator, held: HeldNews) -> str:
    """That the check-in is held, and until what is done where that is for the reader."""
    if held.note is None:
        return t("held.line", date=t.date(held.first))
    return t("held.line_note", date=t.date(held.first), brief=notes.brief(t, held.note))
