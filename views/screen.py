"""What a view gives: text with its entities, and the buttons under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup, MessageEntity, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram.utils.formatting import Bold, DateTime, Spoiler, Text

Below = ReplyKeyboardMarkup | ReplyKeyboardRemove


class Json(str):
    """A part of a message that is JSON already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Face:
    """What a message shows, as it goes over the wire: the text, its entities and the buttons, None for none."""

    text: str
    entities: Json | None
    buttons: Json | None


def face_of(text: str, entities: Sequence[MessageEntity] | None, markup: InlineKeyboardMarkup | Below | None) -> Face:
    """Return what a message with this text, these entities and these buttons shows."""
    parts = ",".join(entity.model_dump_json(exclude_none=True) for entity in entities or ())
    return Face(
        text, Json(f"[{parts}]") if parts else None, Json(markup.model_dump_json(exclude_none=True)) if markup else None
    )


@dataclass(frozen=True, slots=True)
class Screen:
    """One message. Sent with entities and never with a parse mode, so no text can break out of its place."""

    text: Text
    markup: InlineKeyboardMarkup | None = None
    protect: bool = True  # personal screens cannot be forwarded
    photo: bytes | None = None  # a PNG; the text is its caption, at most 1024 characters
    is_covered: bool = False  # whether the photo is shown only at a tap
    below: Below | None = None  # under the place where one types; of a new message without buttons

    @property
    def face(self) -> Face:
        """Return what a message with this screen shows."""
        return face_of(*self.text.render(), self.markup or self.below)


@dataclass(frozen=True, slots=True)
class PreparedScreen(Screen):
    """A screen of which everything was put together before. `prepared` has its buttons, `markup` hasn't."""

    prepared: Face = Face("", None, None)

    @property
    def face(self) -> Face:
        """Return what was prepared."""
        return self.prepared


@dataclass(frozen=True, slots=True)
class Document:
    """A file with a line under it. Files are taken away, so they are never protected."""

    name: str
    content: bytes
    caption: str


def paragraphs(*parts: str | Text | None) -> Text:
    """Join what is there by empty lines."""
    return _joined("\n\n", parts)


def lines(*parts: str | Text | None) -> Text:
    """Join what is there by line breaks."""
    return _joined("\n", parts)


def titled(title: str, *parts: str | Text | None) -> Text:
    """A bold first line, then paragraphs."""
    return paragraphs(Bold(title), *parts)


def dated(words: str, said: str, moment: datetime) -> Text:
    """Mark what the words say of a moment, so that a press on it tells it in the reader's own zone; the words stay."""
    before, found, after = words.partition(said)
    return Text(before, DateTime(found, unix_time=moment, date_time_format=""), after)


def covered(words: str, said: str) -> Text:
    """Cover what the words say of someone: in notifications and the list of chats it can't be read, here at a tap."""
    before, found, after = words.partition(said)
    return Text(before, Spoiler(found), after)


def below(note: str, screen: Screen) -> Screen:
    """Put a line above a screen."""
    return replace(screen, text=paragraphs(note, screen.text))


def _joined(separator: str, parts: tuple[str | Text | None, ...]) -> Text:
    there = [part for part in parts if part]
    body: list[str | Text] = []
    for part in there:
        body += [separator, part] if body else [part]
    return Text(*body)
