"""Words, figures and dates in the language of one person.

The catalogs are plain .po files, compiled in memory when they are loaded, so there is no .mo to build or to forget,
and the bot runs from a read-only file system. A key that a catalog lacks is a KeyError and never a text on a screen.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

from aiogram.utils.i18n import I18n
from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from content import Words
from locales import LOCALES_PATH
from services.kit import zones

DOMAIN = "bot"
DEFAULT_LOCALE = "ru"

_OFFSET_ZONE = re.compile(r"Etc/GMT([+-]\d+)")
_DAY = "d\u00a0MMMM"
_SHORT_DAY = "d\u00a0MMM"
_SHORT_DAY_AND_YEAR = "d\u00a0MMM\u00a0y"
_DAY_AND_YEAR = "d\u00a0MMMM\u00a0y"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the texts say of this deployment. Its placeholders may stand in any text, without being given each time."""

    org: Mapping[str, str] = field(default_factory=dict)
    min_n: int = 7
    backup_days: int = 30
    retention_days: int = 365
    answers_months: int = 24
    period_weeks: int = 8
    support: str | None = None
    contacts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    emergency: Mapping[str, str] = field(default_factory=dict)


class Catalogs(I18n):
    """All languages, read from the .po files under a folder; `locales` maps a language to its translations."""

    def __init__(
        self, deployment: Deployment | None = None, *, path: Path = LOCALES_PATH, default_locale: str = DEFAULT_LOCALE
    ) -> None:
        super().__init__(path=path, default_locale=default_locale, domain=DOMAIN)
        self.deployment = deployment or Deployment()
        self._translators = {
            locale: _with_house(locale, translations, self.deployment) for locale, translations in self.locales.items()
        }

    def find_locales(self) -> dict[str, gettext.GNUTranslations]:
        """Compile every catalog in memory."""
        files = sorted(self.path.glob(f"*/LC_MESSAGES/{self.domain}.po"))
        return {file.parent.parent.name: _compile(file) for file in files}

    def translator(self, language: str | None) -> Translator:
        """Return the translator for a locale, or for a language as Telegram codes it ("en", "en-GB", or not at all).

        Return that of the default locale where there is no such catalog.
        """
        locale = (language or "").partition("-")[0]
        return self._translators.get(locale) or self._translators[self.default_locale]


class Translator:
    """Says everything in one language. Texts are plain: screens are sent with entities, so nothing is escaped."""

    def __init__(
        self, locale: str, translations: gettext.GNUTranslations, deployment: Mapping[str, object] | None = None
    ) -> None:
        self.locale = locale
        self._translations = translations
        self._house = deployment or {}

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its {placeholders} filled. Raises KeyError for an unknown key or a missing value."""
        return self._translations.gettext(key).format(**{**self._house, **values})

    def n(self, key: str, count: int, **values: object) -> str:
        """The form of a plural key for this count, which stands in the text as {n}. Raises KeyError as a call does."""
        return self._translations.ngettext(key, key, count).format(**{**self._house, **values, "n": count})

    def words(self, words: Words, **values: object) -> str:
        """A text of the content in this language, with its {placeholders} filled."""
        return words.in_(self.locale).format(**{**self._house, **values})

    def date(self, day: dt.date, *, year: bool = False) -> str:
        """«3 ноября», "3 November"; with `year` also the year. The spaces do not break."""
        return format_date(day, _DAY_AND_YEAR if year else _DAY, locale=self.locale)

    def short_date(self, day: dt.date, *, year: bool = False) -> str:
        """«3 нояб.», "3 Nov": where there is little room; with `year` also the year."""
        return format_date(day, _SHORT_DAY_AND_YEAR if year else _SHORT_DAY, locale=self.locale)

    def month(self, day: dt.date) -> str:
        """«нояб.», "Nov": where there is little room."""
        return format_date(day, "LLL", locale=self.locale)

    def weekday(self, day: dt.date) -> str:
        """The name of the day of the week."""
        return self(f"weekday.{day.weekday()}")

    def time(self, time: dt.time) -> str:
        """Hours and minutes: 09:00."""
        return f"{time:%H:%M}"

    def place(self, zone: str) -> str:
        """The city of a time zone: «Новосибирск», "Novosibirsk"; of a zone that is an offset: «UTC+7»."""
        if offset := _OFFSET_ZONE.fullmatch(zone):
            hours = -int(offset[1])  # in the name of such a zone east is minus, as POSIX wants it
            return f"UTC+{hours}" if hours > 0 else f"UTC\u2212{-hours}"
        return zones.city(zone, self.locale)

    def country(self, code: str) -> str:
        """The name of a country: «Казахстан», "Kazakhstan"; with the subdivision's code where there is one."""
        country, _, subdivision = code.partition("-")
        name = str(Locale.parse(self.locale).territories.get(country, country))
        return f"{name} ({subdivision})" if subdivision else name

    def number(self, value: float) -> str:
        """«78,5», "78.5"; at most one decimal, and none when it is 0."""
        return format_decimal(value, format="#,##0.#", locale=self.locale)

    def decimal(self, value: float) -> str:
        """«5,0», "5.0": exactly one decimal, so that a column of means stands well."""
        return format_decimal(value, format="#,##0.0", locale=self.locale)

    def days(self, first: dt.date, last: dt.date) -> str:
        """«17–23 ноября», "17–23 November"; over a month's end «30 ноября – 6 декабря»."""
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.date(last)}"
        return f"{self.date(first)} – {self.date(last)}"

    def percent(self, share: float) -> str:
        """A share of 0 to 1 in whole per cent: «60 %», "60%"."""
        return format_percent(share, locale=self.locale)


def language_name(locale: str) -> str:
    """Return what speakers of a language call it: «Русский», "English"."""
    return str(Locale.parse(locale).display_name).capitalize()


def _with_house(locale: str, translations: gettext.GNUTranslations, deployment: Deployment) -> Translator:
    bare = Translator(locale, translations)
    contacts = ", ".join(deployment.contacts.get(locale, ()))
    return Translator(
        locale,
        translations,
        {
            "org": deployment.org.get(locale) or bare("join.org_default"),
            "min_n": deployment.min_n,
            "backups_kept": bare.n("span.days", deployment.backup_days),
            "leavers_kept": bare.n("span.days", deployment.retention_days),
            "answers_kept": bare.n("span.months", deployment.answers_months),
            "every": bare(f"every.{deployment.period_weeks}"),
            "support": deployment.support or bare("join.support_default"),
            "talk": bare("talk", contacts=contacts) if contacts else "",
            "emergency": deployment.emergency.get(locale, ""),
        },
    )


class _NoSuchKey(gettext.NullTranslations):
    """Stands behind each catalog, where gettext would otherwise answer with the key itself."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1)


@cache
def _compile(file: Path) -> gettext.GNUTranslations:
    with file.open("rb") as source:
        catalog = read_po(source, locale=file.parent.parent.name, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(_NoSuchKey())
    return translations
