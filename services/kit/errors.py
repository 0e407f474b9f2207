"""Refusals as classes. `key` names the sentence in the catalogs that the person sees, `values` fills it in."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 (a refusal is a normal answer, not an error of the program)
    """Something that was asked for can't be done, for a reason that the person may know."""

    key: str
    values: Mapping[str, object] = {}


class NotYours(Refusal):
    """The object does not exist, or belongs to someone else: from outside both look the same."""

    key = "error.not_yours"


class NotAllowed(Refusal):
    """The person's role does not allow this (any more)."""

    key = "error.not_allowed"


class UnknownZone(Refusal):
    """No time zone has this city or this offset."""

    key = "settings.zone_unknown"


class DayUnreadable(Refusal):
    """What was typed is not a day."""

    key = "pause.unreadable"


class NoSuchDay(Refusal):
    """A day that the calendar does not have: 31 February."""

    key = "pause.no_such_day"


class NoLetters(Refusal):
    """A name or a position made of signs alone."""

    key = "profile.no_letters"


class TooLong(Refusal):
    """More than fits into a field of the profile."""

    key = "profile.too_long"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}
