"""HR's screens of the company: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import Whole


class HrPage(CallbackData, prefix="i1"):
    """HR's own screens, from the panel."""

    place: Literal[
        "panel",
        "people",
        "departments",
        "groups",
        "proposals",
        "invites",
        "summary",
        "promises",
        "round",
        "audit",
        "give_word",
        "calendar",
    ]


class DepartmentButton(CallbackData, prefix="n1"):
    """A page of the departments, or one department and what to do with it; `page` is the page of the list or choice."""

    action: Literal[
        "list",
        "create",
        "card",
        "name",
        "name_en",
        "works",
        "zones",
        "zone",
        "country",
        "managers",
        "find",
        "delete",
        "deleted",
    ]
    id: Whole = 0
    page: Whole = 0


class SetDepartment(CallbackData, prefix="n2"):
    """What HR sets of a department (never «toggle»); an empty value takes it away."""

    field: Literal["name_en", "work", "zone", "country", "manager"]
    id: Whole
    value: str


class GroupButton(CallbackData, prefix="n3"):
    """A page of the reporting groups, or one group and what to do with it; `page` is the page of the list or choice."""

    action: Literal["list", "create", "card", "name", "name_en", "more", "fewer", "dissolve", "dissolved"]
    id: Whole = 0
    page: Whole = 0


class SetGroup(CallbackData, prefix="n4"):
    """A department for a group that is being put together (pick, drop), or for one that is there (add, take)."""

    action: Literal["pick", "drop", "add", "take", "drop_name_en"]
    group: Whole
    department: Whole
    page: Whole = 0


class ProposalButton(CallbackData, prefix="jp1"):
    """An answer to a proposal to join departments; `stamp` stands for the departments that it was about."""

    action: Literal["accept", "later", "decline"]
    stamp: str


PeopleKind = Literal["all", "department", "invited", "left", "found"]


class OpenPeople(CallbackData, prefix="x1"):
    """A page of HR's list of people; `department` belongs to the kind of that name."""

    kind: PeopleKind
    department: Whole = 0
    page: Whole = 0


class PeopleChoice(CallbackData, prefix="x2"):
    """A page of the departments to list people of, or typing a part of a name."""

    action: Literal["departments", "find"]
    page: Whole = 0


class PersonButton(CallbackData, prefix="x3"):
    """One person, or what may be done with them; the rest is the page of the list to go back to."""

    action: Literal["card", "role", "offboard", "relink"]
    person: Whole
    kind: PeopleKind = "all"
    department: Whole = 0
    page: Whole = 0


class MoveChoice(CallbackData, prefix="x4"):
    """A page of the departments to move a person to."""

    person: Whole
    page: Whole = 0


class MovePerson(CallbackData, prefix="x5"):
    """The department that a person belongs to from now on."""

    person: Whole
    department: Whole


class SetRole(CallbackData, prefix="x6"):
    """The role that a person has from now on."""

    person: Whole
    role: Literal["employee", "hr", "admin"]


class PersonDeed(CallbackData, prefix="x7"):
    """What was confirmed: the end of access, or a link for a lost account."""

    action: Literal["offboard", "relink"]
    person: Whole


class CompanyDays(CallbackData, prefix="cd1"):
    """Typing a day off or a working day of the organisation, or an entry of its calendar to take back."""

    action: Literal["off", "working", "remove"]
    id: Whole = 0


class AuditList(CallbackData, prefix="au1"):
    """A page of the audit log."""

    page: Whole


class AuditChoice(CallbackData, prefix="au2"):
    """A page of what changed something, or of what was looked at."""

    kind: Literal["changes", "views"]
    page: Whole = 0
