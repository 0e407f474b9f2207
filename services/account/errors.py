"""Refusals of settings, profile and one's own data."""

from __future__ import annotations

from services.kit.errors import Refusal


class LastWorkingDay(Refusal):
    """A week without a working day, in which the bot could never write."""

    key = "settings.last_working_day"


class DayOff(Refusal):
    """A weekday on which the person does not work."""

    key = "settings.day_off"


class DayPast(Refusal):
    """A pause that would be over already."""

    key = "pause.past"


class DayTooFar(Refusal):
    """A pause of more than a year."""

    key = "pause.too_far"


class NotAnEmail(Refusal):
    """What was typed is not an e-mail address."""

    key = "profile.not_an_email"


class EmailTaken(Refusal):
    """Someone else has this address."""

    key = "profile.email_taken"


class ExportTooOften(Refusal):
    """The files were sent often enough today."""

    key = "export.too_often"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}
