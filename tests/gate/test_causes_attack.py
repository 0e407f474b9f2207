"""Somebody who knows what everybody named but one person, against all that is published about causes, end to end.

Two companies that differ in that person alone (`neighbours.py`) answer in the tables, and the gate publishes them.
"""

from __future__ import annotations

import math

import pytest

from db.database import Database
from services.gate import noise
from services.gate.noise import BUDGETS
from tests.gate.neighbours import guessed, of_cell, published, spent, team, told

NAMED, OTHERS = ("load", "rest"), ("goals", "values")
EPSILON = BUDGETS["causes"].epsilon
MOST = 1 / (1 + math.exp(-EPSILON))  # of two even cases, how often the best guess is right: 0.88


async def test_what_is_told_hides_whether_a_person_answered(sqlite: Database) -> None:
    one, other = [await told(sqlite, person, departments=25, times=3) for person in (NAMED, None)]
    assert len(set(one)) > 20, "else there is nothing to compare"
    assert spent(one, other) <= EPSILON
    assert guessed(one, other) < MOST


@pytest.mark.usefixtures("without_noise")
async def test_without_noise_it_would_be_known(sqlite: Database) -> None:
    one, other = [await told(sqlite, person, departments=25, times=3) for person in (NAMED, None)]
    assert spent(one, other) > EPSILON
    assert guessed(one, other) == 1


@pytest.mark.soak
async def test_what_is_told_hides_a_person_over_many_draws(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    named, silent, others = [await told(sqlite, person, departments=40, times=250) for person in (NAMED, None, OTHERS)]
    assert spent(named, silent) <= EPSILON
    assert spent(named, others) <= 2 * EPSILON
    assert 0.65 < guessed(named, silent) < 0.75, "docs/gate.md"
    assert 0.85 < guessed(named, silent, periods=4) < 0.92
    assert 0.96 < guessed(named, silent, periods=13) < 1, "a year: each period spends anew"
    drawn = noise._drawn
    monkeypatch.setattr(noise, "_drawn", lambda scale, counts: drawn(scale / 4, counts))
    named, silent = [await told(sqlite, person, departments=40, times=60) for person in (NAMED, None)]
    assert guessed(named, silent) > MOST, "a quarter of the noise would be seen"


@pytest.mark.soak
async def test_the_company_and_its_groups_together_hide_a_person(sqlite: Database) -> None:
    """The company's count is the sum of the groups': taken together they spend no more."""
    found = [await published(sqlite, [team(person), team(())], times=1_000) for person in (NAMED, None)]
    one, other = [[tuple(of_cell(cell) for cell in period.cells) for period in world] for world in found]
    assert spent(one, other) <= EPSILON
    one, other = [[cells[:2] for cells in world] for world in (one, other)]
    assert spent(one, other) <= EPSILON
    assert 0.5 < guessed(one, other) < MOST
