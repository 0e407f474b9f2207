"""How many people become known while some join and some leave: `python -m benchmarks.gate_churn`.

Invented companies at MIN_GROUP 7, whose people never change their pulse; in every period one person joins and one
leaves. Whoever attacks knows exactly who answered in every week, and takes all published means together as a linear
programme. Known is who is left with less than half the scale. Printed: after one year and after two, where everybody
always answers, and where six in ten answer in a week; of people of all companies, with the standard error of that
share between companies. All ways are measured over the same companies.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice
from random import Random

from benchmarks.gate_simulated import TOP, WEEKS, departments, first_edition, joined, second_edition
from tests.gate.program import Sums, learn, widths

SIZES = (15, 30, 80)
RATES = (1.0, 0.6)
YEAR = 13  # periods
COMPANIES = 20
EDITIONS = {"first": first_edition, "second": second_edition}


@dataclass(frozen=True)
class Known:
    """The share of people who are known, from 0 to 1, and its standard error."""

    share: float
    error: float

    @classmethod
    def among(cls, companies: Sequence[tuple[int, int]]) -> Known:
        """Of each company the people who are known, and all: a ratio of sums (Cochran 1977, 6.4)."""
        number, people = len(companies), sum(all_ for _, all_ in companies)
        share = sum(some for some, _ in companies) / people
        squares = sum((some - share * all_) ** 2 for some, all_ in companies)
        return cls(share, math.sqrt(squares * number / max(1, number - 1)) / people)

    def __str__(self) -> str:
        return f"{100 * self.share:5.1f} ± {100 * self.error:3.1f}"


def share_known(
    people: int, rate: float, edition: str, companies: int, *, is_joined: bool, years: int = 2
) -> list[Known]:
    """Return the share of all people ever there who are known, after each of some years, over some companies."""
    found = [
        list(islice(_company(people, rate, edition, number, is_joined=is_joined), years)) for number in range(companies)
    ]
    return [Known.among(year) for year in zip(*found, strict=True)]


def _company(people: int, rate: float, edition: str, number: int, *, is_joined: bool) -> Iterable[tuple[int, int]]:
    chance = Random(f"{people} {rate} {number}")
    teams = departments(chance, people)
    teams = joined(teams) if is_joined else teams
    values = {person: chance.choice((0, 2, 3, 4, 5, 5, 6, 7, 8, 10)) for person in range(people)}
    learned: Sums = {}
    for period in count():
        here = [person for team in teams.values() for person in team]
        answered = [{one for one in here if chance.random() < rate} for _ in range(WEEKS)]
        for shown in EDITIONS[edition](teams, answered, period * WEEKS):
            exact = Fraction(sum(values[person] for person in shown.people), len(shown.people))
            learn(learned, shown.grid, shown.people, exact)
        if (period + 1) % YEAR == 0:
            found = widths(learned, TOP)
            yield sum(width < TOP / 2 for width in found.values()), len(values)
        _churn(chance, teams, values)


def _churn(chance: Random, teams: dict[str, list[int]], values: dict[int, int]) -> None:
    """One leaves, and one who is new comes."""
    leaving = chance.choice([key for key, team in teams.items() if team])
    teams[leaving].remove(chance.choice(teams[leaving]))
    new = len(values)
    values[new] = chance.choice((0, 2, 3, 4, 5, 5, 6, 7, 8, 10))
    teams[chance.choice(sorted(teams))].append(new)


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    companies = int(arguments[0]) if arguments else COMPANIES
    print(f"{companies} companies each; per cent of people known to less than half the scale after one year and two")
    for people in SIZES:
        for rate in RATES:
            for name, edition, is_joined in (
                ("first", "first", False),
                ("second", "second", False),
                ("joined", "second", True),
            ):
                one, two = share_known(people, rate, edition, companies, is_joined=is_joined)
                print(f"{people:4} people, {100 * rate:3.0f}% answer, {name:7} {one}  {two}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
