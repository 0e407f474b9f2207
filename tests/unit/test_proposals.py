"""Proposals to join departments: laws over invented companies, and a few companies by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from random import Random

import pytest

from services.company.memberships import GroupKey
from services.summary.proposals import likely_size, propose

K = 7
ENOUGH = 12
COMPANIES = 1500


def departments(*sizes: int) -> dict[GroupKey, int]:
    return {GroupKey.of_department(id_): size for id_, size in enumerate(sizes, start=1)}


def proposed(*sizes: int, k: int = K) -> list[list[int]]:
    """The sizes of what is to be joined."""
    found = departments(*sizes)
    return [sorted(found[key] for key in join) for join in propose(found, k)]


def company(seed: int) -> dict[GroupKey, int]:
    """Up to six departments, one of them perhaps a named group."""
    chance = Random(seed)
    sizes = [chance.choice((*range(13), 15, 20, 40)) for _ in range(chance.randint(1, 6))]
    found = departments(*sizes)
    if chance.random() < 0.3:
        found[GroupKey.of_group(1)] = chance.randint(2, 20)
    return found


def partitions(keys: Sequence[GroupKey]) -> Iterator[list[list[GroupKey]]]:
    if not keys:
        yield []
        return
    for rest in partitions(keys[1:]):
        yield [[keys[0]], *rest]
        for index, part in enumerate(rest):
            yield [*rest[:index], [keys[0], *part], *rest[index + 1 :]]


def likely(parts: list[int], enough: int) -> int:
    """How many people are in groups that are likely to be shown: none where all but one can never be shown."""
    return sum(size for size in parts if size >= enough) if sum(size >= K + 2 for size in parts) > 1 else 0


@pytest.mark.parametrize(("k", "size"), [(5, 9), (6, 10), (7, 12), (8, 13), (10, 16)])
def test_nine_groups_in_ten_of_the_likely_size_are_shown(k: int, size: int) -> None:
    def chance(members: int) -> float:
        return float(sum(comb(members, n) * 3**n for n in range(k, members + 1)) / 4**members)

    assert likely_size(k) == size >= k + 2
    assert chance(size) >= 0.9 > chance(size - 1)


@pytest.mark.parametrize("seed", range(0, COMPANIES, 100))
def test_what_is_proposed_can_be_shown_and_gains_something(seed: int) -> None:
    for number in range(seed, seed + 100):
        sizes = company(number)
        joins = propose(sizes, K)
        taken = [key for join in joins for key in join]
        assert len(taken) == len(set(taken)), "no department twice"
        for join in joins:
            assert len(join) > 1
            assert sum(sizes[key] for key in join) >= ENOUGH
            assert any(sizes[key] < ENOUGH for key in join), "somebody gains"
            assert all(sizes[key] for key in join), "nobody is in an empty department"
            assert sum(key.group_id is not None for key in join) <= 1, "groups are not merged"
        after = [sum(sizes[key] for key in join) for join in joins]
        after += [size for key, size in sizes.items() if key not in taken and size]
        if joins:
            before = [size for size in sizes.values() if size]
            assert likely(after, ENOUGH) > sum(size for size in before if size >= ENOUGH)
        assert propose(sizes, K) == joins, "the same every time"


@pytest.mark.parametrize("seed", range(0, COMPANIES, 100))
def test_where_it_proposes_nothing_no_other_way_brings_everybody_into_a_figure(seed: int) -> None:
    """Looked for among all ways to divide the company, those that leave some department in no figure apart."""
    missed = 0
    for number in range(seed, seed + 100):
        sizes = company(number)
        keys = [key for key, size in sizes.items() if size]
        if propose(sizes, K) or all(sizes[key] >= K + 2 for key in keys):
            continue
        for parts in partitions(keys):
            totals = [(len(part), sum(sizes[key] for key in part)) for part in parts]
            is_proposable = all(total >= (ENOUGH if joined > 1 else K + 2) for joined, total in totals)
            missed += is_proposable and len(parts) > 1
    assert missed == 0


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ((4, 6, 5, 30), [[4, 5, 6]]),
        ((4, 5, 3, 38, 24), [[3, 4, 5]]),
        ((3, 20, 30), [[3, 20]]),  # too small for a group with others of its size
        ((10, 8, 6), [[6, 8]]),  # ten are shown now and then: joined as well, they would be the whole company
        ((8, 8, 4, 4), [[4, 8], [4, 8]]),
        ((5, 4), []),  # the whole company
        ((12, 20), []),
        ((9, 15), []),
        ((0, 3), []),
        ((), []),
    ],
)
def test_companies_by_hand(sizes: tuple[int, ...], joined: list[list[int]]) -> None:
    assert proposed(*sizes) == joined


def test_a_named_group_takes_a_small_department_in() -> None:
    sizes = departments(4, 30) | {GroupKey.of_group(3): 9}
    assert propose(sizes, K) == (frozenset({GroupKey("d1"), GroupKey("g3")}),)


def test_hundreds_of_departments_take_a_moment() -> None:
    chance = Random(1)
    joins = propose(departments(*(chance.randint(1, 15) for _ in range(400))), K)
    assert len(joins) > 100
