"""The settings: one message, a page for each thing that can be set. Every button carries the value to set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from keyboards.account import AskSetting, Go, ProfilePage, SetSetting, SettingsPage
from keyboards.labels import shortened
from keyboards.rows import Button, in_rows_of, keyboard
from locales import LOCALES
from services.account.member import Member
from services.account.permissions import is_hr
from services.account.settings import (
    HOURS,
    NO_PAUSE,
    QUIET_FROM_HOURS,
    QUIET_UNTIL_HOURS,
    SWITCHABLE,
    TWO_WEEKS,
    UNTIL_I_WRITE,
    SettingName,
    SettingsCard,
)
from views.account import settings_lines as words
from views.checkin_dates import on_hold
from views.screen import Screen, lines, titled
from views.translator import Translator, language_name

CHOSEN, FREE = "● ", "○ "
CITY_LENGTH = 14  # of two on a row
ZONES_ON_A_PAGE = 12
WEEKDAYS = range(7)
PAGE_OF_SETTING: Mapping[SettingName, str] = {
    "locale": "language",
    "zone": "zone",
    "checkin_weekday": "checkin",
    "checkin_hour": "checkin",
    "pulse": "pulse",
    "pulse_weekday": "pulse",
    "pulse_hour": "pulse",
    "quiet_from": "quiet",
    "quiet_until": "quiet",
    "day_on": "days",
    "day_off": "days",
    "kind_on": "kinds",
    "kind_off": "kinds",
    "pause": "pause",
}


def page(t: Translator, card: SettingsCard, name: str, *, number: int = 0, note: str | None = None) -> Screen:
    """One page by its name; `number` counts the pages of time zones, `note` says what has just been saved."""
    if name == "zone":
        return _zone(t, card, number, note)
    return _PAGES.get(name, _main)(t, card, note)


def saved(t: Translator, setting: SettingName, before: Member, after: Member) -> str:
    """That a setting is saved, and what it does to the hours and days of messages."""
    notes: Sequence[str] = ()
    if setting == "day_off":
        notes = words.moved(t, before, after)
    elif PAGE_OF_SETTING[setting] in {"checkin", "pulse", "quiet"}:
        notes = words.in_quiet_hours(t, after)
    return " ".join([t("settings.saved"), *notes])


def ask_zone(t: Translator) -> Screen:
    """The time zone is typed."""
    return Screen(Text(t("settings.type_zone")), _leave(t, "zone"))


def ask_pause(t: Translator) -> Screen:
    """The day of coming back is typed."""
    return Screen(Text(t("pause.type_day")), _leave(t, "pause"))


def came_back(t: Translator, member: Member, now: datetime) -> Screen:
    """The pause is over, since the person wrote: when the first message comes, and the way back."""
    first = member.rhythm.date_of(member.rhythm.back_on(member.rhythm.date_of(now)))
    return Screen(
        Text(t("pause.came_back", date=t.date(first))),
        keyboard([(t("pause.again"), _set_pause(UNTIL_I_WRITE))], [(t("button.menu"), Go(place="menu"))]),
    )


# --- pages ------------------------------------------------------------------------------------------------------------


def _main(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    member = card.member

    def to(name: str) -> Button:
        return t(f"settings.{name}"), SettingsPage(page=name)

    return Screen(
        titled(
            t("settings.title"),
            note,
            lines(
                t("settings.language_line", language=language_name(member.locale)),
                t("settings.zone_line", place=t.place(member.timezone), time=t.time(card.local_now.time())),
                words.checkin_line(t, member),
                on_hold(t, card.hold) if card.hold else None,
                words.pulse_line(t, member),
                words.days_line(t, member),
                words.quiet_line(t, member),
                words.kinds_line(t, member),
                words.pause_line(t, card),
            ),
            lines(*words.in_quiet_hours(t, member)),
            t("home.private"),
        ),
        keyboard(
            [to("checkin"), to("pulse")],
            [to("days"), to("quiet")],
            [to("kinds"), to("pause")],
            [to("zone"), to("language")],
            [(t("settings.profile"), ProfilePage(page="show")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def _checkin(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    member = card.member
    return Screen(
        titled(
            t("settings.checkin_title"),
            note,
            lines(words.checkin_line(t, member), on_hold(t, card.hold) if card.hold else None),
            lines(*words.in_quiet_hours(t, member)),
        ),
        keyboard(
            *_weekdays(t, member, "checkin_weekday", member.rhythm.weekday),
            *_hours(t, "checkin_hour", HOURS, member.rhythm.at),
            _back(t),
        ),
    )


def _pulse(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    member = card.member
    switch = [
        (_mark(member.pulse.is_on) + t("pulse.better_weekly"), SetSetting(name="pulse", value="1")),
        (_mark(not member.pulse.is_on) + t("settings.pulse_never"), SetSetting(name="pulse", value="0")),
    ]
    rows: list[Sequence[Button]] = []
    if member.pulse.is_on:
        rows += _weekdays(t, member, "pulse_weekday", member.pulse.weekday)
        rows += _hours(t, "pulse_hour", HOURS, member.pulse.at)
    return Screen(
        titled(t("settings.pulse_title"), note, words.pulse_line(t, member), lines(*words.in_quiet_hours(t, member))),
        keyboard(switch, *rows, _back(t)),
    )


def _days(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    days = card.member.rhythm.working_days
    buttons = [
        (
            (CHOSEN if day in days else FREE) + t(f"weekday.short_{day}"),
            SetSetting(name="day_off" if day in days else "day_on", value=str(day)),
        )
        for day in WEEKDAYS
    ]
    return Screen(
        titled(t("settings.days_title"), note, words.days_line(t, card.member), t("settings.days_marks")),
        keyboard(*in_rows_of(4, buttons), _back(t)),
    )


def _quiet(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    rhythm = card.member.rhythm
    return Screen(
        titled(
            t("settings.quiet_title"),
            note,
            lines(words.quiet_line(t, card.member), t("settings.quiet_what")),
            lines(*words.in_quiet_hours(t, card.member)),
        ),
        keyboard(
            *_hours(t, "quiet_from", QUIET_FROM_HOURS, rhythm.quiet_from, "settings.quiet_from"),
            *_hours(t, "quiet_until", QUIET_UNTIL_HOURS, rhythm.quiet_until, "settings.quiet_until"),
            _back(t),
        ),
    )


def _kinds(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    muted = card.member.muted
    rows = [
        [
            (
                (FREE if kind in muted else CHOSEN) + t(f"kind.{kind}"),
                SetSetting(name="kind_on" if kind in muted else "kind_off", value=kind),
            )
        ]
        for kind in SWITCHABLE
    ]
    pulse_off = None if card.member.pulse.is_on else t("settings.kinds_pulse_off")
    return Screen(
        titled(t("settings.kinds_title"), note, lines(t("settings.kinds_marks"), pulse_off)), keyboard(*rows, _back(t))
    )


def _language(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    row = [
        (_mark(locale == card.member.locale) + language_name(locale), SetSetting(name="locale", value=locale))
        for locale in LOCALES
    ]
    return Screen(titled(t("settings.language_title"), note), keyboard(row, _back(t)))


def _zone(t: Translator, card: SettingsCard, number: int, note: str | None) -> Screen:
    pages = -(-len(card.zones) // ZONES_ON_A_PAGE)
    number = min(max(number, 0), pages - 1)
    shown = card.zones[number * ZONES_ON_A_PAGE : (number + 1) * ZONES_ON_A_PAGE]
    buttons = [
        (
            f"{_mark(zone == card.member.timezone)}{shortened(t.place(zone), CITY_LENGTH)} {_offset(card, zone)}",
            SetSetting(name="zone", value=zone),
        )
        for zone in shown
    ]
    turns = [
        (t(f"button.{direction}_page"), SettingsPage(page="zone", number=to))
        for direction, to in (("previous", number - 1), ("next", number + 1))
        if 0 <= to < pages
    ]
    time_there = t("settings.zone_line", place=t.place(card.member.timezone), time=t.time(card.local_now.time()))
    return Screen(
        titled(t("settings.zone_title"), note, time_there),
        keyboard(
            *in_rows_of(2, buttons),
            turns,
            [(t("settings.other_zone"), AskSetting(field="zone", action="ask"))],
            _back(t),
        ),
    )


def _pause(t: Translator, card: SettingsCard, note: str | None) -> Screen:
    monday, two_weeks = card.next_monday, card.local_now.date() + TWO_WEEKS
    end = [(t("pause.end"), SetSetting(name="pause", value=NO_PAUSE))] if card.paused_until else None
    return Screen(
        titled(
            t("pause.title"),
            note,
            words.pause_line(t, card),
            t("pause.what"),
            t("pause.requests") if is_hr(card.member) else None,
        ),
        keyboard(
            [(t("pause.until_monday", date=words.pause_day(t, card, monday)), _set_pause(monday))],
            [(t("pause.days_14", date=words.pause_day(t, card, two_weeks)), _set_pause(two_weeks))],
            [(t("pause.other_day"), AskSetting(field="pause", action="ask"))],
            [(t("pause.until_i_write"), _set_pause(UNTIL_I_WRITE))],
            end,
            _back(t),
        ),
    )


_PAGES = {
    "checkin": _checkin,
    "pulse": _pulse,
    "days": _days,
    "quiet": _quiet,
    "kinds": _kinds,
    "language": _language,
    "pause": _pause,
}

# --- buttons ----------------------------------------------------------------------------------------------------------


def _mark(chosen: bool) -> str:
    return CHOSEN if chosen else ""


def _back(t: Translator) -> list[Button]:
    return [(t("button.back"), SettingsPage(page="main"))]


def _leave(t: Translator, field: str) -> InlineKeyboardMarkup:
    return keyboard([(t("button.back"), AskSetting(field=field, action="leave"))])


def _weekdays(t: Translator, member: Member, setting: SettingName, chosen: int) -> list[Sequence[Button]]:
    """The working days: on the others nothing is ever sent."""
    buttons = [
        (_mark(day == chosen) + t(f"weekday.short_{day}"), SetSetting(name=setting, value=str(day)))
        for day in sorted(member.rhythm.working_days)
    ]
    return in_rows_of(5 if len(buttons) == 5 else 4, buttons)


def _hours(
    t: Translator, setting: SettingName, hours: range, chosen: time, label_key: str | None = None
) -> list[Sequence[Button]]:
    """The hours to choose from; `label_key` is the key of a text around each of them."""
    buttons = []
    for at in map(time, hours):
        label = t(label_key, time=t.time(at)) if label_key else t.time(at)
        buttons.append((_mark(at == chosen) + label, SetSetting(name=setting, value=str(at.hour))))
    return in_rows_of(3 if label_key else 4, buttons)


def _set_pause(until: date) -> SetSetting:
    return SetSetting(name="pause", value=until.isoformat())


def _offset(card: SettingsCard, zone: str) -> str:
    """The present distance from UTC: «+7», «+5:30», «−5»."""
    minutes = int((card.local_now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "\u2212" if minutes < 0 else "+"
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"
