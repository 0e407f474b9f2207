"""How often «easier than in other groups» is said, where nothing helped and where something did.

`python -m benchmarks.helped`. Simulated companies of groups of equal size; people answer in 60 % of the weeks on
average, some nearly always, some seldom. Answers of 0–10 spread by 2.5 in all (docs/method.md), two fifths of the
variance from week to week; a group's level wanders by 0.3 over the months, and the whole company's with the season.
Something is done for one group: for any, for the one that was hardest lately, or for the one that had risen most, which
are the moments at which things are done. An effect is taken off from the week after. All that the rule sees is made by
the gate's own functions. Groups of fewer than twenty report once a period of eight weeks.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random
from statistics import fmean
from typing import Literal

from content import load_content
from services.company.memberships import Group, GroupKey
from services.gate.coarsening import Coarsening
from services.gate.gate import DIGITS
from services.gate.hiding import Tally, too_small, weekly_from, whole
from services.gate.measures import pulse_source
from services.gate.publications import PULSE_PERIOD, PULSE_WEEK, Publication
from services.gate.trends import WEEKS_THEN
from services.kit.calendar import WEEK
from services.summary.helped.verdict import SLOTS, STRAIN, WEEKS_AFTER, WEEKS_BEFORE, Helped, judge

Picked = Literal["any", "hardest", "risen"]
PICKED: tuple[Picked, ...] = ("any", "hardest", "risen")
K = 7
SPREAD = 2.5
RETEST = 0.6
NOISE = SPREAD * math.sqrt(1 - RETEST)
GROUP_SPREAD = 0.8
DRIFT = 0.3  # of a group's level, standing spread, with a memory of about ten weeks
MEMORY = 0.9
SEASON = 0.1
ANSWERING, DIFFERENT = 0.6, 0.25
START = date(2026, 1, 5)
PERIOD_WEEKS = 8
EFFECTS = {"none": 0.0, "−0.5 SD": -0.5 * SPREAD, "−0.5 points": -0.5}
CONTENT = load_content()
SOURCE = pulse_source(CONTENT)
CELLS = Coarsening(CONTENT.hr_actions.thresholds, K)


@dataclass(frozen=True)
class Person:
    """Own levels of the strain's figures, and how often this person answers."""

    levels: tuple[float, ...]
    rate: float


@dataclass(frozen=True)
class Course:
    """How many figures come before something is promised, how many until it is done, and how many are compared.

    Each is `weeks` long.
    """

    weeks: int
    earlier: int
    until_done: int
    before: int
    after: int

    @property
    def done(self) -> int:
        """The number of the figure in whose weeks it is done."""
        return self.earlier + self.until_done


WEEKLY = Course(1, 16, 3, WEEKS_BEFORE, WEEKS_AFTER)
ONCE_A_PERIOD = Course(PERIOD_WEEKS, SLOTS, 0, SLOTS, SLOTS)


def said(chance: Random, groups: int, people: int, picked: Picked, effect: float) -> Helped:
    """Return what is said of one company as soon as its last figures are there."""
    return judge(*company(chance, groups, people, picked, effect))


def company(
    chance: Random, groups: int, people: int, picked: Picked, effect: float
) -> tuple[GroupKey, list[Publication], list[Publication]]:
    """Return the group for which something is done, and what is published before and after."""
    course = WEEKLY if people >= weekly_from(K) else ONCE_A_PERIOD
    named = [Group(GroupKey.of_department(n), f"d{n}", None, (n,)) for n in range(1, groups + 1)]
    teams = {group.key: [_person(chance) for _ in range(people)] for group in named}
    total = course.done + 1 + course.after
    season = _walk(chance, total * course.weeks)
    levels = {group.key: [a + b for a, b in zip(_levels(chance, len(season)), season, strict=True)] for group in named}
    published: list[Publication] = []
    key = named[0].key
    for number in range(total):
        if number == course.earlier and picked != "any":
            key = _pick(published, picked, 1 if course is ONCE_A_PERIOD else WEEKS_THEN)
        tallies: dict[str, Tally] = {}
        for group in named:
            taken_off = effect if group.key == key and number > course.done else 0.0
            weeks = levels[group.key][number * course.weeks : (number + 1) * course.weeks]
            tallies[group.key] = _tally(chance, teams[group.key], [level + taken_off for level in weeks])
        published.append(_published(named, tallies, START + number * course.weeks * WEEK, course.weeks))
    return key, published[course.done - course.before : course.done], published[course.done + 1 :]


def measured(
    picked: Picked, effect: float, *, groups: int, people: int, companies: int, seed: int = 1
) -> Mapping[Helped, float]:
    """Return the share of each verdict."""
    chance = Random(f"{picked} {effect} {groups} {people} {seed}")
    found = Counter(said(chance, groups, people, picked, effect) for _ in range(companies))
    return {word: found[word] / companies for word in Helped}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--companies", type=int, default=400)
    parser.add_argument("--groups", type=int, nargs="+", default=[4, 6, 10])
    parser.add_argument("--people", type=int, nargs="+", default=[20, 30, 12])
    options = parser.parse_args()
    error = 50 / math.sqrt(options.companies)
    print(f"{options.companies} companies a row; the standard error of a share is at most {error:.1f} points")
    print(f"{'people':>6} {'groups':>6} {'done for':>9} {'effect':>12} " + " ".join(f"{word:>7}" for word in Helped))
    for people in options.people:
        for groups in options.groups:
            for picked in PICKED:
                for name, effect in EFFECTS.items():
                    row = measured(picked, effect, groups=groups, people=people, companies=options.companies)
                    shares = " ".join(f"{row[word]:7.1%}" for word in Helped)
                    print(f"{people:6} {groups:6} {picked:>9} {name:>12} {shares}", flush=True)


# --- inside -----------------------------------------------------------------------------------------------------------


def _person(chance: Random) -> Person:
    own = chance.gauss(0, SPREAD * math.sqrt(RETEST))
    rate = min(max(chance.gauss(ANSWERING, DIFFERENT), 0.05), 1.0)
    return Person(tuple(own + chance.gauss(0, 0.3 * SPREAD) for _ in SOURCE.means), rate)


def _levels(chance: Random, weeks: int) -> list[float]:
    level, drift, found = chance.gauss(5, GROUP_SPREAD), chance.gauss(0, DRIFT), []
    for _ in range(weeks):
        drift = MEMORY * drift + chance.gauss(0, DRIFT * math.sqrt(1 - MEMORY**2))
        found.append(level + drift)
    return found


def _walk(chance: Random, weeks: int) -> list[float]:
    place, found = 0.0, []
    for _ in range(weeks):
        place += chance.gauss(0, SEASON)
        found.append(place)
    return found


def _tally(chance: Random, team: Sequence[Person], weeks: Sequence[float]) -> Tally:
    """The own means of everybody who answered in at least one of the weeks with these levels."""
    means = [mean for person in team if (mean := _mean_of(chance, person, weeks)) is not None]
    sums = {}
    for figure, values in zip(SOURCE.means, zip(*means, strict=True), strict=False):
        sums[figure.name] = _exact(sum(values))
        sums[f"{figure.name}²"] = _exact(sum(value * value for value in values))
    return Tally(len(team), len(means), sums)


def _exact(total: float) -> Fraction:
    return Fraction(round(total * DIGITS), DIGITS)


def _mean_of(chance: Random, person: Person, weeks: Sequence[float]) -> list[float] | None:
    answers = [
        [min(max(round(level + own + chance.gauss(0, NOISE)), 0), 10) for own in person.levels]
        for level in weeks
        if chance.random() < person.rate
    ]
    return [sum(column) / len(answers) for column in zip(*answers, strict=True)] if answers else None


def _published(groups: Sequence[Group], tallies: Mapping[str, Tally], monday: date, weeks: int) -> Publication:
    everybody = whole(tallies)
    spreads = CELLS.spreads(SOURCE, everybody)
    return Publication(
        PULSE_WEEK if weeks == 1 else PULSE_PERIOD,
        monday,
        weeks,
        K,
        None if weeks > 1 else CELLS.of(SOURCE, None, everybody, everybody.people, spreads),
        CELLS.of_groups(SOURCE, groups, tallies, tallies.keys() - too_small(tallies, K), spreads),
        (),
        spreads=spreads,
    )


def _pick(published: Sequence[Publication], picked: Picked, latest: int) -> GroupKey:
    def level(key: GroupKey, publications: Sequence[Publication]) -> float:
        cells = [one.cell(key) for one in publications]
        found = [cell.means[name].value for cell in cells if cell is not None for name in STRAIN]
        return fmean(found) if found else 0.0

    def risen(key: GroupKey) -> float:
        return level(key, published[-latest:]) - level(key, published[-2 * latest : -latest])

    keys = [cell.key for cell in published[-1].groups]
    return max(keys, key=risen if picked == "risen" else lambda key: level(key, published[-latest:]))


if __name__ == "__main__":
    main()
