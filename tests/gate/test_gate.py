"""The gate's promises one by one, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from content.rules import Rule
from db.database import Database
from models import Metric, Promise, Reaction, Recommendation, ReportingGroup, StoredPublication, User
from services.company import memberships
from services.company.memberships import COMPANY, GroupKey
from services.gate import publications
from services.gate.gate import Gate
from services.gate.publications import PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from tests.gate.company import DAY, HIGH, LOW, STEADY, Company, answered, company_in, hidden
from tests.gate.world import CONTENT, START, ZONE

pytestmark = pytest.mark.both_databases


async def stored(company: Company) -> int:
    return await company.session.scalar(select(func.count()).select_from(StoredPublication)) or 0


# --- closed, once, frozen ---------------------------------------------------------------------------------------------


async def test_nothing_is_published_before_the_close(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.pulse(team)
        last_moment = company.calendar.week_closes_at(company.monday) - timedelta(microseconds=1)
        assert await company.gate.publish_due(company.session, last_moment) == []
        (publication,) = await company.gate.publish_due(company.session, last_moment + timedelta(microseconds=1))
        assert (publication.kind, publication.slot, answered(publication)) == (PULSE_WEEK, START, 10)


async def test_a_slot_is_published_once_and_never_changes(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        first = await company.week_of(team, stress=2)
        await company.session.execute(update(Metric).values(stress=90.0))
        await company.session.execute(delete(User).where(User.id == team[0].id))
        await company.change(team[1], consent_withdrawn_at=company.now)
        assert await company.gate.publish_due(company.session, company.now) == []
        assert await publications.find(company.session, PULSE_WEEK, START) == first
        assert await stored(company) == 1


async def test_replicas_store_one_publication(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.pulse(team)
        company.monday += WEEK
        now = company.now

    async def tick() -> int:
        gate = Gate(CONTENT, Calendar(ZONE, 4), 7)
        async with database.begin() as session:
            return len(await gate.publish_due(session, now))

    assert sorted(await asyncio.gather(*(tick() for _ in range(4)))) == [0, 0, 0, 1]


async def test_a_stored_publication_is_not_overwritten(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        first = await company.week_of(team, stress=2)
        assert not await publications.store(company.session, replace(first, company=None), company.now)
        assert await publications.find(company.session, PULSE_WEEK, START) == first


async def test_an_outage_is_caught_up_with_one_publication_for_each_week(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        for stress in (2, 8, 5):
            await company.pulse(team, stress=stress)
            company.monday += WEEK
        found = await company.gate.publish_due(company.session, company.now)
        assert [(week.slot, week.company and week.company.means["stress"].value) for week in found] == [
            (START, 2.0),
            (START + WEEK, 8.0),
            (START + 2 * WEEK, 5.0),
        ]


async def test_what_was_hidden_stays_hidden_when_the_threshold_falls(database: Database) -> None:
    async with company_in(database, k=10) as company:
        (team,) = await company.staff(8)
        assert (await company.week_of(team)).company is None
        company.set_threshold(5)
        assert await company.gate.publish_due(company.session, company.now) == []
        assert answered(await company.week_of(team)) == 5
        first = await publications.find(company.session, PULSE_WEEK, START)
        assert first is not None
        assert first.company is None


async def test_the_threshold_is_never_below_the_floor(database: Database) -> None:
    async with company_in(database, k=2) as company:
        (team,) = await company.staff(12)
        assert (await company.week_of(team[:4])).company is None
        assert (await company.week_of(team[:5])).k == 5


async def test_slots_stay_disjoint_when_the_length_of_a_period_changes(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.checkin(team, STEADY)
        await company.close_period()
        company.calendar = Calendar(ZONE, 8)
        company.gate = company._gate()
        await company.session.execute(delete(Metric))
        for _ in range(12):
            await company.close()
        kind = StoredPublication.kind == publications.CHECKIN_PERIOD
        slots = list(await company.session.scalars(select(StoredPublication.slot).where(kind).order_by("slot")))
        assert slots == [START, START + 8 * WEEK]


# --- who counts -------------------------------------------------------------------------------------------------------


async def test_newcomers_count_from_the_next_week_and_the_next_period(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(9)
        newcomer = await company.person(1)
        everybody = [*team, newcomer]
        assert answered(await company.week_of(everybody), "d1") == 7
        assert answered(await company.week_of(everybody), "d1") == 10
        await company.checkin(everybody, STEADY)
        assert answered(await company.close_period(), "d1") == 7
        await company.checkin(everybody, STEADY)
        assert answered(await company.close_period(), "d1") == 10


async def test_a_move_takes_effect_with_the_next_period(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(10, 9)
        since = await memberships.move(company.session, one[0].id, 2, company.calendar, company.now)
        assert since == START + 4 * WEEK
        everybody = [*one, *two]
        for _ in range(4):
            week = await company.week_of(everybody)
            assert (answered(week, "d1"), answered(week, "d2")) == (10, 7)
        week = await company.week_of(everybody)
        assert (answered(week, "d1"), answered(week, "d2")) == (7, 10)


async def test_a_late_publication_finds_the_old_places(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(10, 9)
        await company.pulse([*one, *two])
        company.monday += 3 * WEEK
        await memberships.move(company.session, one[0].id, 2, company.calendar, company.now)
        company.monday += 3 * WEEK
        first, *_ = await company.gate.publish_due(company.session, company.now)
        assert (first.slot, answered(first, "d1"), answered(first, "d2")) == (START, 10, 7)


async def test_departments_are_regrouped_with_the_next_period(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(4, 4, 20)
        everybody = [person for team in teams for person in team]
        now = company.now
        await company.session.execute(
            insert(ReportingGroup).values(id=1, name="Back office", created_at=now, updated_at=now)
        )
        await memberships.regroup(company.session, [1, 2], 1, company.calendar, now)
        week = await company.week_of(everybody)
        assert [cell.key for cell in week.groups] == ["d3"]
        assert hidden(week) == ["d1", "d2"]
        for _ in range(4):
            week = await company.week_of(everybody)
        assert [cell.key for cell in week.groups] == ["g1", "d3"]
        group = week.group_of(2)
        assert group is not None
        assert (group.key, group.name, group.departments) == ("g1", "Back office", (1, 2))


@pytest.mark.parametrize("role", ["hr", "admin", "manager of the group", "manager of another group"])
async def test_readers_are_in_no_figure(database: Database, role: str) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(10, 10)
        if role in ("hr", "admin"):
            await company.change(one[0], role=role)
        else:
            await company.appoint(one[0].id, 1 if role == "manager of the group" else 2)
        await company.reads_since_start(one[0])
        await company.pulse(one[:1], stress=10)
        week = await company.week_of([*one[1:], *two], stress=0)
        assert answered(week, "d1") == 7
        cell = week.cell(COMPANY)
        assert cell is not None
        assert (cell.answered.low, cell.means["stress"].value) == (15, 0.5)


async def test_people_who_left_or_took_back_their_consent_add_no_answer(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(11)
        await company.change(team[0], offboarded_at=company.now)
        await company.change(team[1], consent_withdrawn_at=company.now)
        week = await company.week_of(team)
        assert answered(week, "d1") == 7


async def test_participation_counts_all_members_whatever_their_state(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        for person in team[:6]:
            await company.change(person, consent_withdrawn_at=company.now)
        for person in team[6:8]:
            await company.change(person, unreachable_at=company.now, paused_until=company.monday + 30 * DAY)
        week = await company.week_of([*team[:6], *team[8:]])
        cell = week.cell(GroupKey("d1"))
        assert cell is not None
        assert cell.participation is not None
        assert cell.participation.value == 0.6


async def test_careless_checkins_and_unfinished_pulses_stay_out(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.pulse(team[:3], stress=None)
        assert answered(await company.week_of(team[3:]), "d1") == 7
        await company.checkin(team[:3], HIGH, "suspect")
        await company.checkin(team[3:], STEADY)
        period = await company.close_period()
        assert answered(period, "d1") == 7


async def test_the_burnout_point_of_a_checkin_is_no_pulse(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.pulse(team)
        await company.session.execute(update(Metric).values(source="assessment"))
        assert (await company.close_week()).company is None


async def test_a_skipped_item_counts_as_the_mean_of_its_scale(database: Database) -> None:
    """Else the item's mean would be over other people than the scale's."""
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        without = {key: value for key, value in STEADY.items() if key != "7"}
        await company.checkin(team[:6], without)
        await company.checkin(team[6:], STEADY | {"7": 6})
        period = await company.close_period()
        assert period.company is not None
        assert period.company.items["q7"].value == 4.5
        assert period.company.items["q1"].value == 3.0


async def test_a_reversed_item_is_scored_like_the_others(database: Database) -> None:
    first, *others = CONTENT.hr_actions.rules
    named = first.model_copy(update={"when": Rule.parse("q2 >= 3", {"q2": frozenset()})})
    hr_actions = CONTENT.hr_actions.model_copy(update={"rules": (named, *others)})
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.checkin(team, STEADY | {"2": 1})
        company.monday += 4 * WEEK
        gate = Gate(replace(CONTENT, hr_actions=hr_actions), company.calendar, 7)
        period = (await gate.publish_due(company.session, company.now))[-1]
        assert period.company is not None
        assert period.company.items["q2"].value == 5.0


# --- hiding -----------------------------------------------------------------------------------------------------------


async def test_small_groups_take_the_next_smallest_with_them(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(3, 8, 12, 20)
        week = await company.week_of([person for team in teams for person in team])
        assert hidden(week) == ["d1", "d2"]
        assert [cell.key for cell in week.groups] == ["d3", "d4"]


async def test_small_groups_that_hold_k_together_take_nobody_with_them(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(3, 4, 12, 20)
        week = await company.week_of([person for team in teams for person in team])
        assert hidden(week) == ["d1", "d2"]


async def test_a_silent_group_is_protected_like_any_other(database: Database) -> None:
    """Three people of whom nobody answered: the company minus the shown groups would say just that."""
    async with company_in(database) as company:
        _silent, *teams = await company.staff(3, 8, 20)
        week = await company.week_of([person for team in teams for person in team])
        assert hidden(week) == ["d1", "d2"]


async def test_people_without_a_department_are_protected_too(database: Database) -> None:
    async with company_in(database) as company:
        alone = await company.person(None)
        teams = await company.staff(8, 20)
        week = await company.week_of([alone, *(person for team in teams for person in team)])
        assert hidden(week) == ["d1"]
        assert answered(week) == 20


async def test_many_people_without_a_department_protect_a_small_group(database: Database) -> None:
    """The company minus the shown groups is the small group and those ten: nobody else has to be hidden."""
    async with company_in(database) as company:
        alone = [await company.person(None) for _ in range(10)]
        teams = await company.staff(3, 8, 20)
        week = await company.week_of([*alone, *(person for team in teams for person in team)])
        assert hidden(week) == ["d1"]
        assert [cell.key for cell in week.groups] == ["d2", "d3"]


async def test_a_company_without_departments_has_figures(database: Database) -> None:
    async with company_in(database) as company:
        people = [await company.person(None) for _ in range(9)]
        company.monday += WEEK
        week = await company.week_of(people)
        assert answered(week) == 7
        assert not week.groups
        assert not week.hidden


async def test_too_few_say_nothing(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(4, 4)
        week = await company.week_of([*one, *two[:2]])
        assert week.company is None
        assert week.groups == ()
        assert hidden(week) == ["d1", "d2"]


async def test_nobody_counts_yet(database: Database) -> None:
    async with company_in(database) as company:
        assert await company.gate.publish_due(company.session, company.now) == []


# --- coarsening -------------------------------------------------------------------------------------------------------


async def test_levels_change_and_items_wait_for_ten(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(9, 12)
        await company.checkin([*one[:4], *two[:4]], LOW)
        await company.checkin([*one[4:], *two[4:]], HIGH)
        period = await company.close_period()
        small, large = period.cell(GroupKey("d1")), period.cell(GroupKey("d2"))
        assert small is not None
        assert large is not None
        assert (small.levels, small.items, small.means["EE"].margin, small.participation) == (None, {}, None, None)
        assert large.levels is not None
        assert large.means["EE"].margin is not None
        assert set(large.items) == {"q1", "q7", "q13"}


@pytest.mark.parametrize(
    ("low", "medium", "high", "shape"),
    [(6, 3, 3, "three"), (6, 5, 1, "two"), (10, 1, 1, "none"), (2, 5, 5, "none"), (6, 6, 0, "two")],
)
async def test_levels_with_a_handful_are_merged(
    database: Database, low: int, medium: int, high: int, shape: str
) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        middle = {item.key: 3 for item in CONTENT.questionnaire.items}
        for people, answers in ((team[:low], LOW), (team[low : low + medium], middle), (team[low + medium :], HIGH)):
            if people:
                await company.checkin(people, answers)
        period = await company.close_period()
        assert period.company is not None
        levels = period.company.levels
        if shape == "none":
            assert levels is None
        else:
            assert levels is not None
            assert (levels.high is None) == (levels.medium is None) == (levels.raised is not None) == (shape == "two")
            assert levels.low.value == 0.5


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a payload with the names on the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from numbers(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner, path)
    elif isinstance(value, int | float):
        yield path, value


async def test_every_number_that_is_stored_is_on_a_grid(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(13, 31)
        for index, person in enumerate([*one, *two]):
            await company.pulse([person], stress=index % 9, burnout=index % 7, productivity=index % 5)
            await company.checkin([person], {key: (index + int(key)) % 7 for key in STEADY})
        await company.close_period()
        payloads = list(await company.session.scalars(select(StoredPublication.payload)))
        assert payloads
        for payload in payloads:
            text = json.loads(json.dumps(payload))
            for path, number in numbers({"company": text["company"], "groups": text["groups"]}):
                name = path.split(".")[-1]
                if name in ("low", "high") and ".answered" in path:
                    assert number in (7, 9, 10, 14, 15, 19, 20, 29, 30, 39, 40), path
                elif ".levels" in path or ".participation" in path:
                    assert round(number * 10, 9) == int(round(number * 10, 9)), path
                elif ".means" in path or ".items" in path:
                    assert number % 0.5 == 0, path
                else:
                    assert ".group" in path, path


async def test_what_is_read_is_what_was_published(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(13, 31)
        await company.checkin([*one, *two], STEADY)
        await company.pulse([*one, *two])
        company.monday += 4 * WEEK
        published = await company.gate.publish_due(company.session, company.now)
        for publication in published:
            assert await publications.find(company.session, publication.kind, publication.slot) == publication
        weeks = await publications.history(company.session, PULSE_WEEK, 3)
        assert [week.slot for week in weeks] == [START + WEEK, START + 2 * WEEK, START + 3 * WEEK]
        assert await publications.latest(company.session, PULSE_WEEK) == weeks[-1]


# --- side doors -------------------------------------------------------------------------------------------------------


async def tip(company: Company, person: int, category: str, **values: Any) -> None:
    """A recommendation that was offered now."""
    row = {
        "user_id": person,
        "category": category,
        "title": "t",
        "description": "d",
        "priority": "high",
        "duration": "5",
        "completed": False,
        "content_id": "x",
        "reason": "r",
        "state": "offered",
        "created_at": company.now,
        "updated_at": company.now,
    }
    await company.session.execute(insert(Recommendation).values(row | values))


async def test_tips_are_counted_by_people_for_the_company_alone(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(14)
        done = {"state": "done", "closed_at": company.now}
        await company.change(team[0], role="hr")
        await company.reads_since_start(team[0])
        for index, person in enumerate(team):
            await tip(company, person.id, "sleep", **(done if index < 7 else {}))
            await tip(company, person.id, "sleep", **(done if index < 3 else {}))
            await tip(company, person.id, "professional", **done)
            if index < 9:
                await tip(company, person.id, "workload", **done)
        await tip(company, team[8].id, "sleep", state="done", closed_at=company.now + 4 * WEEK)
        await company.checkin(team, STEADY)
        period = await company.close_period()
        assert {name: share.value for name, share in period.tips.items()} == {"sleep": 0.5}


async def test_a_tip_is_counted_in_the_period_in_which_it_was_ticked_off(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        for person in team:
            await tip(company, person.id, "sleep")
        await company.checkin(team, STEADY)
        first = await company.close_period()
        await company.session.execute(update(Recommendation).values(state="done", closed_at=company.now))
        await company.checkin(team, STEADY)
        second = await company.close_period()
        await company.checkin(team, STEADY)
        third = await company.close_period()
        assert [period.tips.get("sleep") and period.tips["sleep"].value for period in (first, second, third)] == [
            0.1,
            0.9,
            None,
        ]


async def test_noticed_is_counted_once_with_the_week_after_asking(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(13)
        await company.change(team[0], role="hr")
        await company.reads_since_start(team[0])
        now = company.now
        for id_ in (1, 2):
            await company.session.execute(
                insert(Promise).values(
                    id=id_, text="p", state="done", asked_at=now, author_audit_key="a", created_at=now, updated_at=now
                )
            )
        for index, person in enumerate(team):
            for promise in (1,) if index > 9 else (1, 2):
                await company.session.execute(
                    insert(Reaction).values(
                        promise_id=promise, user_id=person.id, noticed=index < 7, created_at=company.now
                    )
                )
        first = await company.close_week()
        second = await company.close_week()
        third = await company.close_week()
        assert [dict(week.noticed) for week in (first, third)] == [{}, {}]
        assert {id_: share.value for id_, share in second.noticed.items()} == {1: 0.5}


def test_the_publication_is_immutable() -> None:
    publication = Publication(PULSE_WEEK, START, 1, 7, None, (), (), {}, {})
    with pytest.raises(AttributeError):
        publication.k = 5  # type: ignore[misc]
