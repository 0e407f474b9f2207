"""What employees read about a promise. The first line gives nothing away."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.labels import shortened
from keyboards.outreach import NoteButton
from keyboards.rows import Button, keyboard
from services.outreach.notes import DONE, Note, NoteCard, Reacted
from views.screen import Screen, lines, paragraphs
from views.translator import Translator

LINE_LENGTH = 200


def text(t: Translator, note: Note) -> Text:
    """Who says what, by when; of what is done, whether it is noticed."""
    date = "" if note.due is None else t.date(note.due, year=True)
    return paragraphs(
        t("note.first"),
        lines(t(f"note.agreed.{note.stage}" if note.by_manager else f"note.{note.stage}", date=date), note.text),
        helped(t, note.helped) or t("note.ask" if note.stage == DONE else "note.later"),
    )


def helped(t: Translator, verdict: str | None) -> str | None:
    """Whether it became easier than elsewhere since, the same for HR and for the people concerned."""
    return None if verdict is None else t("note.helped", verdict=t(f"helped.{verdict}"))


def brief(t: Translator, note: Note, length: int = LINE_LENGTH) -> str:
    """Who promised, HR or the manager, and what, on one line."""
    words = shortened(" ".join(note.text.split()), length)
    return t(f"note.brief.agreed.{note.stage}" if note.by_manager else f"note.brief.{note.stage}", text=words)


def line(t: Translator, note: Note) -> str:
    """The same within another message."""
    return t("note.also", brief=brief(t, note))


def buttons(t: Translator, note: Note) -> list[list[Button]]:
    """The two answers, under what is done."""
    if note.stage != DONE:
        return []
    return [
        [
            (t("reminder.noticed"), NoteButton(action="noticed", promise=note.promise_id)),
            (t("reminder.not_yet"), NoteButton(action="not_yet", promise=note.promise_id)),
        ]
    ]


def button(t: Translator, note: Note) -> list[Button]:
    """To the whole note."""
    return [(t("note.button"), NoteButton(action="open", promise=note.promise_id))]


def screen(t: Translator, card: NoteCard, reacted: Reacted | None = None) -> Screen:
    """The note as a screen, with what became of an answer to it."""
    return Screen(
        paragraphs(text(t, card.note), t(f"note.{reacted}") if reacted else None),
        keyboard(*(buttons(t, card.note) if card.may_react else []), [(t("button.menu"), Go(place="menu"))]),
    )
