"""Days as people type them: «12.12», "12 December 2026", "2026-12-12", «завтра», "by Friday", «через неделю»."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from babel.dates import get_month_names

from content import Typed
from locales import LOCALES
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
FORMS_IN_A_SENTENCE = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\d.-])(?P<year>\d{{4}})-(?P<month>\d{{2}})-{_DAY}(?!\d)",
        # two digits for the month, since 0.5 is half a job
        rf"(?<![\d.:,]){_DAY}\.(?P<month>\d{{2}})(?:\.(?P<year>\d{{4}}|\d{{2}}))?(?![\d:])",
        rf"(?<![\d.:,/]){_DAY}/(?P<month>\d{{2}})/(?P<year>\d{{4}}|\d{{2}})(?!\d)",  # 7/10 is a share
        rf"(?<![\d.:,]){_DAY}(?:-?[^\W\d_]{{2}})? (?:of )?{_NAME}{_YEAR}",
        rf"\b{_NAME} {_DAY}(?:st|nd|rd|th)?(?![\w:]){_YEAR}",
    )
)


def parse_day(text: str, today: date, words: Typed) -> date:
    """Return the day that someone means; a weekday is the coming one.

    Without a year it is the coming one of that name, but a day that has just passed stays in the past: that is a slip
    rather than a wish for next year. Raise DayUnreadable, NoSuchDay.
    """
    typed = " ".join(text.casefold().split()).rstrip(".!")
    lead, _, rest = typed.partition(" ")
    named = rest if lead in words.before_a_day else typed
    ahead = {name: distance for distance, names in {**words.days, **words.later}.items() for name in names}
    distance = (ahead | _until_weekdays(today, words.weekdays)).get(named)
    if distance is not None:
        return today + timedelta(days=distance)
    match = next((match for form in FORMS if (match := form.fullmatch(typed))), None)
    if match is None:
        raise DayUnreadable
    return _read(match.groupdict(), today)


def coming_day_in(
    text: str,
    today: date,
    words: Mapping[int, Sequence[str]],
    weekdays: Mapping[int, Sequence[str]],
    before_hours: Sequence[str],
) -> date | None:
    """Return the first day after today that a sentence names by a word or a date; None when it names none.

    `words` are names of days by their distance from today, `weekdays` the forms of the weekdays, Monday is 0. After one
    of `before_hours` two numbers with a dot are an hour.
    """
    said = " ".join(text.casefold().split())
    ahead = {name: distance for distance, names in words.items() for name in names if distance}
    until = _until_weekdays(today, weekdays)
    hours = [[word] for word in before_hours]
    dates = [
        (found.start(), day)
        for form in FORMS_IN_A_SENTENCE
        for found in form.finditer(said)
        if not ("month" in found.groupdict() and said[: found.start()].split()[-1:] in hours)
        and (day := _day_of(found, today)) is not None
        and day > today
    ]
    # a weekday beside a date only repeats it
    named = [*dates, *_named(said, today, ahead)] or _named(said, today, until)
    return min(named)[1] if named else None


def _until_weekdays(today: date, weekdays: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """Return how many days it is until the coming one of each weekday, by its names."""
    return {name: (day - today.weekday() - 1) % 7 + 1 for day, names in weekdays.items() for name in names}


def _named(said: str, today: date, distances: Mapping[str, int]) -> list[tuple[int, date]]:
    """Where days are named by these words, with the days."""
    longest_first = sorted(distances, key=len, reverse=True)
    found = re.finditer(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", said)
    return [(one.start(), today + timedelta(days=distances[one[0]])) for one in found]


def _day_of(found: re.Match[str], today: date) -> date | None:
    """Return the day of a date within a sentence, None where it only looks like one (10.30, "5 minutes")."""
    try:
        return _read(found.groupdict(), today)
    except (DayUnreadable, NoSuchDay):
        return None


def _read(parts: Mapping[str, str | None], today: date) -> date:
    day, year = int(parts["day"] or 0), parts.get("year")
    month = int(parts["month"] or 0) if parts.get("month") else _month(parts["name"] or "")
    if year is None:
        return _coming(day, month, today)
    return _existing(int(year) if len(year) > 2 else CENTURY + int(year), month, day)


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
    """Return the month with this name, or with a name that begins so, in any language and case of the noun."""
    for locale in LOCALES:
        for context in ("format", "stand-alone"):
            for month, full in get_month_names("wide", context, locale).items():
                if len(name) >= SHORTEST_MONTH_NAME and full.casefold().startswith(name):
                    return int(month)
    raise DayUnreadable
