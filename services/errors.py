"""What may be refused, as classes. `key` names the sentence in the catalogs that the person sees, `values` fills it."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 (a refusal is a normal answer, not an error of the program)
    """Something that was asked for is not done, for a reason that the person may know."""

    key: str
    values: Mapping[str, object] = {}


class NotYours(Refusal):
    """The object does not exist, or belongs to somebody else: both look the same from outside."""

    key = "error.not_yours"


class NotAllowed(Refusal):
    """The person's role does not do this (any more)."""

    key = "error.not_allowed"


class InviteDead(Refusal):
    """The invite is unknown, expired or used up: one text for all, so that tokens cannot be probed."""

    key = "join.link_dead"


class InviteMissing(Refusal):
    """Somebody came without an invite."""

    key = "join.without_invite"


class PlanEmpty(Refusal):
    """A plan without a word."""

    key = "recommendations.plan_empty"


class PlanTooLong(Refusal):
    """A plan that does not fit on the card."""

    key = "recommendations.plan_too_long"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class UnknownZone(Refusal):
    """No time zone has this city or this offset."""

    key = "settings.zone_unknown"


class LastWorkingDay(Refusal):
    """A week without a working day, in which the bot could never write."""

    key = "settings.last_working_day"


class DayOff(Refusal):
    """A weekday on which the person does not work."""

    key = "settings.day_off"


class DayUnreadable(Refusal):
    """What was typed is not a day."""

    key = "pause.unreadable"


class NoSuchDay(Refusal):
    """A day that the calendar does not have: 31 February."""

    key = "pause.no_such_day"


class DayPast(Refusal):
    """A pause that would be over already."""

    key = "pause.past"


class DayTooFar(Refusal):
    """A pause of more than a year."""

    key = "pause.too_far"


class NoLetters(Refusal):
    """A name or a position of signs alone."""

    key = "profile.no_letters"


class TooLong(Refusal):
    """More than fits into a field of the profile."""

    key = "profile.too_long"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class NotAnEmail(Refusal):
    """What was typed is not an e-mail address."""

    key = "profile.not_an_email"


class EmailTaken(Refusal):
    """Somebody else has this address."""

    key = "profile.email_taken"


class ExportTooOften(Refusal):
    """The files were sent often enough today."""

    key = "export.too_often"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class HrPersonGone(Refusal):
    """Whoever was chosen does not work in HR any more."""

    key = "contact.person_gone"


class WayGone(Refusal):
    """The e-mail or the words by which somebody wanted to be reached are not there (any more)."""

    key = "contact.way_gone"


class RequestGone(Refusal):
    """The request was erased together with its author, or is somebody else's."""

    key = "contact.request_gone"
