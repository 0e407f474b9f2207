"""What weighed most, through the gate: noisy counts, the most named in words, and actions by cause and figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from content.base import CauseKey
from db.database import Database
from models import Assessment
from services.gate import noise
from services.gate.publications import FLOOR, GroupFigures, NamedCause, Publication, Share
from services.summary.steps.suggestions import ActionFigures, Actions
from tests.gate.company import STEADY, Company, company_in
from tests.gate.test_actions import SALES, WAREHOUSE, cell, period
from tests.gate.world import CONTENT, Person

COUNTED: list[str] = [cause.id for cause in CONTENT.causes.counted]
NAMED_RULES = [rule for rule in CONTENT.hr_actions.rules if any(name.startswith("cause_") for name in rule.when.names)]
Names = Sequence[tuple[str | None, str | None]]


async def say(company: Company, people: Sequence[Person], names: Names) -> None:
    """The check-in of the open period, in which people name these by turns."""
    await company.checkin(people, STEADY)
    for number, (first, second) in enumerate(names):
        by_turns = Assessment.user_id.in_([person.id for person in people[number :: len(names)]])
        await company.session.execute(update(Assessment).where(by_turns).values(cause=first, second_cause=second))


def told(found: GroupFigures | None) -> list[tuple[str, float]]:
    assert found is not None
    return [(one.id, one.share.value) for one in found.causes]


@pytest.mark.usefixtures("without_noise")
@pytest.mark.both_databases
async def test_the_three_most_named_are_told_of_everybody_in_the_group(database: Database) -> None:
    async with company_in(database) as company:
        big, other = await company.staff(20, 16)
        await say(company, big[:10], [("load", "rest"), ("load", "goals"), ("load", "help"), ("rest", "load")])
        await say(company, other, [("values", None), (None, None)])
        found = await company.close_period()
        groups: dict[str, GroupFigures] = {one.key: one for one in found.groups}
        assert told(groups["d1"]) == [("load", 0.5), ("rest", 0.3), ("goals", 0.2)]
        assert told(groups["d2"]) == [("values", 0.5)]
        assert told(found.company) == [("load", 0.3), ("values", 0.2)], "rest: a tenth or less"


@pytest.mark.usefixtures("without_noise")
async def test_never_more_than_three_and_the_order_of_the_content_in_a_tie(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        (people,) = await company.staff(20)
        await say(company, people, [("values", "load"), ("conflict", "rest"), ("help", "goals")])
        found = await company.close_period()
        assert [name for name, _ in told(found.company)] == ["load", "rest", "conflict"]


@pytest.mark.usefixtures("without_noise")
async def test_a_group_of_fourteen_tells_nothing_and_one_of_fifteen_does(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        small, large = await company.staff(14, 15)
        await say(company, [*small, *large], [("load", None)])
        found = await company.close_period()
        groups: dict[str, GroupFigures] = {one.key: one for one in found.groups}
        assert told(groups["d1"]) == []
        assert told(groups["d2"]) == [("load", 0.9)]


@pytest.mark.usefixtures("without_noise")
async def test_careless_answers_and_withdrawn_consents_name_nothing(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        (people,) = await company.staff(20)
        await say(company, people, [("load", None)])
        careless, gone = people[:8], people[8:12]
        of_careless = Assessment.user_id.in_([person.id for person in careless])
        await company.session.execute(update(Assessment).where(of_careless).values(quality="suspect"))
        for person in gone:
            await company.change(person, consent_withdrawn_at=company.now)
        found = await company.close_period()
        assert told(found.company) == [("load", 0.4)]


async def drawn(
    monkeypatch: pytest.MonkeyPatch, database: Database, names: Names
) -> tuple[Mapping[Any, Sequence[int]], Publication]:
    """What goes into the noise of the causes, and what comes out of the gate."""
    exact: list[Mapping[Any, Sequence[int]]] = []
    real = noise.noisy

    async def spy(figure: noise.Figure, counts: Mapping[Any, Sequence[int]]) -> dict[Any, tuple[int, ...]]:
        if figure == "causes":
            exact.append({key: tuple(row) for key, row in counts.items()})
        return await real(figure, counts)

    monkeypatch.setattr(noise, "noisy", spy)
    async with company_in(database) as company:
        large, small = await company.staff(20, 8)
        await say(company, [*large, *small], names)
        found = await company.close_period()
    (one,) = exact
    return one, found


async def test_every_figure_comes_from_noisy_counts_drawn_once(
    monkeypatch: pytest.MonkeyPatch, sqlite: Database
) -> None:
    exact, found = await drawn(monkeypatch, sqlite, [("load", "rest"), ("nothing", None)])
    assert set(exact) == {"d1", ""}, "the eight are drawn with whoever is left"
    noisy = found.drawn["causes"]
    assert {key: len(row) for key, row in noisy.items()} == dict.fromkeys(exact, len(COUNTED))
    whole = Counter({cause: sum(row[place] for row in noisy.values()) for place, cause in enumerate(COUNTED)})
    assert found.company is not None
    for one in found.company.causes:
        assert abs(one.share.value - whole[one.id] / 28) <= 0.05 + 1e-9
        assert one.share.value > FLOOR
    assert len({tuple(row) for row in noisy.values()} | {tuple(row) for row in exact.values()}) > len(exact)


async def test_what_is_outside_work_changes_nothing(monkeypatch: pytest.MonkeyPatch, sqlite: Database) -> None:
    """The exact counts, before any noise, are the same whether it is named or nothing is."""
    exact, _ = await drawn(monkeypatch, sqlite, [("load", "outside"), ("outside", None)])
    assert sum(map(sum, exact.values())) == 14, "those who named too much work"
    assert "outside" not in COUNTED


@given(st.lists(st.sampled_from([None, *get_args(CauseKey)]), min_size=2, max_size=2))
def test_a_person_is_in_as_many_counts_as_the_budget_counts_on(named: list[str | None]) -> None:
    """A row has a place for two, and a cause that is named twice is one count: `or` in SQL."""
    bins = sum(cause in named for cause in COUNTED)
    assert bins <= noise.BUDGETS["causes"].bins == CONTENT.causes.limit


async def test_a_publication_keeps_no_exact_count(monkeypatch: pytest.MonkeyPatch, sqlite: Database) -> None:
    await drawn(monkeypatch, sqlite, [("load", "rest")])
    async with sqlite.read() as session:
        assert len(list(await session.scalars(select(Assessment.cause).where(Assessment.cause == "load")))) == 28


# --- actions ----------------------------------------------------------------------------------------------------------


def named(found: GroupFigures, **causes: float) -> GroupFigures:
    return replace(found, causes=tuple(NamedCause(cause, Share(value)) for cause, value in causes.items()))


def test_each_cause_has_an_action_that_names_a_figure_too_and_says_how_well_it_is_founded() -> None:
    causes = [name for rule in NAMED_RULES for name in rule.when.names if name.startswith("cause_")]
    assert sorted(causes) == sorted(f"cause_{cause}" for cause in COUNTED if cause != "nothing")
    for rule in NAMED_RULES:
        assert rule.when.names & {"EE", "DP", "RA", "total"}, rule.id
        assert rule.evidence.note is not None, rule.id
        assert rule.area != "process", "the sentence of its grade stands before the note"


def test_a_cause_without_a_figure_asks_for_nothing_and_a_figure_without_a_cause_for_what_it_did() -> None:
    actions = Actions(CONTENT.hr_actions)

    def first(found: GroupFigures) -> str:
        publication = period(cell(None), found)
        return actions.for_cell(publication, SALES.key, ActionFigures([], publication, None))[0].id

    calm = {"EE": 1.0, "DP": 1.0, "RA": 1.0}
    assert first(named(cell(SALES, **calm), load=0.5)) == "close_the_loop"
    assert first(cell(SALES, EE=3.0)) == "workload_review"
    assert first(named(cell(SALES, EE=3.0), rest=0.3, load=0.2)) == "named_rest", "the most named first"
    assert first(named(cell(SALES, EE=3.0), load=0.3, rest=0.2)) == "named_load"
    assert first(named(cell(SALES, 0.4, EE=3.0), load=0.3)) == "low_participation", "no conclusions from so few"
    assert first(named(cell(SALES, EE=3.0), nothing=0.6)) == "workload_review"


def test_people_who_need_help_are_not_crowded_out() -> None:
    company = named(cell(None, EE=4.0, DP=3.0, RA=3.0, total=70.0), load=0.5, rest=0.4, goals=0.3)
    found = Actions(CONTENT.hr_actions).after_period(ActionFigures([], period(company, cell(WAREHOUSE)), None))
    assert [step.action.id for step in found][-2:] == ["open_help", "close_the_loop"]
