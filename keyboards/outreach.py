"""Between people and HR: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import CellKey, Day, Whole


class AskHr(CallbackData, prefix="k1"):
    """«Ask HR to contact me»: whom, how to be reached, and sending."""

    action: Literal["open", "person", "way", "send"]
    hr: Whole = 0
    way: Literal["telegram", "email", "words"] = "telegram"


class HrReply(CallbackData, prefix="q1"):
    """What HR says to a request: the state to set."""

    state: Literal["seen", "closed"]
    request: Whole


class PromiseList(CallbackData, prefix="pr1"):
    """A page of HR's promises, or of those to whom something can be promised."""

    kind: Literal["promises", "targets"]
    page: Whole


class PromiseButton(CallbackData, prefix="pr2"):
    """One promise: its card, what to change, and what is asked first (keep, withdraw) and then done."""

    action: Literal["card", "text", "due", "keep", "kept", "withdraw", "withdrawn", "hold", "held", "resume"]
    id: Whole


class PromiseStep(CallbackData, prefix="pr3"):
    """A step of writing a promise. `value`: the key of the target, a date, a page of people, a person, or the stamp of
    the preview."""

    step: Literal["target", "planned", "done", "skip", "due", "again", "date", "show", "owners", "owner", "confirm"]
    value: str = ""


class Agreement(CallbackData, prefix="ag1"):
    """What a manager agreed with the team. `value`: the key of the group, a date, or the stamp of the preview.

    `id`: an agreement that is asked about (keep) and then done (kept).
    """

    action: Literal["write", "due", "again", "date", "confirm", "keep", "kept"]
    value: str = ""
    id: Whole = 0


class RoundButton(CallbackData, prefix="rn1"):
    """A page of targets, the preview of a round, or the round itself for the period that began on `start`."""

    action: Literal["list", "preview", "begin"]
    target: CellKey = "company"
    start: Day = 1
    page: Whole = 0


class NoteButton(CallbackData, prefix="re1"):
    """A note about a promise: the whole of it, or whether it is noticed."""

    action: Literal["open", "noticed", "not_yet"]
    promise: Whole
