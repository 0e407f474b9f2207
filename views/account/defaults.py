"""The card with the hours, once after the first result."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go, SettingsPage
from keyboards.rows import keyboard
from services.account.member import Member
from services.account.permissions import is_hr
from services.kit.calendar.held import OnHold
from views.checkin_dates import on_hold
from views.screen import Screen, lines, paragraphs
from views.translator import Translator


def card(t: Translator, member: Member, hold: OnHold | None) -> Screen:
    """When the bot will write, and the name on HR's list."""
    return Screen(
        paragraphs(_text(t, member), on_hold(t, hold) if hold else None),
        keyboard([(t("button.fine"), SettingsPage(page="settled")), (t("button.change"), SettingsPage(page="main"))]),
    )


def settled(t: Translator, member: Member, hold: OnHold | None) -> Screen:
    """The same after *Fine*."""
    text = paragraphs(_text(t, member), on_hold(t, hold) if hold else None)
    return Screen(text, keyboard([(t("button.menu"), Go(place="menu"))]))


def _text(t: Translator, member: Member) -> Text:
    rhythm = member.rhythm
    weekday, at = t(f"weekday.on_{rhythm.weekday}"), t.time(rhythm.open_hour(rhythm.at))
    place, name = t.place(member.timezone), member.name or t("settings_card.nameless")
    when = t("settings_card.pulse_off", weekday=weekday, time=at, place=place, name=name)
    if member.pulse.is_on:
        when = t(
            "settings_card.text",
            weekday=weekday,
            time=at,
            pulse_weekday=t(f"weekday.on_{member.pulse.weekday}"),
            pulse_time=t.time(rhythm.open_hour(member.pulse.at)),
            place=place,
            name=name,
        )
    return lines(when, t("settings_card.hr") if is_hr(member) else None)
