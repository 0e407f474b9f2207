"""The first attacker: linear algebra on exact figures.

It keeps everything that was ever published as exact sums over unknowns (person, slot, figure), takes away what readers
know of themselves, and looks for a combination that says something about fewer than k people: all sums and differences
of up to three rows, and the rows of the reduced echelon form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from tests.gate.witness import Seen, Unknown

WHOLE = 27720  # a multiple of every number of weeks up to twelve, so that weights are whole numbers


@dataclass(frozen=True)
class Row:
    """A published sum: coefficients of unknowns, and the threshold under which it was published."""

    terms: Mapping[Unknown, int]
    k: int


def rows_of(log: Iterable[Seen]) -> list[Row]:
    """Everything published, as the attacker keeps it."""
    rows = []
    for seen in log:
        for _, terms in seen.rows():
            known = {unknown: weight for unknown, weight in terms.items() if unknown[0] not in seen.readers}
            rows.append(Row({unknown: int(weight * WHOLE) for unknown, weight in known.items()}, seen.publication.k))
    return rows


def isolated(rows: Iterable[Row]) -> frozenset[int] | None:
    """The smallest set of people, fewer than k, about whom a combination says something; None when there is none."""
    found: list[frozenset[int]] = []
    done: set[frozenset[tuple[frozenset[tuple[int, str, int]], int]]] = set()
    for component in _components([row for row in rows if row.terms]):
        shape = frozenset(
            (frozenset((person, slot, value) for (person, slot, _), value in row.terms.items()), row.k)
            for row in component
        )
        if shape not in done:  # the figures of a cell are over the same people: one of them stands for all
            done.add(shape)
            found += _attack(component)
    return min(found, key=len, default=None)


def _components(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that share unknowns, directly or through others."""
    by_unknown: dict[Unknown, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        for unknown in row.terms:
            by_unknown[unknown].append(index)
    seen: set[int] = set()
    for start in range(len(rows)):
        if start in seen:
            continue
        component, waiting = [], [start]
        seen.add(start)
        while waiting:
            index = waiting.pop()
            component.append(rows[index])
            near = {other for unknown in rows[index].terms for other in by_unknown[unknown]} - seen
            seen |= near
            waiting.extend(near)
        yield component


def _attack(rows: Sequence[Row]) -> list[frozenset[int]]:
    """Combinations within one component that concern fewer than k people."""
    k = min(row.k for row in rows)
    matrix, people = _matrix(rows)
    names = sorted({person for group in people for person in group})
    holds = np.array([[name in group for name in names] for group in people], dtype=np.int64)
    vectors = [_up_to_three(matrix), np.array(_echelon(matrix))]
    wins: list[frozenset[int]] = []
    for batch in vectors:
        counts = ((batch != 0).astype(np.int64) @ holds > 0).sum(axis=1)
        wins += [
            frozenset().union(*(people[column] for column in np.flatnonzero(batch[index])))
            for index in np.flatnonzero((counts > 0) & (counts < k))
        ]
    return wins


def _matrix(rows: Sequence[Row]) -> tuple[NDArray[np.int64], list[frozenset[int]]]:
    """The rows over classes of unknowns that no row tells apart, and the people of each class.

    In one order in every run, since the echelon form is another one in another order.
    """
    columns: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for unknown in sorted({unknown for row in rows for unknown in row.terms}):
        columns[tuple(row.terms.get(unknown, 0) for row in rows)].add(unknown[0])
    return np.array(list(columns), dtype=np.int64).T, [frozenset(people) for people in columns.values()]


def _up_to_three(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    combined = [matrix]
    for number in (2, 3):
        chosen = np.array(list(combinations(range(len(matrix)), number)), dtype=np.int64)
        if len(chosen):
            combined += [
                np.tensordot(matrix[chosen], np.array((1, *signs)), axes=([1], [0]))
                for signs in product((1, -1), repeat=number - 1)
            ]
    return np.concatenate(combined)


def _echelon(matrix: NDArray[np.int64]) -> list[list[int]]:
    """The nonzero pattern of the reduced row echelon form, in exact arithmetic."""
    rows = [[Fraction(int(value)) for value in row] for row in matrix]
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((index for index in range(rank, len(rows)) if rows[index][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        scale = rows[rank][column]
        rows[rank] = [value / scale for value in rows[rank]]
        for index, row in enumerate(rows):
            if index != rank and row[column]:
                factor = row[column]
                rows[index] = [value - factor * pivoted for value, pivoted in zip(row, rows[rank], strict=True)]
        rank += 1
    return [[int(value != 0) for value in row] for row in rows[:rank]]
