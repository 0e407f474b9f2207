"""The data behind the buttons, 64 bytes at most. A prefix carries a version: a changed field gets a new prefix."""

from __future__ import annotations

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

Whole = Annotated[int, Field(ge=0, lt=2**31)]  # what an integer column holds: anything else is garbage, not an error


class Join(CallbackData, prefix="j1"):
    """The consent screen. It carries the invite's token, since nothing is stored before somebody agrees."""

    action: Literal["agree", "decline", "locale"]
    locale: Literal["ru", "en"]
    version: Whole
    token: str  # empty for those who need no invite


class PickDepartment(CallbackData, prefix="d1"):
    """A department while joining; 0 says that it is not on the list."""

    id: Whole


class Answer(CallbackData, prefix="a1"):
    """An option of one question of one draft."""

    draft: Whole
    version: Whole
    position: Whole
    value: Whole


class Turn(CallbackData, prefix="m1"):
    """A movement within the check-in, from one question of one draft."""

    step: Literal["back", "skip", "later", "few"]
    draft: Whole
    version: Whole
    position: Whole


class Checkin(CallbackData, prefix="c1"):
    """Into the check-in: begin or go on, or return to what was skipped."""

    action: Literal["open", "skipped"]
    draft: Whole = 0


class ShowResult(CallbackData, prefix="r1"):
    """A result of one assessment; 0 is the latest."""

    action: Literal["show", "more", "hide", "redo"]
    assessment: Whole


class TipList(CallbackData, prefix="l1"):
    """A page of the person's steps."""

    kind: Literal["open", "done", "all"]
    page: Whole


class TipButton(CallbackData, prefix="t1"):
    """One step: its card, or the state to set (never «toggle»)."""

    action: Literal[
        "card", "started", "done", "reopened", "declined", "plan", "own_plan", "source", "keep", "swap", "mute"
    ]
    id: Whole


class AnotherTip(CallbackData, prefix="o1"):
    """One more step to choose from."""


class Breathe(CallbackData, prefix="b1"):
    """The breathing exercise: begin it, or end it before its time."""

    action: Literal["begin", "stop"]


class SettingsPage(CallbackData, prefix="s1"):
    """A page of the settings; `settled` is *Fine* on the card after the first result, `number` a page of time zones."""

    page: Literal["main", "checkin", "pulse", "days", "quiet", "kinds", "zone", "language", "pause", "settled"]
    number: Whole = 0


class SetSetting(CallbackData, prefix="v1"):
    """A setting and the value to set (never «toggle»), as `services.settings` reads it."""

    name: str
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
    """To a screen that is the same for everybody."""

    place: Literal["menu", "help", "help_now", "privacy", "consent", "hr_sees", "cancel"]


class PulseButton(CallbackData, prefix="p1"):
    """Into this week's pulse or to its summary, or the answer to «weekly or off?»."""

    action: Literal["open", "summary", "weekly", "off"]


class PulseQuestion(CallbackData, prefix="p2"):
    """One question of this week's pulse."""

    metric: Literal["burnout", "stress", "productivity"]


class PulseAnswer(CallbackData, prefix="p3"):
    """An answer of the pulse; `week` is the ISO Monday that it belongs to."""

    week: str
    metric: Literal["burnout", "stress", "productivity"]
    value: Whole


class PulseTip(CallbackData, prefix="p4"):
    """A step for the scale that the weeks speak of."""

    scale: Literal["EE", "DP", "RA"]


class Chart(CallbackData, prefix="w1"):
    """The dashboard with so many weeks."""

    weeks: Whole


class HistoryList(CallbackData, prefix="h1"):
    """A page of earlier check-ins."""

    page: Whole


class HistoryEntry(CallbackData, prefix="h2"):
    """One earlier check-in or a part of its answers; `page` is the page of the list to return to."""

    action: Literal["show", "answers"]
    assessment: Whole
    page: Whole
    part: Whole = 0


class Own(CallbackData, prefix="y1"):
    """The own data: what may be done with it, and the consent."""

    action: Literal["withdraw", "withdrawn", "come_back", "export", "delete", "keep"]


class HelpTopic(CallbackData, prefix="e1"):
    """One topic of the help."""

    topic: Literal["checkin", "pulse", "steps", "messages", "who_sees", "data", "hr"]


class AskHr(CallbackData, prefix="k1"):
    """«Ask HR to contact me»: whom, how to be reached, and sending."""

    action: Literal["open", "person", "way", "send"]
    hr: Whole = 0
    way: Literal["telegram", "email", "words"] = "telegram"


class HrReply(CallbackData, prefix="q1"):
    """What HR says to a request: the state to set."""

    state: Literal["seen", "closed"]
    request: Whole


class HrPage(CallbackData, prefix="i1"):
    """HR's own screens, from the panel."""

    place: Literal["panel", "people", "departments", "groups", "invites", "summary", "promises", "round", "audit"]


class Say(CallbackData, prefix="z1"):
    """«Words to say it»: the places of what was chosen so far in content/words.yaml, -1 for what is still open."""

    what: int = -1
    since: int = -1
    wish: int = -1
    tone: int = -1
