"""What HR reads when people ask to be contacted, and what people read about a promise."""

from __future__ import annotations

from keyboards.rows import Button, keyboard
from services.outreach.messages import ContactMessage
from services.outreach.notes import Note
from views.outreach import contact, notes
from views.parts import PartView, menu
from views.screen import Screen, paragraphs
from views.translator import Translator


def contact_request(t: Translator, message: ContactMessage) -> Screen:
    """Who asks and how to reach them, with HR's answers."""
    text = paragraphs(contact.notice(t, message.details))
    return Screen(text, keyboard(*contact.replies(t, message.request_id, "open")))


def _note_buttons(t: Translator, note: Note) -> list[list[Button]]:
    return notes.buttons(t, note) or [menu(t)]


def _note_rider_buttons(t: Translator, note: Note) -> list[list[Button]]:
    """Within another message only the way to the whole note: whose «Noticed» it is would not be clear."""
    return [notes.button(t, note)]


NOTE = PartView(notes.text, notes.line, _note_buttons, _note_rider_buttons)
