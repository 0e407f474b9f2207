"""The adversaries against the gate as it is, and against gates with one protection taken away each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from db.database import Database
from tests.gate import exact, sent
from tests.gate.weakened import EXACT, SENT, STILL, Weakness
from tests.gate.witness import Seen, Witnessed
from tests.gate.world import Habits, World

WEEKS = 12
LONG = 30
HALF = 0.5
KINDS = {"stress": "pulse_week", "EE": "checkin_period", "total": "checkin_period"}
CHANGING = Habits()
UNCHANGING = replace(
    STILL,
    people=(12, 40),
    departments=(1, 4),
    events=(*STILL.events, "move", "delete", "role", "threshold", "manager"),
    thresholds=(5, 6, 7),
)


async def play(
    database: Database, seed: str, habits: Habits, weeks: int, gate_type: type[Witnessed] = Witnessed
) -> list[Seen]:
    """Everything that a company's gate publishes."""
    async with database.begin() as session:
        world = World(session, seed, gate_type, habits)
        await world.found()
        for _ in range(weeks):
            await world.week()
    return world.log


def closest(log: Sequence[Seen]) -> float:
    """How closely the second attacker knows somebody, as a part of the scale."""
    return min(
        sent.closest([seen for seen in log if seen.publication.kind == kind], figure) / sent.TOPS[figure]
        for figure, kind in KINDS.items()
    )


def shown(log: Sequence[Seen]) -> int:
    return sum(len(seen.publication.cells) for seen in log)


async def test_the_first_attacker_isolates_nobody(sqlite: Database) -> None:
    log = await play(sqlite, "larch", CHANGING, WEEKS)
    assert shown(log) > 12
    assert exact.isolated(exact.rows_of(log)) is None


async def test_the_second_attacker_stays_half_the_scale_away(sqlite: Database) -> None:
    log = await play(sqlite, "larch", UNCHANGING, WEEKS)
    assert shown(log) > 12
    assert closest(log) >= HALF


@pytest.mark.parametrize("weakness", EXACT, ids=lambda weakness: weakness.name)
async def test_the_first_attacker_wins_without(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, weakness: Weakness
) -> None:
    weakness.patch(monkeypatch)
    log = await play(sqlite, weakness.seed, weakness.habits, weakness.weeks, weakness.gate_type)
    assert exact.isolated([*exact.rows_of(log), *weakness.extra(log)]) is not None


@pytest.mark.parametrize("weakness", EXACT, ids=lambda weakness: weakness.name)
async def test_the_first_attacker_does_not_win_there_with(sqlite: Database, weakness: Weakness) -> None:
    log = await play(sqlite, weakness.seed, weakness.habits, weakness.weeks)
    assert shown(log)
    assert exact.isolated(exact.rows_of(log)) is None


@pytest.mark.parametrize("weakness", SENT, ids=lambda weakness: weakness.name)
async def test_the_second_attacker_wins_without(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, weakness: Weakness
) -> None:
    weakness.patch(monkeypatch)
    assert closest(await play(sqlite, weakness.seed, weakness.habits, weakness.weeks)) < HALF


@pytest.mark.parametrize("weakness", SENT, ids=lambda weakness: weakness.name)
async def test_the_second_attacker_does_not_win_there_with(sqlite: Database, weakness: Weakness) -> None:
    assert closest(await play(sqlite, weakness.seed, weakness.habits, weakness.weeks)) >= HALF


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100))
async def test_the_first_attacker_isolates_nobody_in_a_hundred_companies(sqlite: Database, seed: int) -> None:
    assert exact.isolated(exact.rows_of(await play(sqlite, f"company {seed}", CHANGING, LONG))) is None


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
async def test_the_second_attacker_stays_away_in_sixty_companies(sqlite: Database, seed: int) -> None:
    assert closest(await play(sqlite, f"company {seed}", UNCHANGING, LONG)) >= HALF
