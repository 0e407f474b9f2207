"""Small groups report once a period: what may be told of them beside the company's weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from db.database import Database
from models import StoredPublication
from services.gate import gate, hiding
from services.gate.hiding import Answers, least_left
from services.gate.publications import PULSE_PERIOD, Publication
from services.kit.calendar import WEEK
from tests.gate import rests
from tests.gate.company import Company, company_in, hidden, pooled, shown

K = 7


async def months(company: Company, sizes: tuple[int, ...], odd: int) -> Publication:
    """A period in which everybody answers every week, apart from `odd` people of the first group: only the first."""
    teams = await company.staff(*sizes)
    everybody = [person for team in teams for person in team]
    await company.pulse(everybody, stress=4)
    await company.close()
    for _ in range(2):
        await company.pulse([*teams[0][odd:], *(person for team in teams[1:] for person in team)], stress=6)
        await company.close()
    await company.pulse([*teams[0][odd:], *(person for team in teams[1:] for person in team)], stress=6)
    return await company.close_pooled()


async def test_a_small_group_reports_its_mean_over_the_people_once_a_period(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        small, large = await company.staff(19, 30)
        for number in range(4):
            await company.pulse(small[: 8 + 3 * number], stress=2 * number)
            await company.pulse(large, stress=5)
            week = await company.close_week() if number < 3 else None
            if week is not None:
                assert (pooled(week), shown(week)) == (["d1"], ["d2"])
        period = await company.close_pooled()
        (cell,) = period.groups
        # eight people answered 0, 2, 4, 6: 3; three 2, 4, 6: 4; three 4, 6: 5; three 6: so 69 / 17
        assert (cell.key, cell.means["stress"].value) == ("d1", 4.0)
        assert cell.means["stress"].margin is not None
        assert period.company is None


async def test_one_person_who_answered_less_often_is_not_left_over(sqlite: Database) -> None:
    """The company's first week, less the means of all who answered four times, would be that person."""
    async with company_in(sqlite) as company:
        period = await months(company, (12,), odd=1)
        assert (shown(period), hidden(period)) == ([], ["d1"])
        left = rests.fewest(company.log)
        assert left is not None
        assert left >= K, "the weeks alone"


async def test_that_person_is_left_over_without_looking_at_weeks_and_periods_together(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "hide_covered", lambda _tallies, hidden, *_: set(hidden))
    async with company_in(sqlite) as company:
        await months(company, (12,), odd=1)
        assert rests.fewest(company.log) == 1


async def test_many_who_answered_in_other_weeks_keep_each_other_company(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        period = await months(company, (18, 12), odd=8)
        assert shown(period) == ["d1", "d2"]
        left = rests.fewest(company.log)
        assert left is not None
        assert left >= K


async def test_a_group_that_grows_in_a_period_keeps_its_way_of_reporting(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        small, large = await company.staff(18, 40)
        newcomers = await company.employees([1] * 5)
        for _ in range(4):
            week = await company.week_of([*small, *large, *newcomers])
            assert pooled(week) == ["d1"]
        week = await company.week_of([*small, *large, *newcomers])
        assert (pooled(week), shown(week)) == ([], ["d1", "d2"])


async def test_a_period_that_the_first_edition_began_is_not_pooled(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        (team,) = await company.staff(12)
        await company.week_of(team)
        await company.session.execute(update(StoredPublication).values(edition=1))
        await company.week_of(team)
        found = await company.close_pooled()
        assert found.groups == ()


async def test_a_lost_week_is_caught_up_with(sqlite: Database) -> None:
    """After an outage the weeks are published first, whatever the order of answers."""
    async with company_in(sqlite) as company:
        small, large = await company.staff(12, 30)
        for _ in range(4):
            await company.pulse([*small[:8], *large])
            company.monday += WEEK
        found = await company.gate.publish_due(company.session, company.now)
        assert [one.kind for one in found].count(PULSE_PERIOD) == 1
        assert shown(found[-1]) == ["d1"]


# --- the bound, for any company ---------------------------------------------------------------------------------------

patterns = st.lists(st.tuples(st.sampled_from(["a", "b", "rest"]), st.integers(1, 7)), min_size=1, max_size=24)


def brute(people: Collection[tuple[str, int]], shown: Collection[str], weeks: int) -> int | None:
    """The fewest people that weights of 0 to 4 leave."""
    own = {number: frozenset(str(n) for n in range(weeks) if row[1] >> n & 1) for number, row in enumerate(people)}
    inside = {str(n): frozenset(one for one, slots in own.items() if str(n) in slots) for n in range(weeks)}
    inside = {slot: here for slot, here in inside.items() if here}
    groups = [
        {number: own[number] for number, row in enumerate(people) if row[0] == group}
        for group in sorted({row[0] for row in people} & set(shown))
    ]
    found = [
        rests._left(dict(zip(inside, chosen, strict=True)), inside, groups) for chosen in rests._choices(len(inside))
    ]
    return min((number for number in found if number), default=None)


@settings(max_examples=40)
@given(patterns, st.sampled_from([(), ("a",), ("a", "b")]))
def test_nothing_says_something_about_fewer_than_the_bound(
    people: list[tuple[str, int]], shown: tuple[str, ...]
) -> None:
    rows = [Answers(group, weeks, number) for (group, weeks), number in Counter(people).items()]
    bound, found = least_left(rows, shown, [set(), set(), set()]), brute(people, shown, 3)
    assert found is None or (bound is not None and bound <= found)


@settings(max_examples=40)
@given(patterns)
def test_longer_periods_have_a_bound_that_is_no_larger(people: list[tuple[str, int]]) -> None:
    rows = [Answers(group, weeks, number) for (group, weeks), number in Counter(people).items()]
    short = least_left(rows, ("a", "b"), [set(), set(), set()])
    long = least_left(rows, ("a", "b"), [set(), set(), set(), set(), set(), set(), set(), set()])
    assert short is None or (long is not None and long <= short)


def test_every_way_to_give_weights() -> None:
    """Of three weeks: 15 ways to sort them into classes of equal weight, one of which has none (Bell's numbers)."""
    assert len(set(hiding._weights(7))) == 15
