"""Coming in, and inviting: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import Language, Whole


class Join(CallbackData, prefix="j1"):
    """The consent screen. It carries the invite's token, since nothing is stored before somebody agrees."""

    action: Literal["agree", "decline", "locale"]
    locale: Language
    version: Whole
    token: str  # empty for those who need no invite


class ClosedDoor(CallbackData, prefix="j2"):
    """Why somebody does not come in, once more in another language."""

    locale: Language
    reason: Literal["dead", "missing", "foreign", "other", "unapproved"]


class PickDepartment(CallbackData, prefix="d1"):
    """A department while joining; 0 says that it is not on the list."""

    id: Whole


class InviteButton(CallbackData, prefix="n5"):
    """A page of the open invites, or one of them; `link` tells its present link from one before it."""

    action: Literal["list", "card", "renew", "revoke"]
    id: Whole = 0
    page: Whole = 0
    link: str = ""


class NewInvite(CallbackData, prefix="n6"):
    """The steps to a new invite, each with what was chosen so far. `hr` is a person who comes into HR.

    `department` 0: they choose it themselves.
    """

    step: Literal["name", "account", "where", "role", "uses", "days", "make"]
    kind: Literal["person", "hr", "team"]
    department: Whole = 0
    uses: Whole = 1
    days: Whole = 0
    page: Whole = 0


class Poster(CallbackData, prefix="n7"):
    """The poster of a link. It carries the token, since only the hash is stored."""

    locale: Language
    token: str


class RosterButton(CallbackData, prefix="n8"):
    """A list of people: begin, say what rows are that may be no people, or invite; `file` names the one shown.

    `confirm`: those who are new. `confirm_left`: those too who had access once.
    """

    action: Literal["ask", "departments", "skip", "people", "confirm", "confirm_left"]
    file: str = ""


class ChangeButton(CallbackData, prefix="n10"):
    """A page of what the last list proposes, one proposal, or what is decided about it.

    `ask_…` shows those of a kind that one press carries out; `id` is then that of the last one shown.
    """

    action: Literal["list", "card", "accept", "decline", "ask_left", "ask_moved", "all_left", "all_moved"]
    id: Whole = 0
    page: Whole = 0


class AccountMoved(CallbackData, prefix="x8"):
    """«Was it you?»: the answer of an account whose person went to another one, `to`."""

    action: Literal["yes", "no"]
    to: Whole


class RelinkDecision(CallbackData, prefix="x9"):
    """Whether somebody else's link for a lost account may work."""

    action: Literal["approve", "decline"]
    id: Whole
