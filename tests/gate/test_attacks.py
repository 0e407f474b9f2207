"""The attacks that the first edition of the gate lost to, each against the old rule put back and against today's.

Two more are beside others of their kind: who is in a figure chosen at once (`test_readers.py`), weeks and periods taken
together (`test_rests.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from db.database import Database
from services.company.memberships import COMPANY, GroupKey
from services.gate import coarsening, hiding, noise, shares
from services.gate.noise import BUDGETS
from services.gate.publications import Mean
from tests.gate.company import HIGH, LOW, STEADY, company_in, shown

DRAWS = 200
LEVELS = ("low", "medium", "high")


async def levels(counts: dict[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    """The noisy counts of a company in which every group is large enough for a part of its own."""
    return dict(await shares.draw("levels", counts, dict.fromkeys(counts, 15)))


# --- levels of a group that is left over ------------------------------------------------------------------------------


async def composition_known() -> float:
    """How often the company minus a group gives how many of the others are low, medium and high."""
    right = 0
    for _ in range(DRAWS):
        drawn = await levels({"sales": (3, 4, 3), "": (0, 0, 7)})
        whole, sales = shares.bins(drawn, COMPANY), shares.bins(drawn, "sales")
        assert whole is not None
        assert sales is not None
        right += tuple(all_ - some for all_, some in zip(whole, sales, strict=True)) == (0, 0, 7)
    return right / DRAWS


async def test_levels_of_the_rest_do_not_follow_by_subtraction() -> None:
    """The right composition comes out as often as three counts have no noise at all: (1 − a) / (1 + a) each, 0.1."""
    a = math.exp(-1 / BUDGETS["levels"].scale)
    expected = ((1 - a) / (1 + a)) ** 3
    assert await composition_known() == pytest.approx(expected, abs=4 * math.sqrt(expected / DRAWS))


@pytest.mark.usefixtures("without_noise")
async def test_levels_of_the_rest_follow_by_subtraction_without_noise() -> None:
    assert await composition_known() == 1


# --- a newcomer's level -----------------------------------------------------------------------------------------------


async def newcomer_known() -> float:
    """How often the level that grew most between two periods is the newcomer's, when nobody else changes."""
    right = 0
    for number in range(DRAWS):
        own = number % 3
        before = (await levels({"d1": (5, 5, 5)}))["d1"]
        after = (await levels({"d1": [5 + (level == own) for level in range(3)]}))["d1"]
        grown = [now - then for now, then in zip(after, before, strict=True)]
        right += grown.index(max(grown)) == own
    return right / DRAWS


async def test_a_newcomer_s_level_stays_a_guess() -> None:
    """Each level is within e² of any other, so the best guess is right in e² / (e² + 2) of all cases at most: 0.79."""
    most = math.exp(2) / (math.exp(2) + 2)
    assert await newcomer_known() < most


@pytest.mark.usefixtures("without_noise")
async def test_a_newcomer_s_level_is_known_without_noise() -> None:
    assert await newcomer_known() == 1


# --- who answered -----------------------------------------------------------------------------------------------------


async def widths(database: Database, people: int, answering: int) -> dict[str, Mean]:
    """What is published of one group when so many of its people answer: half of them low, half of them high."""
    async with company_in(database) as company:
        one, two = await company.staff(people, 40)
        for team in (one[:answering], two):
            await company.checkin(team[::2], LOW)
            await company.checkin(team[1::2], HIGH)
        period = await company.close_period()
        cell = period.cell(GroupKey("d1"))
        assert cell is not None
        await company.session.rollback()
        return dict(cell.means)


async def test_an_interval_does_not_tell_how_many_answered(sqlite: Database) -> None:
    all_of_them = await widths(sqlite, 20, 20)
    assert all_of_them == await widths(sqlite, 20, 12)


async def test_an_interval_told_it_when_its_width_was_made_of_them(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answering in (20, 12):
        monkeypatch.setattr(coarsening, "supposed", lambda people, k, n=answering: min(n, people))
        found = await widths(sqlite, 20, answering)
        margins = {name: mean.margin for name, mean in found.items()}
        if answering == 20:
            everybody = margins
    assert everybody != margins, "the narrowest one is that of a group in which nobody is missing"


async def shown_of_seven(database: Database) -> bool:
    """Whether a group of seven of whom all answered has figures beside a large one."""
    async with company_in(database) as company:
        seven, others = await company.staff(7, 40)
        await company.checkin([*seven, *others], STEADY)
        return "d1" in shown(await company.close_period())


async def test_a_group_of_seven_is_not_shown_because_all_seven_answered(sqlite: Database) -> None:
    assert not await shown_of_seven(sqlite)


async def test_it_was_shown_when_seven_people_were_enough(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "MORE_THAN_ANSWER", 0)
    assert await shown_of_seven(sqlite)


# --- counts that are shares -------------------------------------------------------------------------------------------


async def missing_known() -> float:
    """How often participation tells that exactly one of thirty did not answer."""
    right = 0
    for _ in range(DRAWS):
        (row,) = (await shares.draw("participation", {"d1": [29]}, {"d1": 30})).values()
        right += row[0] == 29
    return right / DRAWS


async def test_participation_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await missing_known() < 0.4
    monkeypatch.setattr(noise, "_drawn", lambda scale, counts: list(counts))
    assert await missing_known() == 1
