"""Exact tallies, and which groups stay without figures. What is hidden rests on numbers of people alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from operator import or_
from typing import Final

NOWHERE: Final = ""  # the key of the people without a department: part of the company, never shown by themselves
MORE_THAN_ANSWER: Final = 2  # so many people more than the threshold, so that a shown group may have silent ones
WEEKLY_FROM: Final = 20  # smaller groups report once a period: of twenty, k = 7 answer nearly always where half do
EVERY_WEIGHT: Final = 4  # in longer periods, a bound that is easier to count stands for every weight


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts and sums over one set of people: `people` who count here, of whom `answered` are in `sums`."""

    people: int
    answered: int
    sums: Mapping[str, Fraction]

    def __add__(self, other: Tally) -> Tally:
        sums = {name: total + other.sums[name] for name, total in self.sums.items()}
        return Tally(self.people + other.people, self.answered + other.answered, sums)


def whole(tallies: Mapping[str, Tally]) -> Tally:
    """Return the company: all groups together."""
    found = Tally(0, 0, {})
    for number, tally in enumerate(tallies.values()):
        found = found + tally if number else tally
    return found


def least_people(k: int) -> int:
    """Return how many people who count a set needs, so that its being shown does not say that all of them answered."""
    return k + MORE_THAN_ANSWER


def weekly_from(k: int) -> int:
    """Return from how many people who count a group reports every week: fewer than half of them have to answer."""
    return max(WEEKLY_FROM, 3 * k - 1)


def is_too_small(tally: Tally, k: int) -> bool:
    """Return whether fewer than k people answered, or all who count could be concluded to have answered."""
    return tally.answered < k or tally.people < least_people(k)


def too_small(tallies: Mapping[str, Tally], k: int) -> set[str]:
    """Return the groups that are too small to be shown."""
    return {key for key, tally in tallies.items() if is_too_small(tally, k)}


def complement(tallies: Mapping[str, Tally], hidden: Collection[str], k: int) -> set[str]:
    """Return the hidden groups and, where they could be had as the company minus the shown ones, the next smallest too.

    Together the hidden groups hold no one, or as many people as a shown group. One more group is always enough. The
    next smallest is found by the number of people and not of answers: it is the same every week.
    """
    rest = [tallies[key] for key in hidden if tallies[key].people]
    shown = by_size(tallies, tallies.keys() - set(hidden))
    people, answered = sum(tally.people for tally in rest), sum(tally.answered for tally in rest)
    if rest and shown and is_too_small(Tally(people, answered, {}), k):
        return {*hidden, shown[0]}
    return set(hidden)


def by_size(tallies: Mapping[str, Tally], keys: Collection[str]) -> list[str]:
    """Return groups by the number of people, the smallest first."""
    return sorted(keys, key=lambda key: (tallies[key].people, key))


@dataclass(frozen=True, slots=True)
class Answers:
    """So many `people` of a group answered in the same weeks of a period: bits of `weeks`, that of the first is 1."""

    group: str
    weeks: int
    people: int


Weekly = Sequence[Collection[str] | None]
"""Of every week of a period the groups that were shown; None where the company was not."""


def least_left(rows: Collection[Answers], shown: Collection[str], weekly: Weekly) -> int | None:
    """Return how many people are at least in whatever is made of weekly rests and means over the period; None: of none.

    The rest of a week, the company minus its shown groups, is a sum over everyone else's answers in it. Someone's own
    mean over n weeks has 1/n of each answer. So when rests are added with some weights and `shown` groups' means are
    taken away, of such a group those vanish who answered equally often, and only in weeks of one weight; or (its mean
    left out) those who answered in no week with a weight. Whoever is in no shown group stays. Where no one stays with a
    single weight, one figure is made of the others and nothing is said.
    """
    inside = [(row, row.weeks & rests_with(row.group, weekly)) for row in rows]
    weeks = reduce(or_, (rests for _, rests in inside), 0)
    if not weeks:
        return None
    if len(weekly) > EVERY_WEIGHT:
        return min(_left_in_week(inside, shown, n) for n in range(len(weekly)) if weeks >> n & 1)
    found = {classes: _left(inside, shown, classes) for classes in _weights(weeks) if classes}
    return min((left for classes, left in found.items() if left or len(classes) > 1), default=None)


def rests_with(group: str, weekly: Weekly) -> int:
    """Return the weeks, as bits, in whose rest a group is: in which the company was shown and the group was not."""
    return sum(1 << n for n, shown in enumerate(weekly) if shown is not None and group not in shown)


def _left(inside: Collection[tuple[Answers, int]], shown: Collection[str], classes: Collection[int]) -> int:
    """Return how many stay when the weeks of each class get a weight of its own, and all other weeks none."""
    left, used = 0, sum(classes)
    untouched: Counter[str] = Counter()
    equally: Counter[tuple[str, int, int]] = Counter()
    for row, rests in inside:
        if row.group not in shown:
            left += row.people if rests & used else 0
            continue
        left += row.people
        untouched[row.group] += 0 if rests & used else row.people
        for weeks in classes:
            if row.weeks & weeks == row.weeks:
                equally[row.group, weeks, row.weeks.bit_count()] += row.people
    most: Counter[str] = Counter()
    for (group, _), people in _most(equally).items():
        most[group] += people
    return left - sum(max(people, most[group]) for group, people in untouched.items())


def _left_in_week(inside: Collection[tuple[Answers, int]], shown: Collection[str], week: int) -> int:
    """Return the same for all weights at once, of those alone who answered in a week: fewer, and quicker to count."""
    here = [row for row, rests in inside if rests >> week & 1]
    equally: Counter[tuple[str, int, int]] = Counter()
    for row in here:
        if row.group in shown:
            equally[row.group, week, row.weeks.bit_count()] += row.people
    return sum(row.people for row in here) - sum(_most(equally).values())


def _most(equally: Mapping[tuple[str, int, int], int]) -> dict[tuple[str, int], int]:
    """Return of each group and class of weeks the largest number of people who answered equally often."""
    found: dict[tuple[str, int], int] = {}
    for (group, weeks, _), people in equally.items():
        found[group, weeks] = max(found.get((group, weeks), 0), people)
    return found


@cache
def _weights(weeks: int) -> tuple[tuple[int, ...], ...]:
    """Every way to give weights to weeks, as the sets of weeks with an equal one; whatever is in none has none."""
    if not weeks:
        return ((),)
    first = weeks & -weeks
    found = []
    for rest in _weights(weeks ^ first):
        found.append(rest)
        found.append((first, *rest))
        found += [(*rest[:n], rest[n] | first, *rest[n + 1 :]) for n in range(len(rest))]
    return tuple(found)


def hide_covered(
    tallies: Mapping[str, Tally], hidden: Collection[str], rows: Collection[Answers], weekly: Weekly, k: int
) -> set[str]:
    """Return the hidden groups of a period's pulse: more of them, smallest first, until no rest is too bare."""
    gone = set(hidden)
    for key in [None, *by_size(tallies, tallies.keys() - gone)]:
        gone |= set() if key is None else {key}
        left = least_left(rows, tallies.keys() - gone, weekly)
        if left is None or left >= k:
            break
    return gone
