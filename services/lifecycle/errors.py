"""Refusals of joining, invites, roster files and moves of an account."""

from __future__ import annotations

from typing import Literal

from services.kit.errors import Refusal

DoorReason = Literal["dead", "missing", "foreign", "other", "unapproved"]


class DoorClosed(Refusal):
    """Someone isn't let in. `reason` names which of the refusals below applies."""

    reason: DoorReason


class InviteDead(DoorClosed):
    """The invite is unknown, expired or used up: one text for all, so that tokens cannot be probed."""

    key = "join.link_dead"
    reason = "dead"


class InviteMissing(DoorClosed):
    """Someone came without an invite."""

    key = "join.without_invite"
    reason = "missing"


class InviteForeign(DoorClosed):
    """The pasted link opens another bot."""

    key = "join.link_foreign"
    reason = "foreign"


class InviteNotYours(DoorClosed):
    """A link that was made for another account."""

    key = "join.other_account"
    reason = "other"


class LinkUnapproved(DoorClosed):
    """A link for a lost account that the second person has not approved yet."""

    key = "join.link_unapproved"
    reason = "unapproved"


CLOSED_BY = {
    refusal.reason: refusal.key
    for refusal in (InviteDead, InviteMissing, InviteForeign, InviteNotYours, LinkUnapproved)
}


class InviteGone(Refusal):
    """An invite that was used up, taken back or given a new link."""

    key = "invite.gone"


class InviteMade(Refusal):
    """The invite of this choice was made already, or another choice was begun."""

    key = "invite.made_already"


class UsesUnreadable(Refusal):
    """What was typed is not a number of uses."""

    key = "invite.uses_unreadable"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class NotATable(Refusal):
    """A file without a readable table."""

    key = "roster.not_table"


class OldWorkbook(Refusal):
    """A workbook as Excel saved it before 2007, whatever the file is called."""

    key = "roster.old_workbook"


class WorkbookLocked(Refusal):
    """A workbook that opens with a password only."""

    key = "roster.locked"


class WorkbookTooDense(Refusal):
    """A workbook that would take far more memory than its size promises: a trap, or sheets that are no list."""

    key = "roster.too_dense"


class RosterTooBig(Refusal):
    """More bytes or more rows than a list may have."""

    key = "roster.too_big"

    def __init__(self, megabytes: int, rows: int) -> None:
        super().__init__()
        self.values = {"megabytes": megabytes, "rows": rows}


class RosterWithoutHeader(Refusal):
    """None of the first rows names the columns."""

    key = "roster.no_header"


class RosterEmpty(Refusal):
    """A list without people."""

    key = "roster.empty"


class RosterUnclear(Refusal):
    """A list with rows of which no one has said yet whether they are people."""

    key = "roster.unclear_rows"


class RosterWithErrors(Refusal):
    """A list with lines that can't be taken: none of it is used."""

    key = "roster.with_errors"


class TooManyDepartments(Refusal):
    """A list with so many new departments that its columns are likely to be mixed up."""

    key = "roster.too_many_departments"

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self.values = {"max": maximum}


class RosterGone(Refusal):
    """The list was replaced by another one, or its invites were made already."""

    key = "roster.gone"


class ListedChangeGone(Refusal):
    """A proposal that someone has dealt with, or that a newer list no longer makes."""

    key = "proposals.gone"


class FileGone(Refusal):
    """Telegram does not hand over the file."""

    key = "roster.file_gone"


class AccountTaken(Refusal):
    """A link that moves a lost account was opened by an account that already belongs to someone."""

    key = "relink.account_taken"


class OwnAccount(Refusal):
    """A link that moves a lost account was opened by that very account."""

    key = "relink.own_account"


class NowhereToMove(Refusal):
    """The account that someone moved to was erased in the meantime."""

    key = "relink.nowhere"


class MoveUnderWay(Refusal):
    """The account that was moved last has not answered yet whether that was right."""

    key = "relink.under_way"


class RelinkRequestGone(Refusal):
    """A link for a lost account that was used, replaced, ended, or is decided already."""

    key = "relink.request_gone"


class SecondPersonNeeded(Refusal):
    """The person who made a link for a lost account, or owns that account, approves it themselves."""

    key = "relink.second_person"
