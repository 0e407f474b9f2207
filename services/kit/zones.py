"""Time zones as people type them: a city in any language, «+7», "UTC+5:30", «мск+4», "Europe/Berlin"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from content import Typed
from locales import LOCALES
from services.kit.errors import UnknownZone

OFFSET = re.compile(r"(?P<base>[^+-]*)(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?:[:.](?P<minutes>[0-5]\d))?")
MINUSES = str.maketrans("\u2212\u2013\u2014", "---")
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
NO_OFFSET = timedelta()
NOWHERE = "Etc/Unknown"


class Zones:
    """Finds the zone that someone means. Every zone is one of the time zone database."""

    def __init__(self, typed: Typed) -> None:
        self.offered = typed.zones
        self._names = {_plain(name): zone for zone, names in typed.cities.items() for name in names}
        self._names = {**_names_of_zones(), **self._names}

    def find(self, text: str, now: datetime) -> str:
        """Return the zone of a city, of a zone's name, or of an offset from UTC or from a city. Raise UnknownZone."""
        zone = self._names.get(_plain(text)) or self._at(self._offset(text, now), now)
        if zone is None:
            raise UnknownZone
        return zone

    def _offset(self, text: str, now: datetime) -> timedelta | None:
        match = OFFSET.fullmatch(text.strip().translate(MINUSES))
        if match is None:
            return None
        distance = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        base = self._names.get(_plain(match["base"])) if match["base"].strip() else "Etc/UTC"
        if base is None:
            return None
        offset = _offset_of(base, now) + (distance if match["sign"] == "+" else -distance)
        return offset if WESTMOST <= offset <= EASTMOST else None

    def _at(self, offset: timedelta | None, now: datetime) -> str | None:
        """Return a zone that keeps this offset all year, else one that has it now."""
        if offset is None:
            return None
        candidates = [*self.offered, *_fixed_zone(offset), *sorted(set(_names_of_zones().values()))]
        seasons = [datetime(now.year, month, 1, tzinfo=UTC) for month in (1, 7)]
        all_year = (zone for zone in candidates if {_offset_of(zone, season) for season in seasons} == {offset})
        at_present = (zone for zone in candidates if _offset_of(zone, now) == offset)
        return next(all_year, None) or next(at_present, None)


def is_zone(name: str) -> bool:
    """Return whether this is exactly the name of a time zone."""
    return name in get_global("zone_territories") and name != NOWHERE


def city(zone: str, locale: str) -> str:
    """Return the city that gives a zone its name: «Новосибирск», "Novosibirsk". Babel has some of them under older
    names.
    """
    names = Locale.parse(locale).time_zones
    for name in (zone, *_older_names().get(zone, ())):
        if found := names.get(name, {}).get("city"):
            return str(found)
    return str(get_timezone_location(zone, locale=locale, return_city=True)).rpartition("/")[2]


def _offset_of(zone: str, now: datetime) -> timedelta:
    return now.astimezone(ZoneInfo(zone)).utcoffset() or NO_OFFSET


def _fixed_zone(offset: timedelta) -> Iterator[str]:
    """Return the zone of a whole-hour offset. In its name east is minus, as POSIX wants it."""
    hours, rest = divmod(offset, timedelta(hours=1))
    if not rest:
        yield f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"


def _plain(text: str) -> str:
    """Return words in small letters without accents: what people write with and without a hyphen is the same."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    spaced = (char if char.isalnum() else " " for char in letters if not unicodedata.combining(char))
    return " ".join("".join(spaced).split())


@cache
def _names_of_zones() -> dict[str, str]:
    """Return the zones of places, by their name, by the last part of it, old spellings too, and by the city in each
    language.

    Takes some 70 ms, so it is done once, at the start.
    """
    zones = [zone for zone in get_global("zone_territories") if not zone.startswith("Etc/")]
    names: dict[str, str] = {}
    for zone in zones:
        cities = [city(zone, locale) for locale in LOCALES]
        for name in (zone, zone.rpartition("/")[2], *cities):
            names.setdefault(_plain(name), zone)
    for zone, older in _older_names().items():
        for name in older:
            if zone in zones and "/" in name:
                names.setdefault(_plain(name), zone)
                names.setdefault(_plain(name.rpartition("/")[2]), zone)
    return names


@cache
def _older_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for older, zone in get_global("zone_aliases").items():
        names.setdefault(zone, []).append(older)
    return names
