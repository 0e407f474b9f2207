"""Which departments could report together so that their figures are likely to be shown: made of member numbers only.

How many members a department has is on HR's list of people anyway; whether any of them answers is in no figure here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import comb

from services.company.memberships import GroupKey

ANSWERING = 0.75  # of the members of a group, in a round of the check-in or at least once in a period of pulses
SURE = 0.9  # how likely a group should be shown
TRIED = 8  # departments that are left by themselves to see what becomes of the others
MORE_THAN_ENOUGH = 2  # a group of exactly k is shown only when all of them answered

Sizes = Mapping[GroupKey, int]
Join = frozenset[GroupKey]


@cache
def likely_size(k: int) -> int:
    """Return the smallest number of members with which a group is likely to be shown at the threshold k.

    Nine times in ten at least k of so many people answer when three in four do. A small group reports its pulse once a
    period, so a person counts who answered in any of its weeks: even where only six in ten answer in a week and half
    of the people always or never do, more than three in four answer once in four weeks. Twelve at k = 7; a share of
    six in ten would ask for fifteen, and companies of thirty could seldom be divided so.
    """
    members = k + MORE_THAN_ENOUGH
    while _chance_of(k, members) < SURE:
        members += 1
    return members


def _chance_of(k: int, members: int) -> float:
    """Return how likely at least k of the members answer (binomial)."""
    return sum(comb(members, n) * ANSWERING**n * (1 - ANSWERING) ** (members - n) for n in range(k, members + 1))


def propose(sizes: Sizes, k: int) -> tuple[Join, ...]:
    """Return the sets of departments to join, the largest first; a set may hold one named group, which they join.

    Each set has `likely_size(k)` members or more, none has a department of another, and joining brings more people
    into groups that are likely to be shown, in two groups or more: one group of everyone is the company itself.
    """
    present = {key: people for key, people in sizes.items() if people}
    middle = [key for key in _largest_first(present) if k + MORE_THAN_ENOUGH <= present[key] < likely_size(k)]
    # a department that is shown now and then may stay by itself where that lets the others make a group
    plans = [_plan(present, k, alone) for alone in ((), *((key,) for key in middle[:TRIED]))]
    best = max(plans, key=lambda plan: (_gain(present, plan, k), len(plan)))
    if _gain(present, best, k) <= 0:
        return ()
    return tuple(sorted(best, key=lambda join: (-_members(present, join), sorted(join))))


def _plan(sizes: Sizes, k: int, alone: Iterable[GroupKey]) -> list[Join]:
    """Return sets that reach the likely size: the largest department with the smallest ones, as long as it works out.

    What is left over and could never be shown by itself comes to the smallest set, or else to the smallest group.
    """
    enough = likely_size(k)
    small = [key for key in _largest_first(sizes) if sizes[key] < enough and key not in alone]
    joins: list[set[GroupKey]] = []
    while small:
        join = {small.pop(0)}
        while _members(sizes, join) < enough and (fitting := [key for key in small if _may_join(key, join)]):
            join.add(fitting[-1])
            small.remove(fitting[-1])
        if _members(sizes, join) < enough:
            small = [key for key in small if key not in join]
            _give_away(sizes, k, join, joins)
        else:
            joins.append(join)
    return [frozenset(join) for join in joins]


def _give_away(sizes: Sizes, k: int, left_over: Iterable[GroupKey], joins: list[set[GroupKey]]) -> None:
    """Let what is too small for a group of its own come to the smallest one that takes it."""
    for key in _largest_first({key: sizes[key] for key in left_over}):
        if sizes[key] >= k + MORE_THAN_ENOUGH:
            continue
        taken = set().union(*joins)
        others = [{other} for other in sizes if other not in taken and sizes[other] >= likely_size(k)]
        hosts = [join for join in (joins or others) if _may_join(key, join)] or [
            join for join in others if _may_join(key, join)
        ]
        if hosts:
            host = min(hosts, key=lambda join: (_members(sizes, join), sorted(join)))
            host.add(key)
            if host not in joins:
                joins.append(host)


def _gain(sizes: Sizes, plan: Iterable[Join], k: int) -> int:
    """Return how many more people come into groups of the likely size; 0 where that leaves fewer than two groups."""
    taken = {key for join in plan for key in join}
    groups = [*(_members(sizes, join) for join in plan), *(sizes[key] for key in sizes.keys() - taken)]
    if sum(people >= k + MORE_THAN_ENOUGH for people in groups) < 2:
        return 0
    enough = likely_size(k)
    return sum(people for people in groups if people >= enough) - sum(
        people for people in sizes.values() if people >= enough
    )


def _members(sizes: Sizes, join: Iterable[GroupKey]) -> int:
    return sum(sizes[key] for key in join)


def _largest_first(sizes: Sizes) -> list[GroupKey]:
    return sorted(sizes, key=lambda key: (-sizes[key], key))


def _may_join(key: GroupKey, join: Iterable[GroupKey]) -> bool:
    """Return whether at most one named group comes together."""
    return key.group_id is None or all(other.group_id is None for other in join)
