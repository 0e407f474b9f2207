"""What HR types for an invite, and what Telegram tells of an account that was chosen for one."""

from __future__ import annotations

from services.kit.errors import Refusal
from services.kit.text import NAME_LENGTH, read_line
from services.lifecycle.errors import UsesUnreadable

MOST_USES = 10_000


def read_name(text: str) -> str:
    """Return someone's name as typed, on one line. Raise NoLetters, TooLong."""
    return read_line(text, NAME_LENGTH)


def name_of_account(first: str | None, last: str | None) -> str | None:
    """Return the name that an account bears in Telegram, as HR's list may have it; None where there is none that will
    do.
    """
    try:
        return read_name(" ".join(filter(None, (first, last))))
    except Refusal:
        return None


def read_uses(text: str) -> int:
    """Return a number of uses as typed. Raise UsesUnreadable."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) <= MOST_USES):
        raise UsesUnreadable(MOST_USES)
    return int(digits[:9])
