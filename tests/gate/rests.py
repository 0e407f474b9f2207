"""The attacker on weeks and periods together: the rests of weeks with some weights, less the small groups' means.

It knows who answered in which week, and has the exact sums. The company minus the groups of a week leaves everybody
else's answers; a group's mean over the period has of each person the own mean. It tries weights for every week and
every group, and counts about how many people what is left says something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

from services.gate.publications import PULSE_PERIOD, PULSE_WEEK
from tests.gate.witness import Seen

WEIGHTS = range(5)

Own = Mapping[int, frozenset[str]]
"""By person, the slots in which somebody answered."""


def fewest(log: Iterable[Seen]) -> int | None:
    """The smallest number of people about whom something is said; None where nothing is."""
    seen = list(log)
    found = [_fewest_of(period, seen) for period in seen if period.publication.kind == PULSE_PERIOD]
    return min((number for number in found if number is not None), default=None)


def _fewest_of(pooled: Seen, log: Iterable[Seen]) -> int | None:
    inside = pooled.publication.period
    weeks = {
        f"pulse {seen.publication.slot}": _rest(seen)
        for seen in log
        if seen.publication.kind == PULSE_WEEK
        and inside.start <= seen.publication.slot < inside.end
        and seen.publication.company is not None
    }
    weeks = {slot: people for slot, people in weeks.items() if people}
    groups: list[Own] = [
        {part.person: frozenset(part.slots) for part in pooled.behind(cell) if part.slots}
        for cell in pooled.publication.groups
    ]
    numbers = [_left(dict(zip(weeks, chosen, strict=True)), weeks, groups) for chosen in _choices(len(weeks))]
    return min((number for number in numbers if number), default=None)


def _choices(weeks: int) -> Iterable[tuple[int, ...]]:
    return (chosen for chosen in product(WEIGHTS, repeat=weeks) if any(chosen))


def _rest(seen: Seen) -> frozenset[int]:
    """Who answered outside the shown groups."""
    shown = {cell.key for cell in seen.publication.groups}
    return frozenset(part.person for part in seen.parts if part.slots and part.group not in shown)


def _left(weights: Mapping[str, int], rests: Mapping[str, frozenset[int]], groups: Iterable[Own]) -> int:
    """The people who stay with these weights of weeks, and for every group the weight that takes out most."""
    left = {person for slot, weight in weights.items() if weight for person in rests[slot]}
    tried = {0, *(weight * count for weight in weights.values() for count in range(1, len(weights) + 1))}
    number = 0
    for own in groups:
        left -= own.keys()
        alike = Counter(
            (slots, frozenset(slot for slot, people in rests.items() if person in people))
            for person, slots in own.items()
        )
        number += min(_in_group(alike, weight, weights) for weight in tried)
    return number + len(left)


def _in_group(
    alike: Mapping[tuple[frozenset[str], frozenset[str]], int], weight: int, weights: Mapping[str, int]
) -> int:
    """Those of a group who stay, by the weeks in which they answered and those in whose rests they are."""
    number = 0
    for (slots, inside), people in alike.items():
        in_weeks = {slot: value for slot, value in weights.items() if value and slot in inside}
        number += people * any(
            in_weeks.get(slot, 0) * len(slots) != (weight if slot in slots else 0) for slot in slots | in_weeks.keys()
        )
    return number
