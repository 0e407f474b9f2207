"""A promise while it is being written: its fields, what is asked next, and what it will say."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self

from pydantic import TypeAdapter, ValidationError

from content import HrActions, Words
from content.hr_actions import Action
from services.company.audience import Target
from services.company.memberships import GroupKey
from services.kit.errors import DayUnreadable
from services.kit.text import clean_line, says_something
from services.outreach.errors import DraftChanged, DraftGone, NoteEmpty, NoteTooLong
from services.outreach.notes import DONE, MOVED, PLANNED, Note, Stage

TEXT_LENGTH = 500
EMPTY_LINES = re.compile(r"\n{3,}")
Field = Literal["text", "second", "due"]


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """A promise that is being written; it lives in the conversation.

    `texts` by language, the author's first; `asks`: what is asked now, and what typing replaces once it `is_ready`.
    `promise_id`: the promise that is being changed. `owner_id`: who does it; `action`: the suggested step behind it.
    `by_manager`: an agreement that a manager records. `names_owner`: who does it was chosen here.
    """

    target: GroupKey
    is_done: bool
    locale: str
    texts: Mapping[str, str]
    due: date | None
    asks: Field
    is_ready: bool = False
    promise_id: int | None = None
    owner_id: int | None = None
    action: str | None = None
    by_manager: bool = False
    names_owner: bool = False

    @property
    def second_locale(self) -> str:
        """The language for which a text of its own may be given."""
        return "ru" if self.locale == "en" else "en"

    @property
    def stamp(self) -> str:
        """A fingerprint of what is written, so that a preview confirms only what it shows."""
        return f"{zlib.crc32(_DRAFT.dump_json(self)):08x}"

    def in_(self, locale: str) -> str:
        """Return the text for readers of a language."""
        return self.texts.get(locale) or next(iter(self.texts.values()))

    def note(self, locale: str) -> Note:
        """Return what readers of a language will be sent."""
        return Note(self.promise_id or 0, self.stage, self.in_(locale), self.due, self.by_manager)

    @property
    def stage(self) -> Stage:
        """What the note will say of the promise."""
        if self.is_done:
            return DONE
        return MOVED if self.promise_id is not None and self.asks == "due" else PLANNED


@dataclass(frozen=True, slots=True)
class SuggestedPromise:
    """A suggested step as a promise: its id, the words, and in how many days it may be done."""

    action: str
    words: Words
    days: int

    @classmethod
    def of(cls, content: HrActions, action: Action) -> Self:
        """Return the promise that an action of the content becomes."""
        return cls(action.id, action.told, content.horizons[action.horizon].days)


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft with the names of its target and of who does it, and the dates that can be pressed."""

    draft: PromiseDraft
    target: Target
    owner: str | None
    offered: tuple[date, ...]


def read_draft(data: Mapping[str, Any]) -> PromiseDraft:
    """Return the draft of a conversation. Raise DraftGone."""
    try:
        return _DRAFT.validate_python(data)
    except ValidationError:
        raise DraftGone from None


def require_previewed(draft: PromiseDraft, stamp: str) -> None:
    """Raise DraftChanged unless this is what the preview with that stamp showed, ready to be saved."""
    if not draft.is_ready or draft.stamp != stamp:
        raise DraftChanged


def draft_data(draft: PromiseDraft) -> dict[str, Any]:
    """Return what the conversation remembers of a draft."""
    data: dict[str, Any] = _DRAFT.dump_python(draft, mode="json")
    return data


def read_due(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DayUnreadable from None


def read_page(value: str) -> int:
    """Return the number of a page in the data of a button, 0 for anything else."""
    return int(value) if value.isdecimal() else 0


def clean_text(text: str) -> str:
    """Return what was typed, without control marks; its line breaks stay. Raise NoteEmpty, NoteTooLong."""
    cleaned = EMPTY_LINES.sub("\n\n", "\n".join(map(clean_line, text.splitlines()))).strip()
    if not says_something(cleaned):
        raise NoteEmpty
    if len(cleaned) > TEXT_LENGTH:
        raise NoteTooLong(len(cleaned), TEXT_LENGTH)
    return cleaned


def next_field(draft: PromiseDraft) -> PromiseDraft:
    """After the text its second language, then the date where one is needed, then the preview."""
    if draft.is_ready:
        return draft
    if draft.asks == "text":
        return replace(draft, asks="second")
    needs_date = not draft.is_done and draft.due is None
    return replace(draft, asks="due") if needs_date else replace(draft, is_ready=True)


def wording_of(draft: PromiseDraft) -> dict[str, str | None]:
    """Return the columns: one text for everyone, or one more for readers of English."""
    own = next((text for locale, text in draft.texts.items() if locale != "en"), None)
    return {"text": own or draft.in_(draft.locale), "text_en": draft.texts.get("en") if own else None}


_DRAFT = TypeAdapter(PromiseDraft)
