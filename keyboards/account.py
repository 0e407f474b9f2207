"""A person's own screens: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import Whole


class SettingsPage(CallbackData, prefix="s1"):
    """A page of the settings; `settled` is *Fine* on the card after the first result, `number` a page of time zones."""

    page: Literal["main", "checkin", "pulse", "days", "quiet", "kinds", "zone", "language", "pause", "settled"]
    number: Whole = 0


class SetSetting(CallbackData, prefix="v1"):
    """A setting and the value to set (never «toggle»), as services/account/settings.py reads it."""

    name: Literal[
        "locale",
        "zone",
        "checkin_weekday",
        "checkin_hour",
        "pulse",
        "pulse_weekday",
        "pulse_hour",
        "quiet_from",
        "quiet_until",
        "day_on",
        "day_off",
        "kind_on",
        "kind_off",
        "pause",
    ]
    value: str


class AskSetting(CallbackData, prefix="f1"):
    """A setting that is typed, and *Back* from there."""

    field: Literal["zone", "pause"]
    action: Literal["ask", "leave"]


class ProfilePage(CallbackData, prefix="u1"):
    """The profile, *Back* to it from a field that is typed, or whom to ask for another department."""

    page: Literal["show", "leave", "department"]


class ProfileField(CallbackData, prefix="u2"):
    """A field of the profile, to type or to empty."""

    action: Literal["ask", "drop"]
    field: Literal["name", "position", "email"]


class Go(CallbackData, prefix="g1"):
    """To a screen that is the same for everybody. `hr_saw` is `hr_sees` as a message of its own."""

    place: Literal[
        "menu", "help", "help_now", "privacy", "consent", "hr_sees", "hr_saw", "self_view", "conflict", "cancel"
    ]


class Own(CallbackData, prefix="y1"):
    """The own data: what may be done with it, and the consent."""

    action: Literal["withdraw", "withdrawn", "come_back", "export", "delete", "keep"]


class HelpTopic(CallbackData, prefix="e1"):
    """One topic of the help."""

    topic: Literal["checkin", "pulse", "steps", "messages", "who_sees", "data", "hr"]


class Say(CallbackData, prefix="z1"):
    """«Words to say it»: the places of what was chosen so far in content/words.yaml, -1 for what is still open."""

    what: int = -1
    since: int = -1
    wish: int = -1
    tone: int = -1
