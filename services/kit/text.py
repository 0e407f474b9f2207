"""Text that people type or read: cleaned names and lines, and a name in a reader's language."""

from __future__ import annotations

from services.kit.errors import NoLetters, TooLong


def name_in(locale: str, name: str, name_en: str | None) -> str:
    """The name for readers of this language."""
    return (locale == "en" and name_en) or name


NAME_LENGTH = 200
JOINERS = "\u200c\u200d"  # invisible, and yet a part of Persian words and of emoji


def clean_line(text: str) -> str:
    """One line without control or direction marks; may be empty."""
    return " ".join("".join(char if char.isprintable() or char in JOINERS else " " for char in text).split())


def read_line(text: str, longest: int) -> str:
    """What was typed, on one line. Raises NoLetters, and TooLong from more than `longest` characters."""
    line = clean_line(text)
    if not any(char.isalpha() for char in line):
        raise NoLetters
    if len(line) > longest:
        raise TooLong(longest)
    return line


def clean_name(name: str) -> str:
    """A name fit to be shown: one line, at most NAME_LENGTH characters; may be empty."""
    return clean_line(name)[:NAME_LENGTH].strip()
