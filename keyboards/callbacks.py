"""The data behind the buttons, 64 bytes at most. A prefix carries a version: a changed field gets a new prefix."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData


class Join(CallbackData, prefix="j1"):
    """The consent screen. It carries the invite's token, since nothing is stored before somebody agrees."""

    action: Literal["agree", "decline", "locale"]
    locale: Literal["ru", "en"]
    version: int
    token: str  # empty for those who need no invite


class PickDepartment(CallbackData, prefix="d1"):
    """A department while joining; 0 says that it is not on the list."""

    id: int


class Answer(CallbackData, prefix="a1"):
    """An option of one question of one draft."""

    draft: int
    version: int
    position: int
    value: int


class Turn(CallbackData, prefix="m1"):
    """A movement within the check-in, from one question of one draft."""

    step: Literal["back", "skip", "later", "few"]
    draft: int
    version: int
    position: int


class Checkin(CallbackData, prefix="c1"):
    """Into the check-in: begin or go on, or return to what was skipped."""

    action: Literal["open", "skipped"]
    draft: int = 0


class ShowResult(CallbackData, prefix="r1"):
    """A result of one assessment; 0 is the latest."""

    action: Literal["show", "more", "hide", "redo"]
    assessment: int


class TipList(CallbackData, prefix="l1"):
    """A page of the person's steps."""

    kind: Literal["open", "done", "all"]
    page: int


class TipButton(CallbackData, prefix="t1"):
    """One step: its card, or the state to set (never «toggle»)."""

    action: Literal["card", "started", "done", "reopened", "declined", "plan", "own_plan", "source"]
    id: int


class Defaults(CallbackData, prefix="s1"):
    """The card with the hours, after the first result."""

    action: Literal["fine", "change", "weekday", "hour"]
    value: int = 0


class Go(CallbackData, prefix="g1"):
    """To a screen that is the same for everybody."""

    place: Literal["menu", "help", "help_now", "privacy", "consent", "hr_sees", "cancel"]


class Locale(CallbackData, prefix="x1"):
    """The language of everything."""

    locale: Literal["ru", "en"]
