"""Refusals about departments, reporting groups, people and roles."""

from __future__ import annotations

from services.kit.errors import Refusal


class TargetGone(Refusal):
    """The department or group does not report by itself (any more)."""

    key = "target.gone"


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


class PersonGone(Refusal):
    """The person left, was erased or got another account since the list was shown."""

    key = "people.gone"


class LastAdmin(Refusal):
    """Without this person no one could administer the bot."""

    key = "people.last_admin"


class SearchEmpty(Refusal):
    """No letter, digit or sign to look for."""

    key = "people.search_empty"


class HelpNotNamed(Refusal):
    """No one is named yet whom an employee could turn to, so no one is invited."""

    key = "undertakings.help_missing"


class WordNotGiven(Refusal):
    """No administrator has accepted yet what the consent promises on the company's behalf."""

    key = "undertakings.word_missing"


class DaysPast(Refusal):
    """The days are over already."""

    key = "calendar.past"


class DaysTooFar(Refusal):
    """More than a year ahead."""

    key = "calendar.too_far"


class DaysBackwards(Refusal):
    """The last day lies before the first one."""

    key = "calendar.backwards"


class OneWorkingDay(Refusal):
    """Working days are added one by one."""

    key = "calendar.one_working_day"


class DaysGone(Refusal):
    """The entry was taken back already."""

    key = "calendar.gone"


class UnknownCountry(Refusal):
    """What was typed is no country whose public holidays are known."""

    key = "department.country_unknown"


class ProposalGone(Refusal):
    """The departments have changed since these were proposed to be joined, or someone has answered already."""

    key = "proposal.gone"
