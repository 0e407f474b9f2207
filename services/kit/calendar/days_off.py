"""Days on which no one is written to: public holidays of a country, and what the organisation adds or takes away.

Public holidays come from the package `holidays`, without the network. It is slow to import, so `prepare` does it in a
thread before the first question, and only of the countries that someone has: all 250 of them take 8 MB.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

NO_COUNTRY = ""
SHAPE = re.compile(r"[A-Z]{2}(-\w{1,12})?", re.ASCII)  # ISO 3166-1, and a subdivision


@dataclass(frozen=True, slots=True)
class OwnDays:
    """Days of the organisation, both ends included: everyone is off, or everyone works (`is_working`)."""

    first: date
    last: date
    is_working: bool


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What is known about days off for the people of one place.

    `country` is an ISO 3166-1 code, perhaps with a subdivision ("RU", "DE-BY"), or empty for none. The organisation's
    `own` days win over public holidays, and among them a working day over a day off.
    """

    country: str = NO_COUNTRY
    own: tuple[OwnDays, ...] = ()

    def is_off(self, day: date) -> bool:
        """Return whether everyone is off on that day, whatever their working days."""
        own = self._own(day)
        return day in _public(self.country, day.year).off if own is None else not own

    def is_extra(self, day: date) -> bool:
        """Return whether a day that is usually off, such as a Saturday, is a working day."""
        own = self._own(day)
        return day in _public(self.country, day.year).working if own is None else own

    def _own(self, day: date) -> bool | None:
        """Return whether the organisation works on that day; None where it says nothing."""
        said = [own.is_working for own in self.own if own.first <= day <= own.last]
        return any(said) if said else None


NO_DAYS_OFF = DaysOff()


@lru_cache(maxsize=64)
def days_off(country: str | None, own: str | None) -> DaysOff:
    """Return what two columns hold: the country, and the organisation's days as models/computed.py joins them."""
    return DaysOff(country or NO_COUNTRY, tuple(_own_days(text) for text in (own or "").split(",") if text))


def is_known(country: str) -> bool:
    """Return whether there is a calendar of that country and subdivision. The first call is slow."""
    if not SHAPE.fullmatch(country):
        return False
    try:
        _calendar(country, None)
    except NotImplementedError:
        return False
    return True


@cache
def known_until(country: str) -> int:
    """Return the last year whose holidays are known.

    Where working days are moved by decree, that is the last year for which the decree was out when the installed
    version of the package was made; later years have the fixed holidays only.
    """
    calendar = _calendar(country, None)
    if getattr(calendar, "substituted_label", None) is None:
        return int(calendar.end_year)
    return max(getattr(calendar, "special_public_holidays", {}), default=int(calendar.end_year))


def prepare(countries: Iterable[str], years: Iterable[int]) -> None:
    """Compute these calendars, so that no one waits for them. Slow at first: call it in a thread."""
    years = tuple(years)
    for country in countries:
        for year in years:
            _public(country, year)


@dataclass(frozen=True, slots=True)
class _PublicDays:
    """The days off of one year, and the weekend days on which people work instead."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()


@lru_cache(maxsize=512)
def _public(country: str, year: int) -> _PublicDays:
    if not country:
        return _PublicDays()
    try:
        calendar = _calendar(country, year)
    except NotImplementedError:  # of a department, under an older version of the package
        return _PublicDays()
    return _PublicDays(frozenset(calendar), frozenset(calendar.weekend_workdays))


def _calendar(country: str, year: int | None) -> HolidayBase:
    """Return one country's calendar. Raise NotImplementedError for an unknown one."""
    from holidays import country_holidays  # noqa: PLC0415 (see the top of the file)

    _leave_countries_unread()
    code, _, subdivision = country.partition("-")
    return country_holidays(code, subdiv=subdivision or None, years=year)


@cache
def _leave_countries_unread() -> None:
    """Keep the folder of all countries from importing each of them as soon as one is asked for."""
    folder = find_spec("holidays.countries")
    assert folder is not None
    sys.modules.setdefault(folder.name, module_from_spec(folder))


def _own_days(text: str) -> OwnDays:
    first, last, is_working = text.split("/")
    return OwnDays(date.fromisoformat(first), date.fromisoformat(last), is_working == "1")
