"""Who of a list is who: the same name in the same place, the same name elsewhere, and nothing where two are meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lifecycle.roster.matching import Entry, Matches, match

Names = Sequence[tuple[str, str | None]]


def entries(people: Names, first: int = 1) -> list[Entry]:
    return [Entry(number, name, place) for number, (name, place) in enumerate(people, start=first)]


def found(rows: Names, *pools: Names) -> list[Matches]:
    return match(entries(rows), *(entries(pool, 100 * number) for number, pool in enumerate(pools, start=1)))


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        ("Петров Пётр", "петров петр"),
        ("Петрова Анна", "Анна Петрова"),
        ("Петрова Анна Олеговна", "Анна Петрова"),
        ("Петрова Анна", "Петрова Анна Олеговна"),
        ("O'Brien, Anna", "Anna O'Brien"),
    ],
)
@pytest.mark.parametrize("place", ["Склад", "Офис", None])
def test_one_person_of_a_name(listed: str, known: str, place: str | None) -> None:
    (matches,) = found([(listed, place)], [(known, "Склад")])
    assert matches.pairs == {1: 100}


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([("Анна", "Склад")], [("Анна Петрова", "Склад")]),
        ([("Петрова Анна", "Склад")], [("Петрова Вера", "Склад")]),
        ([("Петрова Анна Олеговна", "Склад")], [("Петрова Анна Игоревна", "Склад")]),
    ],
)
def test_somebody_else(rows: Names, known: Names) -> None:
    assert found(rows, known) == [Matches()]


def test_namesakes_are_told_apart_by_their_departments() -> None:
    rows = [("Иванов Иван", "Склад"), ("Иванов Иван", "Офис"), ("Иванов Иван", "Цех")]
    (matches,) = found(rows, [("Иванов Иван", "Офис"), ("Иванов Иван", "Склад")])
    assert matches.pairs == {1: 101, 2: 100}
    assert not matches.unclear_rows, "the third is new"


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([("Иванов Иван", "Цех"), ("Иванов Иван", "Офис")], [("Иванов Иван", "Склад")]),
        ([("Иванов Иван", "Цех")], [("Иванов Иван", "Склад"), ("Иванов Иван", "Офис")]),
        ([("Иванов Иван Ильич", "Цех"), ("Иванов Иван Олегович", "Цех")], [("Иванов Иван", "Цех")]),
    ],
)
def test_where_more_than_one_could_be_meant_nothing_is_decided(rows: Names, known: Names) -> None:
    (matches,) = found(rows, known)
    assert matches.pairs == {}
    assert matches.unclear_rows == set(range(1, len(rows) + 1))
    assert len(matches.unclear) == len(known)


def test_a_longer_name_in_the_same_department_goes_first() -> None:
    rows = [("Иванов Иван Ильич", "Цех"), ("Иванов Иван Олегович", "Офис")]
    (matches,) = found(rows, [("Иванов Иван", "Цех")])
    assert matches.pairs == {1: 100}
    assert matches.unclear_rows == set()


def test_namesakes_in_a_list_without_departments() -> None:
    twice = [("Иванов Иван", None)] * 2
    assert found(twice, [("Иванов Иван", "Цех"), ("Иванов Иван", "Офис")])[0].pairs == {1: 100, 2: 101}


def test_an_earlier_pool_goes_first_but_for_the_same_place() -> None:
    joined, invited, left = found(
        [("Анна Белова", "Цех"), ("Борис Белов", "Цех"), ("Вера Белова", "Цех")],
        [("Анна Белова", "Офис"), ("Борис Белов", "Офис")],
        [("Анна Белова", "Цех")],
        [("Вера Белова", "Склад")],
    )
    assert (joined.pairs, invited.pairs, left.pairs) == ({2: 101}, {1: 200}, {3: 300})


name = st.lists(st.sampled_from(["анна", "белова", "иван", "ильич", "ли"]), min_size=1, max_size=3).map(" ".join)
people = st.lists(st.tuples(name, st.sampled_from(["Цех", "Офис", None])), max_size=8)


@given(people, people, people)
def test_nobody_is_two_people(rows: Names, first: Names, second: Names) -> None:
    matches = found(rows, first, second)
    pairs = [pair for one in matches for pair in one.pairs.items()]
    assert len({row for row, _ in pairs}) == len({known for _, known in pairs}) == len(pairs)
    for one in matches:
        assert not one.unclear_rows & {row for row, _ in pairs}
        assert not one.unclear & {*one.pairs.values()}


@given(people)
def test_a_list_finds_itself(rows: Names) -> None:
    (matches,) = found(rows, rows)
    assert matches.pairs.keys() == set(range(1, len(rows) + 1))
