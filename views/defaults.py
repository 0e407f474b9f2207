"""The card with the hours, once after the first result."""

from __future__ import annotations

from datetime import time

from aiogram.utils.formatting import Text

from keyboards.callbacks import Defaults
from keyboards.rows import in_rows_of, keyboard
from services.calendar import Rhythm
from services.users import Actor
from views.screen import Screen
from views.translator import Translator

HOURS = range(9, 20)  # outside the quiet hours that everybody starts with


def card(t: Translator, actor: Actor) -> Screen:
    """When the bot will write, and the name on HR's list."""
    return Screen(
        _text(t, actor.rhythm, actor.name),
        keyboard([(t("button.fine"), Defaults(action="fine")), (t("button.change"), Defaults(action="change"))]),
    )


def settled(t: Translator, actor: Actor) -> Screen:
    """The same after *Fine*, without buttons."""
    return Screen(_text(t, actor.rhythm, actor.name))


def choose(t: Translator, actor: Actor) -> Screen:
    """The weekday and the hour, each one tap; the chosen ones are marked."""
    days = [
        (_mark(day == actor.rhythm.weekday) + t(f"weekday.{day}"), Defaults(action="weekday", value=day))
        for day in range(7)
    ]
    hours = [
        (_mark(hour == actor.rhythm.at.hour) + t.time(time(hour)), Defaults(action="hour", value=hour))
        for hour in HOURS
    ]
    return Screen(
        _text(t, actor.rhythm, actor.name),
        keyboard(*in_rows_of(2, days), *in_rows_of(4, hours), [(t("button.fine"), Defaults(action="fine"))]),
    )


def _text(t: Translator, rhythm: Rhythm, name: str) -> Text:
    weekday = t(f"weekday.on_{rhythm.weekday}")
    return Text(
        t("settings_card.pulse_off", weekday=weekday, time=t.time(rhythm.at), place=t.place(rhythm.zone.key), name=name)
    )


def _mark(chosen: bool) -> str:
    return "● " if chosen else ""
