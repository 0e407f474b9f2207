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


class TargetGone(Refusal):
    """The department or group does not report by itself (any more)."""

    key = "target.gone"


class NoteEmpty(Refusal):
    """A note without a word."""

    key = "promise.empty"


class NoteTooLong(Refusal):
    """A note that nobody would read to its end."""

    key = "promise.too_long"

    def __init__(self, length: int, maximum: int) -> None:
        super().__init__()
        self.values = {"length": length, "max": maximum}


class DuePast(Refusal):
    """A promise for a day that is over."""

    key = "promise.due_past"


class DueTooFar(Refusal):
    """A promise for more than a year ahead."""

    key = "promise.due_too_far"


class DraftGone(Refusal):
    """What was written is saved already, or was left unfinished."""

    key = "promise.draft_gone"


class DraftChanged(Refusal):
    """Something else was written since this preview."""

    key = "promise.draft_changed"


class PromiseGone(Refusal):
    """The promise was taken back, or is not for this person."""

    key = "promise.gone"


class PromiseKept(Refusal):
    """People were asked about it already, so that its words stay as they are."""

    key = "promise.kept_already"


class RoundOver(Refusal):
    """The period of this button has closed."""

    key = "round.over"


class DepartmentGone(Refusal):
    """There is no such department (any more)."""

    key = "department.gone"


class DepartmentInUse(Refusal):
    """A department that has people, invites or figures is not erased."""

    key = "department.in_use"


class NameTaken(Refusal):
    """Another department or group has this name, in one language or the other."""

    key = "department.name_taken"


class GroupGone(Refusal):
    """There is no such reporting group (any more)."""

    key = "reporting.gone"


class GroupTooSmall(Refusal):
    """A reporting group joins at least two departments."""

    key = "reporting.too_small"


class AlreadyInGroup(Refusal):
    """The department is in this reporting group, or comes into it, already."""

    key = "reporting.already_in"


class InAnotherGroup(Refusal):
    """The department is in another reporting group."""

    key = "reporting.in_another"


class NotInGroup(Refusal):
    """The department is not in this reporting group (any more)."""

    key = "reporting.not_in"


class InviteGone(Refusal):
    """An invite that was used up, taken back or given a new link."""

    key = "invite.gone"


class InviteMade(Refusal):
    """The invite of this choice is made already, or another choice was begun."""

    key = "invite.made_already"


class UsesUnreadable(Refusal):
    """What was typed is not a number of uses."""

    key = "invite.uses_unreadable"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class NotACsv(Refusal):
    """A spreadsheet, or another file that is no text."""

    key = "roster.not_csv"


class RosterTooBig(Refusal):
    """More bytes or more rows than one list may have."""

    key = "roster.too_big"

    def __init__(self, megabytes: int, rows: int) -> None:
        super().__init__()
        self.values = {"megabytes": megabytes, "rows": rows}


class RosterWithoutHeader(Refusal):
    """The first line does not name the columns."""

    key = "roster.no_header"


class RosterEmpty(Refusal):
    """A list without people."""

    key = "roster.empty"


class RosterWithErrors(Refusal):
    """A list with lines that cannot be taken: nothing of it is used."""

    key = "roster.with_errors"


class TooManyDepartments(Refusal):
    """A list with so many new departments that its columns are likely to be mixed up."""

    key = "roster.too_many_departments"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class RosterGone(Refusal):
    """The list was replaced by another one, or its invites are made already."""

    key = "roster.gone"


class FileGone(Refusal):
    """Telegram does not hand the file out."""

    key = "roster.file_gone"


class PersonGone(Refusal):
    """The person left, was erased or got another account since the list was shown."""

    key = "people.gone"


class LastAdmin(Refusal):
    """Without this person nobody could administer the bot."""

    key = "people.last_admin"


class SearchEmpty(Refusal):
    """No letter, digit or sign to look for."""

    key = "people.search_empty"


class AccountTaken(Refusal):
    """A link that moves a lost account was opened by an account that somebody uses already."""

    key = "relink.account_taken"


class OwnAccount(Refusal):
    """A link that moves a lost account was opened by that very account."""

    key = "relink.own_account"


class NowhereToMove(Refusal):
    """The account to which somebody moved was erased meanwhile."""

    key = "relink.nowhere"


class MoveUnderWay(Refusal):
    """The account that was moved last has not answered yet whether that was right."""

    key = "relink.under_way"


class FiguresGone(Refusal):
    """Nothing was published about the week or the group that a button names."""

    key = "group.gone"


class NothingPublished(Refusal):
    """Not a single figure was published yet."""

    key = "file.nothing"
