"""How much of a company the gate shows, before and after its second edition: `python -m benchmarks.gate_usefulness`.

Departments of 5 to 15 people at MIN_GROUP 7; each person answers each week by the same chance. Counted are weeks of
groups: a small group's mean over a period stands for each of its weeks. "Change": weeks of groups with a figure, an
interval, and both in the figure before as well (four weeks or a period earlier). "Flips": of all pairs of neighbouring
figures of a group, how many are one that is shown and one that is not. "No group": weeks with no group's figure.
"People": weeks of people whose group has a figure, which is the same measure however departments are joined.

Beside the editions there are ways to see more without HR doing anything. "k = 5": `MIN_GROUP` at its floor. "rest": a
rule that the gate doesn't have, all departments that can never be shown by themselves being one group. "8 weeks": the
longer period. "joined" is what HR gets that accepts all proposals (`services/summary/proposals.py`), "joined, 5" the
same at `MIN_GROUP` 5. The last two are of a company in which every fifth person of the roster has not joined the bot:
"arrived" as it is, "roster" when all that the roster's own sizes would propose had been joined at the set-up.

"At most" is how many departments have MIN_GROUP + 2 people or more: no rule can show more of them by themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from benchmarks.gate_simulated import (
    WEEKS,
    K,
    Shown,
    arrived,
    departments,
    first_edition,
    joined,
    rest_as_one,
    second_edition,
)
from services.company.memberships import COMPANY
from services.gate.hiding import least_people

SIZES = (15, 30, 80, 200)
RATES = (0.5, 0.6, 0.7)
PERIODS = 7
FLOOR = 5

Groups = Mapping[str, list[int]]
Edition = Callable[[Groups, Sequence[set[int]], int], list[Shown]]


@dataclass(frozen=True)
class Way:
    """A rule of publishing, what becomes of the departments, and the weeks of a period."""

    edition: Edition
    groups: Callable[[dict[str, list[int]]], Groups] = dict
    weeks: int = WEEKS


WAYS: Mapping[str, Way] = {
    "first": Way(first_edition),
    "second": Way(second_edition),
    "k = 5": Way(partial(second_edition, k=FLOOR)),
    "rest": Way(second_edition, rest_as_one),
    "8 weeks": Way(second_edition, weeks=2 * WEEKS),
    "joined": Way(second_edition, joined),
    "joined, 5": Way(partial(second_edition, k=FLOOR), partial(joined, k=FLOOR)),
    "arrived": Way(second_edition, arrived),
    "roster": Way(second_edition, lambda teams: arrived(joined(teams))),
}


@dataclass
class Counted:
    """Weeks of groups, and of the company."""

    slots: int = 0
    shown: int = 0
    changes: int = 0
    pairs: int = 0
    flips: int = 0
    weeks: int = 0
    bare: int = 0
    people: int = 0
    people_shown: int = 0

    def row(self) -> str:
        """Return shown, change, flips, no group and people, in per cent."""
        shares = (
            (self.shown, self.slots),
            (self.changes, self.slots),
            (self.flips, self.pairs),
            (self.bare, self.weeks),
            (self.people_shown, self.people),
        )
        return "".join(f"{100 * part / max(1, whole):7.0f}" for part, whole in shares)


def count(way: Way, teams: Groups, answered: Sequence[set[int]], into: Counted) -> None:
    """Add what one company is shown in all its whole periods but the first, which is there for their changes."""
    at: dict[tuple[str, int], Shown] = {}
    end = len(answered) // way.weeks * way.weeks
    for start in range(0, end, way.weeks):
        for shown in way.edition(teams, answered[start : start + way.weeks], start):
            at.update({(shown.key, week): shown for week in shown.weeks if shown.key != COMPANY})
    for week in range(way.weeks, end):
        into.weeks += 1
        into.bare += not any((key, week) in at for key in teams)
        for key in teams:
            into.slots += 1
            now, then, before = (at.get((key, week - back)) for back in (0, way.weeks, 1))
            into.shown += now is not None
            into.people += len(teams[key])
            into.people_shown += len(teams[key]) * (now is not None)
            into.changes += now is not None and then is not None and now.has_interval and then.has_interval
            if now is None or before is None or now is not before:
                into.pairs += 1
                into.flips += (now is None) != (before is None)


def measured(people: int, rate: float, companies: int) -> tuple[Mapping[str, Counted], float]:
    """Return what there is to see in each of the WAYS, over the same companies, and how many departments are enough."""
    found = {name: Counted() for name in WAYS}
    sizes: list[int] = []
    for number in range(companies):
        chance = Random(f"{people} {rate} {number}")
        teams = departments(chance, people)
        answered = [{one for one in range(people) if chance.random() < rate} for _ in range(PERIODS * WEEKS)]
        sizes += map(len, teams.values())
        for name, way in WAYS.items():
            count(way, way.groups(teams), answered, found[name])
    return found, sum(size >= least_people(K) for size in sizes) / len(sizes)


def main(companies: int) -> None:
    """Print the table."""
    print(f"{companies} companies each; per cent of weeks of groups")
    print("people  rate  way         shown change  flips no group people")
    for people in SIZES:
        for rate in RATES:
            found, enough = measured(people, rate, companies)
            print(f"{people:6} {100 * rate:4.0f}%  at most   {100 * enough:7.0f}")
            for name, counted in found.items():
                print(f"{people:6} {100 * rate:4.0f}%  {name:10}{counted.row()}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
