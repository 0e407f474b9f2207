"""Days as people type them: «12.12», "12 December 2026", "2026-12-12", «завтра»."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from babel.dates import get_month_names

from content import Words
from services.kit.errors import DayUnreadable, NoSuchDay

HALF_A_YEAR = timedelta(days=183)
CENTURY = 2000
SHORTEST_MONTH_NAME = 3

_LEAD = r"(?:[^\W\d_]{1,5}\s+)?"  # "until 12 December"
_DAY = r"(?P<day>\d{1,2})"
_NAME = r"(?P<name>[^\W\d_]+)\.?"
_YEAR = r"(?:,?\s*(?P<year>\d{4}))?"
FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_LEAD}(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-{_DAY}",
        rf"{_LEAD}{_DAY}[./](?P<month>\d{{1,2}})(?:[./](?P<year>\d{{4}}|\d{{2}}))?\.?",
        rf"{_LEAD}{_DAY}(?:st|nd|rd|th)?\s*{_NAME}{_YEAR}(?:\s*[^\W\d_]+\.?)?",
        rf"{_NAME}\s*{_DAY}(?:st|nd|rd|th)?{_YEAR}",
    )
)


def parse_day(text: str, today: date, words: Mapping[int, Sequence[str]]) -> date:
    """The day that somebody means; `words` are names of days by their distance from today.

    Without a year it is the coming one of that name, but a day that has just passed stays in the past: that is a slip
    rather than a wish for next year. Raises DayUnreadable, NoSuchDay.
    """
    typed = " ".join(text.casefold().split())
    for distance, names in words.items():
        if typed in names:
            return today + timedelta(days=distance)
    match = next((match for form in FORMS if (match := form.fullmatch(typed))), None)
    if match is None:
        raise DayUnreadable
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
    if parts["year"] is None:
        return _coming(int(parts["day"]), month, today)
    year = int(parts["year"])
    return _existing(year if year > 99 else CENTURY + year, month, int(parts["day"]))


def coming_day_in(
    text: str, today: date, words: Mapping[int, Sequence[str]], weekdays: Mapping[int, Sequence[str]]
) -> date | None:
    """The first day after today that a sentence names; None when it names none.

    `words` are names of days by their distance from today, `weekdays` the forms of the weekdays, Monday is 0.
    """
    distances = {name: distance for distance, names in words.items() for name in names if distance}
    distances |= {name: (day - today.weekday() - 1) % 7 + 1 for day, names in weekdays.items() for name in names}
    longest_first = sorted(distances, key=lambda name: -len(name))
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", " ".join(text.casefold().split()))
    return None if found is None else today + timedelta(days=distances[found[0]])


def _coming(day: int, month: int, today: date) -> date:
    try:
        this_year = _existing(today.year, month, day)
    except NoSuchDay:  # 29 February, perhaps
        return _existing(today.year + 1, month, day)
    return this_year if this_year > today - HALF_A_YEAR else _existing(today.year + 1, month, day)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay from None


def _month(name: str) -> int:
    """The month with this name, or with a name that begins so, in any language and case of the noun."""
    for locale in Words.model_fields:
        for context in ("format", "stand-alone"):
            for month, full in get_month_names("wide", context, locale).items():
                if len(name) >= SHORTEST_MONTH_NAME and full.casefold().startswith(name):
                    return int(month)
    raise DayUnreadable
