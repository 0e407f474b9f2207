"""Text that people type or read: cleaned names and lines, a name in a reader's language, words for commands."""

from __future__ import annotations

import unicodedata
from unicodedata import normalize

from content import Typed
from services.kit.errors import NoLetters, TooLong


def name_in(locale: str, name: str, name_en: str | None) -> str:
    """Return the name for readers of this language."""
    return (locale == "en" and name_en) or name


NAME_LENGTH = 200
DIAERESIS = "\u0308"
JOINERS = "\u200c\u200d"  # invisible, and yet a part of Persian words and of emoji
BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that are drawn as nothing: Hangul fillers, empty Braille
UNSEEN = "CZM"  # control and format characters, spaces, and marks that need a letter to stand on


def is_visible(char: str) -> bool:
    """Return whether a character is seen when it stands alone."""
    return char not in BLANK and unicodedata.category(char)[0] not in UNSEEN


def says_something(text: str) -> bool:
    """Return whether there is a letter or a digit that is seen."""
    return any(char.isalnum() and is_visible(char) for char in text)


def without_invisible(text: str) -> str:
    """Return the text without the format characters that come along when something is copied."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def clean_line(text: str) -> str:
    """Return one line without control or direction marks; may be empty."""
    return " ".join("".join(char if char.isprintable() or char in JOINERS else " " for char in text).split())


def spoken(text: str) -> str:
    """Return what all spellings of the same words have in common: no capitals, diaereses and outer punctuation."""
    bare = normalize("NFC", normalize("NFD", clean_line(text).casefold()).replace(DIAERESIS, ""))
    return bare.replace("’", "'").strip(" .,:;!?…()«»“”\"'")


def clean_phone(number: str, *, is_of_telegram: bool) -> str:
    """Return a phone number without blanks and brackets, may be empty. Telegram gives its own users' without the +."""
    digits = "".join(char for char in number if char.isdecimal())
    return f"+{digits}" if digits and (is_of_telegram or number.strip().startswith("+")) else digits


def read_line(text: str, longest: int) -> str:
    """Return what was typed, on one line. Raise NoLetters, and TooLong from more than `longest` characters."""
    line = clean_line(text)
    if not any(char.isalpha() and is_visible(char) for char in line):
        raise NoLetters
    if len(line) > longest:
        raise TooLong(longest)
    return line


def clean_name(name: str) -> str:
    """Return a name that can be shown: one line, at most NAME_LENGTH characters; empty when none of it is visible."""
    line = clean_line(name)[:NAME_LENGTH].strip()
    return line if any(map(is_visible, line)) else ""


class Phrases:
    """What a message means that no one asked for."""

    def __init__(self, typed: Typed) -> None:
        self._commands = {spoken(phrase): f"/{name}" for name, phrases in typed.commands.items() for phrase in phrases}
        self._thanks = {spoken(phrase) for phrase in typed.thanks}

    def command(self, text: str) -> str | None:
        """Return the command that a whole message means, None for any other."""
        return self._commands.get(spoken(text))

    def is_thanks(self, text: str) -> bool:
        """Return whether a whole message says thanks."""
        return spoken(text) in self._thanks
