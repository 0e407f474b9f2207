"""What a view gives: text with its entities, and the buttons under it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, DateTime, Text


@dataclass(frozen=True, slots=True)
class Screen:
    """One message. Sent with entities and never with a parse mode, so no text can break out of its place."""

    text: Text
    markup: InlineKeyboardMarkup | None = None
    protect: bool = True  # personal screens cannot be forwarded
    photo: bytes | None = None  # a PNG; the text is its caption, at most 1024 characters
    is_covered: bool = False  # whether the photo is shown only at a tap


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


def below(note: str, screen: Screen) -> Screen:
    """Put a line above a screen."""
    return replace(screen, text=paragraphs(note, screen.text))


def _joined(separator: str, parts: tuple[str | Text | None, ...]) -> Text:
    there = [part for part in parts if part]
    body: list[str | Text] = []
    for part in there:
        body += [separator, part] if body else [part]
    return Text(*body)
