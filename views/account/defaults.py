"""The card with the hours, once after the first result."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.callbacks import Go, SettingsPage
from keyboards.rows import keyboard
from services.account.users import Actor
from views.screen import Screen
from views.translator import Translator


def card(t: Translator, actor: Actor) -> Screen:
    """When the bot will write, and the name on HR's list."""
    return Screen(
        _text(t, actor),
        keyboard([(t("button.fine"), SettingsPage(page="settled")), (t("button.change"), SettingsPage(page="main"))]),
    )


def settled(t: Translator, actor: Actor) -> Screen:
    """The same after *Fine*."""
    return Screen(_text(t, actor), keyboard([(t("button.menu"), Go(place="menu"))]))


def _text(t: Translator, actor: Actor) -> Text:
    rhythm = actor.rhythm
    weekday, at = t(f"weekday.on_{rhythm.weekday}"), t.time(rhythm.open_hour(rhythm.at))
    place, name = t.place(actor.timezone), actor.name or t("settings_card.nameless")
    if not actor.pulse_on:
        return Text(t("settings_card.pulse_off", weekday=weekday, time=at, place=place, name=name))
    return Text(
        t(
            "settings_card.text",
            weekday=weekday,
            time=at,
            pulse_weekday=t(f"weekday.on_{actor.pulse_weekday}"),
            pulse_time=t.time(rhythm.open_hour(actor.pulse_at)),
            place=place,
            name=name,
        )
    )
