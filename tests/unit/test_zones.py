"""Time zones as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.core import get_global

from content import load_content
from services.kit.errors import UnknownZone
from services.kit.zones import Zones, is_zone
from views.translator import Catalogs

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
ZONES = Zones(load_content().typed)


FOUND = {
    "Новосибирск": "Asia/Novosibirsk",
    "новосибирск ": "Asia/Novosibirsk",
    "Novosibirsk": "Asia/Novosibirsk",
    "Санкт-Петербург": "Europe/Moscow",
    "санкт петербург": "Europe/Moscow",
    "Орёл": "Europe/Moscow",
    "орел": "Europe/Moscow",
    "Казань": "Europe/Moscow",
    "Пермь": "Asia/Yekaterinburg",
    "Хабаровск": "Asia/Vladivostok",
    "Усть-Нера": "Asia/Ust-Nera",
    "London": "Europe/London",
    "new york": "America/New_York",
    "São Paulo": "America/Sao_Paulo",
    "Sao Paulo": "America/Sao_Paulo",
    "Калькутта": "Asia/Kolkata",
    "Calcutta": "Asia/Kolkata",
    "Kiev": "Europe/Kyiv",
    "Europe/Berlin": "Europe/Berlin",
    "europe/berlin": "Europe/Berlin",
    "UTC": "Etc/UTC",
    "gmt": "Etc/UTC",
    "+7": "Asia/Novosibirsk",
    "+07:00": "Asia/Novosibirsk",
    "UTC+7": "Asia/Novosibirsk",
    "utc +3": "Europe/Moscow",
    "GMT+12": "Asia/Kamchatka",
    "мск+4": "Asia/Novosibirsk",
    "МСК-1": "Europe/Kaliningrad",
    "UTC+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+0": "Etc/UTC",
    "-5": "Etc/GMT+5",
    "\u22125": "Etc/GMT+5",
    "+1": "Etc/GMT-1",
    "+14": "Etc/GMT-14",
    "-12": "Etc/GMT+12",
    "-3:30": "America/St_Johns",
}


def test_a_zone_is_found() -> None:
    assert {text: ZONES.find(text, NOW) for text in FOUND} == FOUND


@pytest.mark.parametrize(
    "text",
    ["", "Атлантида", "Mars/Phobos", "+25", "+15", "-13", "7", "+7:75", "Этоград+3", "../../etc/passwd", "😀", "+"],
)
def test_a_zone_that_does_not_exist(text: str) -> None:
    with pytest.raises(UnknownZone):
        ZONES.find(text, NOW)


def test_every_whole_offset_keeps_its_distance_all_year() -> None:
    for hours in range(-12, 15):
        zone = ZoneInfo(ZONES.find(f"{hours:+d}", NOW))
        for month in range(1, 13):
            assert datetime(2026, month, 1, tzinfo=zone).utcoffset() == timedelta(hours=hours), (hours, month)


def test_every_zone_that_can_be_found_can_be_used() -> None:
    found = {zone for zone in get_global("zone_territories") if is_zone(zone)}
    assert len(found) > 400
    assert found <= available_timezones()
    assert not is_zone("Mars/Phobos")
    assert not is_zone("Etc/Unknown")


def test_russian_zones_are_offered_first_and_each_once() -> None:
    russian = {zone for zone, territory in get_global("zone_territories").items() if territory == "RU"}
    assert set(ZONES.offered[:12]) <= russian
    assert len(set(ZONES.offered)) == len(ZONES.offered)
    assert all(is_zone(zone) for zone in ZONES.offered)


def test_every_zone_that_is_offered_has_a_name_in_russian() -> None:
    ru = Catalogs().translator("ru")
    assert [zone for zone in ZONES.offered if not re.search("[а-яё]", ru.place(zone))] == []


def test_a_zone_has_a_name_that_is_not_misread() -> None:
    ru, en = Catalogs().translator("ru"), Catalogs().translator("en")
    assert (ru.place("Asia/Novosibirsk"), en.place("Asia/Novosibirsk")) == ("Новосибирск", "Novosibirsk")
    assert ru.place("Etc/GMT-7") == en.place("Etc/GMT-7") == "UTC+7"
    assert ru.place("Etc/GMT+5") == "UTC\u22125"
    assert en.place("Etc/UTC") == "UTC"
    assert en.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
