"""The data behind the buttons, 64 bytes at most. A prefix carries a version: a changed field gets a new prefix."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

Whole = Annotated[int, Field(ge=0, lt=2**31)]  # what an integer column holds: anything else is garbage, not an error


class Join(CallbackData, prefix="j1"):
    """The consent screen. It carries the invite's token, since nothing is stored before somebody agrees."""

    action: Literal["agree", "decline", "locale"]
    locale: Literal["ru", "en"]
    version: Whole
    token: str  # empty for those who need no invite


class PickDepartment(CallbackData, prefix="d1"):
    """A department while joining; 0 says that it is not on the list."""

    id: Whole


class Answer(CallbackData, prefix="a1"):
    """An option of one question of one draft."""

    draft: Whole
    version: Whole
    position: Whole
    value: Whole


class Turn(CallbackData, prefix="m1"):
    """A movement within the check-in, from one question of one draft."""

    step: Literal["back", "skip", "later", "few"]
    draft: Whole
    version: Whole
    position: Whole


class Checkin(CallbackData, prefix="c1"):
    """Into the check-in: begin or go on, or return to what was skipped."""

    action: Literal["open", "skipped"]
    draft: Whole = 0


class ShowResult(CallbackData, prefix="r1"):
    """A result of one assessment; 0 is the latest."""

    action: Literal["show", "more", "hide", "redo"]
    assessment: Whole


class TipList(CallbackData, prefix="l1"):
    """A page of the person's steps."""

    kind: Literal["open", "done", "all"]
    page: Whole


class TipButton(CallbackData, prefix="t1"):
    """One step: its card, or the state to set (never «toggle»)."""

    action: Literal[
        "card", "started", "done", "reopened", "declined", "plan", "own_plan", "source", "keep", "swap", "mute"
    ]
    id: Whole


class AnotherTip(CallbackData, prefix="o1"):
    """One more step to choose from."""


class Breathe(CallbackData, prefix="b1"):
    """The breathing exercise: begin it, or end it before its time."""

    action: Literal["begin", "stop"]


class SettingsPage(CallbackData, prefix="s1"):
    """A page of the settings; `settled` is *Fine* on the card after the first result, `number` a page of time zones."""

    page: Literal["main", "checkin", "pulse", "days", "quiet", "kinds", "zone", "language", "pause", "settled"]
    number: Whole = 0


class SetSetting(CallbackData, prefix="v1"):
    """A setting and the value to set (never «toggle»), as `services.settings` reads it."""

    name: str
    value: str


class AskSetting(CallbackData, prefix="f1"):
    """A setting that is typed, and *Back* from there."""

    field: Literal["zone", "pause"]
    action: Literal["ask", "leave"]


class ProfilePage(CallbackData, prefix="u1"):
    """The profile, *Back* to it from a field that is typed, or whom to ask for another department."""

    page: Literal["show", "leave", "department"]


class ProfileField(CallbackData, prefix="u2"):
    """A field of the profile, to type or to empty."""

    action: Literal["ask", "drop"]
    field: Literal["name", "position", "email"]


class Go(CallbackData, prefix="g1"):
    """To a screen that is the same for everybody."""

    place: Literal["menu", "help", "help_now", "privacy", "consent", "hr_sees", "cancel"]


class PulseButton(CallbackData, prefix="p1"):
    """Into this week's pulse or to its summary, or the answer to «weekly or off?»."""

    action: Literal["open", "summary", "weekly", "off"]


class PulseQuestion(CallbackData, prefix="p2"):
    """One question of this week's pulse."""

    metric: Literal["burnout", "stress", "productivity"]


class PulseAnswer(CallbackData, prefix="p3"):
    """An answer of the pulse; `week` is the ISO Monday that it belongs to."""

    week: str
    metric: Literal["burnout", "stress", "productivity"]
    value: Whole


class PulseTip(CallbackData, prefix="p4"):
    """A step for the scale that the weeks speak of."""

    scale: Literal["EE", "DP", "RA"]


class Chart(CallbackData, prefix="w1"):
    """The dashboard with so many weeks."""

    weeks: Whole


class HistoryList(CallbackData, prefix="h1"):
    """A page of earlier check-ins."""

    page: Whole


class HistoryEntry(CallbackData, prefix="h2"):
    """One earlier check-in or a part of its answers; `page` is the page of the list to return to."""

    action: Literal["show", "answers"]
    assessment: Whole
    page: Whole
    part: Whole = 0


class Own(CallbackData, prefix="y1"):
    """The own data: what may be done with it, and the consent."""

    action: Literal["withdraw", "withdrawn", "come_back", "export", "delete", "keep"]


class HelpTopic(CallbackData, prefix="e1"):
    """One topic of the help."""

    topic: Literal["checkin", "pulse", "steps", "messages", "who_sees", "data", "hr"]


class AskHr(CallbackData, prefix="k1"):
    """«Ask HR to contact me»: whom, how to be reached, and sending."""

    action: Literal["open", "person", "way", "send"]
    hr: Whole = 0
    way: Literal["telegram", "email", "words"] = "telegram"


class HrReply(CallbackData, prefix="q1"):
    """What HR says to a request: the state to set."""

    state: Literal["seen", "closed"]
    request: Whole


class HrPage(CallbackData, prefix="i1"):
    """HR's own screens, from the panel."""

    place: Literal["panel", "people", "departments", "groups", "invites", "summary", "promises", "round", "audit"]


class DepartmentButton(CallbackData, prefix="n1"):
    """A page of the departments, or one department and what to do with it; `page` is the page of the list or choice."""

    action: Literal[
        "list", "create", "card", "name", "name_en", "works", "zones", "zone", "managers", "find", "delete", "deleted"
    ]
    id: Whole = 0
    page: Whole = 0


class SetDepartment(CallbackData, prefix="n2"):
    """What HR sets of a department (never «toggle»); an empty value takes it away."""

    field: Literal["name_en", "work", "zone", "manager"]
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

    step: Literal["name", "where", "role", "uses", "days", "make"]
    kind: Literal["person", "hr", "team"]
    department: Whole = 0
    uses: Whole = 1
    days: Whole = 0
    page: Whole = 0


class Poster(CallbackData, prefix="n7"):
    """The poster of a link. It carries the token, since only the hash is stored."""

    locale: Literal["ru", "en"]
    token: str


class RosterButton(CallbackData, prefix="n8"):
    """A list of people: begin, or make the invites of the file that was shown (`file` names it)."""

    action: Literal["ask", "confirm"]
    file: str = ""


class TeamPage(CallbackData, prefix="n9"):
    """The manager's own screen."""


Day = Annotated[int, Field(ge=1, le=date.max.toordinal())]  # a date as its ordinal
CellKey = Annotated[str, Field(pattern=r"^(company|[dg]\d{1,10})$")]  # of a group, or of the company


class SummaryPage(CallbackData, prefix="m5"):
    """HR's summary about the week that began on `week`, and what leads on from it; `page` is one of the groups."""

    action: Literal["open", "steps", "groups", "file", "sample"]
    week: Day
    page: Whole = 0


class OpenGroup(CallbackData, prefix="m6"):
    """The published figures of one group as they were in that week, as words or as a chart."""

    action: Literal["show", "chart"]
    week: Day
    key: CellKey
    page: Whole = 0


class TeamButton(CallbackData, prefix="m7"):
    """A manager's team: a page of it, the five questions, and whether it comes every week (the state to set)."""

    action: Literal["page", "questions", "weekly", "on_demand"]
    page: Whole = 0


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


class AccountMoved(CallbackData, prefix="x8"):
    """«Was it you?»: the answer of an account whose person went to another one, `to`."""

    action: Literal["yes", "no"]
    to: Whole


class Say(CallbackData, prefix="z1"):
    """«Words to say it»: the places of what was chosen so far in content/words.yaml, -1 for what is still open."""

    what: int = -1
    since: int = -1
    wish: int = -1
    tone: int = -1


class PromiseList(CallbackData, prefix="pr1"):
    """A page of HR's promises, or of those to whom something can be promised."""

    kind: Literal["promises", "targets"]
    page: Whole


class PromiseButton(CallbackData, prefix="pr2"):
    """One promise: its card, what to change, and what is asked first (keep, withdraw) and then done."""

    action: Literal["card", "text", "due", "keep", "kept", "withdraw", "withdrawn"]
    id: Whole


class PromiseStep(CallbackData, prefix="pr3"):
    """A step of writing a promise. `value`: the key of the target, a date, or the stamp of the preview."""

    step: Literal["target", "planned", "done", "skip", "due", "again", "confirm"]
    value: str = ""


class RoundButton(CallbackData, prefix="rn1"):
    """A page of targets, the preview of a round, or the round itself for the period that began on `start`."""

    action: Literal["list", "preview", "begin"]
    target: CellKey = "company"
    start: Day = 1
    page: Whole = 0


class AuditList(CallbackData, prefix="au1"):
    """A page of the audit log."""

    page: Whole


class NoteButton(CallbackData, prefix="re1"):
    """A note about a promise: the whole of it, or whether it is noticed."""

    action: Literal["open", "noticed", "not_yet"]
    promise: Whole
