"""Small groups report their pulse once a period: which they are, and what is known of their weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from services.company.memberships import Group
from services.gate.hiding import NOWHERE, Answers, Tally, least_people, weekly_from
from services.gate.publications import EDITION, Publication
from services.kit.calendar import WEEK, Period


def keys_of(groups: Sequence[Group]) -> dict[int | None, str]:
    """Return the key of the group in which each department reports."""
    return {department: group.key for group in groups for department in group.departments}


def reporting_once(
    first: Publication | None, groups: Sequence[Group], tallies: Mapping[str, Tally], k: int
) -> set[str]:
    """Return the groups that report once a period, as the period's `first` week was published.

    In the first week itself (None), and for groups that came later, the number of people who count decides. A group so
    small that it can never be shown is none of them.
    """
    known: set[str] = set()
    kept: set[str] = set()
    if first is not None and first.edition == EDITION:
        known, kept = {group.key for group in first.all_groups}, {group.key for group in first.pooled}
    sizes = range(least_people(k), weekly_from(k))
    small = {key for key, tally in tallies.items() if key != NOWHERE and tally.people in sizes}
    return (small - known) | (kept & tallies.keys())


def in_some_and_in_every(
    weeks: Sequence[Publication], period: Period, groups: Sequence[Group]
) -> tuple[set[str], set[str]]:
    """Return the keys that reported once a period in some week, and in every week of it with the same departments.

    Where a week is missing, or a group came or changed in between, nothing is made of its weeks.
    """
    departments = {group.key: group.departments for group in groups}
    in_weeks = Counter[str](
        group.key
        for week in weeks
        if week.edition == EDITION
        for group in week.pooled
        if departments.get(group.key) == group.departments
    )
    return set(in_weeks), {key for key, number in in_weeks.items() if number == period.weeks}


def by_group(keys: Mapping[int | None, str], rows: Iterable[Row[Any]]) -> list[Answers]:
    """Return how many people of each group answered in the same weeks, of rows by department and weeks."""
    found: Counter[tuple[str, int]] = Counter()
    for row in rows:
        if row.answered:
            found[keys.get(row.department_id, NOWHERE), row.weeks] += row.answered
    return [Answers(group, weeks, people) for (group, weeks), people in found.items()]


def shown_by_week(weeks: Sequence[Publication], period: Period) -> list[set[str] | None]:
    """Return of every week of a period the groups that were shown; None where the company was not."""
    shown = {week.slot: {str(cell.key) for cell in week.groups} for week in weeks if week.company is not None}
    return [shown.get(period.start + number * WEEK) for number in range(period.weeks)]
