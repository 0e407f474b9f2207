"""Refusals of promises, notes, rounds and contact requests."""

from __future__ import annotations

from services.kit.errors import Refusal


class HrPersonGone(Refusal):
    """Whoever was chosen does not work in HR any more."""

    key = "contact.person_gone"


class WayGone(Refusal):
    """The e-mail or the words by which someone wanted to be reached are gone."""

    key = "contact.way_gone"


class WordsUnseen(Refusal):
    """Words by which nobody can be reached: signs and blanks alone."""

    key = "contact.words_unseen"


class RequestGone(Refusal):
    """The request was erased together with its author, or is someone else's."""

    key = "contact.request_gone"


class NoteEmpty(Refusal):
    """A note without a word."""

    key = "promise.empty"


class NoteTooLong(Refusal):
    """A note that no one would read to the end."""

    key = "promise.too_long"

    def __init__(self, length: int, maximum: int) -> None:
        super().__init__()
        self.values = {"length": length, "max": maximum}


class DuePast(Refusal):
    """A promise for a day that is over."""

    key = "promise.due_past"


class DueTooFar(Refusal):
    """A promise for a day more than a year ahead."""

    key = "promise.due_too_far"


class DraftGone(Refusal):
    """What was written is saved already, or was left unfinished."""

    key = "promise.draft_gone"


class DraftChanged(Refusal):
    """Something else has been written since this preview."""

    key = "promise.draft_changed"


class DraftWaits(Refusal):
    """Something was typed below a preview that is no day: it is saved or changed by its buttons."""

    key = "promise.draft_waits"


class OwnerGone(Refusal):
    """Whoever was to be named has left, or neither works in HR nor manages these people any more."""

    key = "promise.owner_gone"


class PromiseGone(Refusal):
    """The promise was taken back, or is not for this person."""

    key = "promise.gone"


class PromiseKept(Refusal):
    """People were asked about it already, so that its words stay as they are."""

    key = "promise.kept_already"


class RoundOver(Refusal):
    """The period of this button has closed."""

    key = "round.over"


class CheckinHeld(Refusal):
    """No one is asked in this period: HR holds the check-in until a promise is closed."""

    key = "round.held"
