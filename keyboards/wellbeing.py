"""Check-ins, results, steps and the weekly pulse: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import Day, Whole


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
    """Into the check-in: begin or go on, also where nobody is asked (`anyway`), or return to what was skipped."""

    action: Literal["open", "anyway", "skipped"]
    draft: Whole = 0


class CauseButton(CallbackData, prefix="w2"):
    """A cause of one check-in, to name or to take back (never «toggle»)."""

    action: Literal["name", "drop"]
    assessment: Whole
    cause: str


class CausesPage(CallbackData, prefix="w3"):
    """Into the question what weighed most in one check-in, or on from it to the result."""

    action: Literal["ask", "done"]
    assessment: Whole


class Snooze(CallbackData, prefix="c2"):
    """Under a message about the check-in of a period: when to be told again, if at all. The invitation is number 0."""

    wish: Literal["tomorrow", "soon", "never"]
    period: Day
    number: Whole


class ShowResult(CallbackData, prefix="r1"):
    """A result of one assessment; 0 is the latest."""

    action: Literal["show", "more", "hide", "redo"]
    assessment: Whole


class RecommendationList(CallbackData, prefix="l1"):
    """A page of the person's steps."""

    kind: Literal["open", "done", "all"]
    page: Whole


class RecommendationButton(CallbackData, prefix="t1"):
    """One step: its card, or the state to set (never «toggle»)."""

    action: Literal[
        "card", "started", "done", "reopened", "declined", "plan", "own_plan", "source", "keep", "swap", "mute"
    ]
    id: Whole


class AnotherRecommendation(CallbackData, prefix="o1"):
    """One more step to choose from."""


class Breathe(CallbackData, prefix="b1"):
    """The breathing exercise: begin it, or end it before its time."""

    action: Literal["begin", "stop"]


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


class PulseRecommendation(CallbackData, prefix="p4"):
    """A step for the scale that the weeks speak of."""

    scale: Literal["EE", "DP", "RA"]


class Despair(CallbackData, prefix="k2"):
    """Under the reply to words of despair; `message` is the person's own, 0 when it is gone."""

    action: Literal["remove", "write", "about_me", "keep"]
    message: Whole


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
