"""What the data behind buttons is made of: 64 bytes at most, and garbage is refused before any handler sees it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from locales import LOCALES


def _spoken(locale: str) -> str:
    if locale not in LOCALES:
        raise ValueError("no such language")
    return locale


Whole = Annotated[int, Field(ge=0, lt=2**31)]  # what an integer column holds: anything else is garbage, not an error
Day = Annotated[int, Field(ge=1, le=date.max.toordinal())]  # a date as its ordinal
Language = Annotated[str, AfterValidator(_spoken)]
CellKey = Annotated[str, Field(pattern=r"^(company|[dg]\d{1,10})$")]  # of a group, or of the company
