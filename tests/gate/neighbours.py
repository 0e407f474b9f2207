"""Two companies that differ in what one person of each department named, published again and again with new noise.

A department is one draw: all of them answer alike, each with noise of its own, and none says anything about another.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from random import Random
from typing import Any

from sqlalchemy import delete, insert

from db.database import Database
from models import Assessment, Membership, StoredPublication, User
from models.base import Base
from services.gate.publications import CHECKIN_PERIOD, GroupFigures, Publication
from tests.gate.company import STEADY, Company, company_in
from tests.gate.world import START, checkin_row, user_row

Causes = tuple[str, ...]
Told = tuple[tuple[str, float], ...]
"""What HR reads about the causes of one group, in the file, which says more than the words: the most named first."""

SIZE = 15  # the smallest group that is told anything
OTHERS: Sequence[Causes] = [
    *[("load", "rest")] * 2,
    *[("load", "goals")] * 2,
    *[("load", "help")] * 2,
    *[("values",)] * 2,
    *[()] * (SIZE - 9),
]
"""With one person more, load is rounded up to another tenth, and rest to the first that is told."""


def team(person: Causes | None) -> list[Causes | None]:
    """Return what a department of SIZE named, of whom one `person` makes the difference; None is no answer."""
    return [*OTHERS, person]


async def published(database: Database, teams: Sequence[Sequence[Causes | None]], times: int) -> list[Publication]:
    """Return what is published about one period of a company of such teams, each time with new noise."""
    async with company_in(database) as company:
        await _answered(company, teams)
        found = []
        for _ in range(times):
            await company.session.execute(delete(StoredPublication).where(StoredPublication.kind == CHECKIN_PERIOD))
            made = await company.gate.publish_due(company.session, company.now)
            found += [one for one in made if one.kind == CHECKIN_PERIOD]
        await company.session.rollback()
    return found


async def told(database: Database, person: Causes | None, *, departments: int, times: int) -> list[Told]:
    """Return what is published about each of many departments that are all alike."""
    found = await published(database, [team(person)] * departments, times)
    return [of_cell(cell) for one in found for cell in one.groups]


def of_cell(cell: GroupFigures | None) -> Told:
    """Return what is told of one group, or of the company."""
    assert cell is not None
    return tuple((one.id, one.share.value) for one in cell.causes)


async def _answered(company: Company, teams: Sequence[Sequence[Causes | None]]) -> None:
    """One period of a company is over."""
    people = [(department, named) for department, team in enumerate(teams, start=1) for named in team]
    for number in range(1, len(teams) + 1):
        await company.department(number)
    rows: dict[type[Base], list[dict[str, Any]]] = {User: [], Membership: [], Assessment: []}
    for id_, (department, named) in enumerate(people, start=1):
        rows[User].append(user_row(id_, "employee", department, company.now))
        rows[Membership].append({"user_id": id_, "department_id": department, "since": START})
        if named is not None:
            rows[Assessment].append(checkin_row(id_, START, STEADY, "ok", company.now, named))
    for table, values in rows.items():
        await company.session.execute(insert(table), values)
    company.monday = company.calendar.period_of(START).end


def spent(one: Sequence[Hashable], other: Sequence[Hashable], z: float = 3.0) -> float:
    """Return the largest logarithm of a ratio of probabilities that what was seen proves, over all that can be told."""
    worst = 0.0
    for left, right in ((Counter(one), Counter(other)), (Counter(other), Counter(one))):
        for outcome, number in left.items():
            low = _wilson(number, left.total(), -z)
            high = _wilson(right[outcome], right.total(), z)
            worst = max(worst, math.log(low / high) if low > 0 else 0.0)
    return worst


def _wilson(number: int, of: int, z: float) -> float:
    """An end of Wilson's interval: the lower one for a negative z."""
    share = number / of
    middle = share + z * z / (2 * of)
    return (middle + z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))) / (1 + z * z / of)


def guessed(one: Sequence[Hashable], other: Sequence[Hashable], periods: int = 1) -> float:
    """Return how often the attacker is right who has seen half of both and guesses from others, some periods each."""
    halves = len(one) // 2, len(other) // 2
    seen = Counter(one[: halves[0]]), Counter(other[: halves[1]])
    chance = Random(periods)
    right = 0.0
    fresh = one[halves[0] :], other[halves[1] :]
    for outcomes, sign in zip(fresh, (1, -1), strict=True):
        for _ in outcomes:
            lean = sign * sum(_lean(seen, chance.choice(outcomes)) for _ in range(periods))
            right += 0.5 if lean == 0 else lean > 0
    return right / sum(map(len, fresh))


def _lean(seen: Sequence[Mapping[Hashable, int]], outcome: Hashable) -> float:
    one, other = (table.get(outcome, 0) + 0.5 for table in seen)
    return math.log(one / other)
