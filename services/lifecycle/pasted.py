"""What people paste instead of opening a link: the token in a text, and whose link it is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from services.kit.text import without_invisible

# Markdown may stand right beside a token, which may itself begin or end with an underscore or a dash.
RUN = re.compile(r"(?<![A-Za-z0-9_-])([_-]{0,3})([A-Za-z0-9_-]{43,46})(?![A-Za-z0-9_-])")
TOKEN_LENGTH = 43
MOST_CANDIDATES = 20  # a text of tokens alone is no one's invite
USERNAME = r"([A-Za-z]\w{3,31})"
LINKS = (
    re.compile(rf"\b(?:t|telegram)\.(?:me|dog)/{USERNAME}/?\?\S*\bstart=", re.IGNORECASE),
    re.compile(rf"\b{USERNAME}\.t\.me/?\?\S*\bstart=", re.IGNORECASE),
    re.compile(rf"\btg:(?://)?resolve/?\?\S*\bdomain={USERNAME}\b", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found in a text: whatever may be a token, and the bots, in small letters, whose links stand in it."""

    tokens: tuple[str, ...]
    bots: frozenset[str]


def read_pasted(text: str) -> Pasted:
    """Find tokens and links in a text, wherever they stand and whatever is around them."""
    text = unquote(without_invisible(text))
    tokens = [
        run[start : start + TOKEN_LENGTH]
        for run in (found[1] + found[2] for found in RUN.finditer(text))
        for start in range(len(run) - TOKEN_LENGTH + 1)
        if not (run[:start] + run[start + TOKEN_LENGTH :]).strip("_-")
    ]
    bots = frozenset(found[1].lower() for link in LINKS for found in link.finditer(text))
    return Pasted(tuple(tokens[:MOST_CANDIDATES]), bots)
