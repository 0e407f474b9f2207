"""Companies for the measurements of the gate, without a database: the editions' rules over who answered in which week.

The rules of the second edition are the gate's own functions; those of the first are written down here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from services.company.memberships import COMPANY, GroupKey
from services.gate.coarsening import HALF, NEARLY_ALL, SPREAD_FROM, Grid
from services.gate.hiding import (
    Answers,
    Tally,
    complement,
    hide_covered,
    is_too_small,
    least_people,
    too_small,
    weekly_from,
    whole,
)
from services.summary.proposals import propose

K = 7
WEEKS = 4  # of a period
DETAILED = 10  # answers for an interval in the first edition
TOP = 10
FINE = Grid.of(0.5, TOP, K)

Teams = Mapping[str, Collection[int]]
"""The people of each group."""


@dataclass(frozen=True)
class Shown:
    """A published mean: over whom and in which weeks, whether a change can be computed from it, and on which grid."""

    key: str
    weeks: range
    people: frozenset[int]
    has_interval: bool
    grid: Grid = FINE


def departments(chance: Random, people: int) -> dict[str, list[int]]:
    """Return departments of 5 to 15 people."""
    sizes: list[int] = []
    while (left := people - sum(sizes)) > 0:
        size = chance.randint(5, 15)
        sizes.append(left if left - size < 5 else size)
    numbers = iter(range(people))
    return {f"d{number}": [next(numbers) for _ in range(size)] for number, size in enumerate(sizes, start=1)}


def joined(teams: Mapping[str, list[int]], k: int = K) -> dict[str, list[int]]:
    """Return the same people after HR accepted what the bot proposes, again and again until it proposes nothing."""
    left = {GroupKey(key): list(team) for key, team in teams.items()}
    while joins := propose({key: len(team) for key, team in left.items()}, k):
        for join in joins:
            into = min(join, key=lambda key: (key.group_id is None, key))
            parts = [left.pop(key) for key in sorted(join)]
            left[GroupKey(f"g{into[1:]}")] = [person for part in parts for person in part]
    return {str(key): team for key, team in left.items()}


def rest_as_one(teams: Mapping[str, list[int]], k: int = K) -> dict[str, list[int]]:
    """Return the same people where all departments that can never be shown by themselves are one group."""
    small = [key for key in teams if len(teams[key]) < least_people(k)]
    found = {key: list(team) for key, team in teams.items() if key not in small}
    return found | ({"rest": [person for key in small for person in teams[key]]} if small else {})


def arrived(teams: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Return the same teams when every fifth person of the roster has not joined the bot."""
    return {key: [person for person in team if person % 5 != 4] for key, team in teams.items()}


def first_edition(teams: Teams, answered: Sequence[set[int]], start: int) -> list[Shown]:
    """Return what the first edition published of the weeks from `start` on: every week the groups of k answers."""
    found = []
    for week, here in enumerate(answered, start=start):
        counts = {key: len(here & set(team)) for key, team in teams.items()}
        if sum(counts.values()) < K:
            continue
        hidden = {key for key, count in counts.items() if count < K}
        shown = sorted(teams.keys() - hidden, key=lambda key: (len(teams[key]), key))
        if hidden and shown and sum(counts[key] for key in hidden) < K:
            hidden.add(shown[0])
        everybody = frozenset(here)
        found.append(Shown(COMPANY, range(week, week + 1), everybody, len(everybody) >= DETAILED))
        found += [
            Shown(key, range(week, week + 1), frozenset(here & set(teams[key])), counts[key] >= DETAILED)
            for key in teams.keys() - hidden
        ]
    return found


def second_edition(teams: Teams, answered: Sequence[set[int]], start: int, k: int = K) -> list[Shown]:
    """Return what the second edition publishes of one period."""
    everybody = [person for team in teams.values() for person in team]
    has_spread = len(everybody) >= SPREAD_FROM
    sizes = range(least_people(k), weekly_from(k))
    pooled = {key for key, team in teams.items() if len(team) in sizes}
    found: list[Shown] = []
    weekly: list[set[str] | None] = []
    for week, here in enumerate(answered, start=start):
        tallies = _tallies(teams, here)
        if is_too_small(whole(tallies), k):
            weekly.append(None)
            continue
        shown = teams.keys() - complement(tallies, too_small(tallies, k) | pooled, k)
        weekly.append(shown)
        found += [
            Shown(key, range(week, week + 1), frozenset(here & set(team)), has_spread, _grid(len(team), k))
            for key, team in [(COMPANY, everybody), *((key, teams[key]) for key in shown)]
        ]
    ever = set().union(*answered)
    tallies = _tallies(teams, ever)
    hidden = too_small(tallies, k) | (teams.keys() - pooled)
    hidden = hide_covered(tallies, hidden, list(_answers(teams, answered)), weekly, k)
    weeks, is_compared = range(start, start + len(answered)), has_spread and any(shown is not None for shown in weekly)
    return found + [
        Shown(key, weeks, frozenset(ever & set(teams[key])), is_compared, _grid(len(teams[key]), k))
        for key in teams.keys() - hidden
    ]


def _grid(people: int, k: int) -> Grid:
    return Grid.of(0.5, TOP, k, NEARLY_ALL if people < weekly_from(k) else HALF)


def _tallies(teams: Teams, here: Collection[int]) -> dict[str, Tally]:
    return {key: Tally(len(team), len(set(team) & set(here)), {}) for key, team in teams.items()}


def _answers(teams: Teams, answered: Sequence[set[int]]) -> Iterable[Answers]:
    for key, team in teams.items():
        patterns = Counter(sum(1 << n for n, here in enumerate(answered) if person in here) for person in team)
        yield from (Answers(key, pattern, people) for pattern, people in patterns.items() if pattern)
