"""The gate's promises one by one."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from db.database import Database
from models import Assessment, Metric, Promise, Reaction, Recommendation, ReportingGroup, StoredPublication, User
from services.company import memberships
from services.company.memberships import COMPANY, GroupKey
from services.gate import publications
from services.gate.gate import Gate
from services.gate.noise import NoiseUnavailable
from services.gate.publications import PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from tests.gate.company import DAY, HIGH, LOW, STEADY, Company, company_in, hidden, pooled, shown
from tests.gate.world import CONTENT, START, ZONE, checkin_row, pulse_row


async def stored(company: Company) -> int:
    return await company.session.scalar(select(func.count()).select_from(StoredPublication)) or 0


# --- closed, once, frozen ---------------------------------------------------------------------------------------------


async def test_nothing_is_published_before_the_close(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        await company.pulse(team)
        last_moment = company.calendar.week_closes_at(company.monday) - timedelta(microseconds=1)
        assert await company.gate.publish_due(company.session, last_moment) == []
        (publication,) = await company.gate.publish_due(company.session, last_moment + timedelta(microseconds=1))
        assert (publication.kind, publication.slot, company.behind(publication)) == (PULSE_WEEK, START, 20)


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


@pytest.mark.both_databases
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


@pytest.mark.both_databases
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
        assert company.behind(await company.week_of(team)) == 8
        first = await publications.find(company.session, PULSE_WEEK, START)
        assert first is not None
        assert first.company is None


async def test_what_was_shown_stays_shown_when_the_threshold_rises(sqlite: Database) -> None:
    async with company_in(sqlite, k=5) as company:
        (team,) = await company.staff(9)
        first = await company.week_of(team)
        company.set_threshold(10)
        assert (await company.week_of(team)).company is None
        assert await publications.find(company.session, PULSE_WEEK, START) == first
        company.set_threshold(5)
        assert company.behind(await company.week_of(team)) == 9


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
        (team,) = await company.staff(20)
        newcomer = await company.person(1)
        everybody = [*team, newcomer]
        assert company.behind(await company.week_of(everybody), "d1") == 20
        assert company.behind(await company.week_of(everybody), "d1") == 21
        await company.checkin(everybody, STEADY)
        assert company.behind(await company.close_period(), "d1") == 20
        await company.checkin(everybody, STEADY)
        assert company.behind(await company.close_period(), "d1") == 21


async def test_a_move_takes_effect_with_the_next_period(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(24, 23)
        since = await memberships.move(company.session, one[0].id, 2, company.calendar, company.now)
        assert since == START + 4 * WEEK
        everybody = [*one, *two]
        for _ in range(4):
            week = await company.week_of(everybody)
            assert (company.behind(week, "d1"), company.behind(week, "d2")) == (24, 23)
        week = await company.week_of(everybody)
        assert (company.behind(week, "d1"), company.behind(week, "d2")) == (23, 24)


async def test_whoever_moves_there_and_back_between_two_periods_counts_where_they_were(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(24, 24)
        await memberships.move(company.session, one[0].id, 2, company.calendar, company.now)
        await memberships.move(company.session, one[0].id, 1, company.calendar, company.now)
        for _ in range(5):
            week = await company.week_of([*one, *two])
            assert (company.behind(week, "d1"), company.behind(week, "d2")) == (24, 24)


async def test_a_late_publication_finds_the_old_places(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(24, 23)
        await company.pulse([*one, *two])
        company.monday += 3 * WEEK
        await memberships.move(company.session, one[0].id, 2, company.calendar, company.now)
        company.monday += 3 * WEEK
        first, *_ = await company.gate.publish_due(company.session, company.now)
        assert (first.slot, company.behind(first, "d1"), company.behind(first, "d2")) == (START, 24, 23)


async def test_departments_are_regrouped_with_the_next_period(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(12, 12, 24)
        everybody = [person for team in teams for person in team]
        now = company.now
        await company.session.execute(
            insert(ReportingGroup).values(id=1, name="Back office", created_at=now, updated_at=now)
        )
        await memberships.regroup(company.session, [1, 2], 1, company.calendar, now)
        week = await company.week_of(everybody)
        assert (shown(week), pooled(week)) == (["d3"], ["d1", "d2"])
        for _ in range(4):
            week = await company.week_of(everybody)
        assert shown(week) == ["g1", "d3"]
        group = week.group_of(2)
        assert group is not None
        assert (group.key, group.name, group.departments) == ("g1", "Back office", (1, 2))


async def test_a_department_that_joins_and_leaves_between_two_periods_reports_as_before(sqlite: Database) -> None:
    async with company_in(sqlite) as company:
        everybody = [person for team in await company.staff(20, 24) for person in team]
        now = company.now
        await company.session.execute(insert(ReportingGroup).values(id=1, name="Both", created_at=now, updated_at=now))
        for group in (1, None):
            await memberships.regroup(company.session, [1, 2], group, company.calendar, company.now)
            assert shown(await company.week_of(everybody)) == ["d1", "d2"]
        for _ in range(3):
            assert shown(await company.week_of(everybody)) == ["d1", "d2"]


async def test_readers_are_in_no_figure(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(26, 24)
        hr, admin, own, others = readers = one[:4]
        await company.change(hr, role="hr")
        await company.change(admin, role="admin")
        await company.appoint(own.id, 1)
        await company.appoint(others.id, 2)
        for reader in readers:
            await company.reads_since_start(reader)
        await company.pulse(readers, stress=10)
        week = await company.week_of([*one[4:], *two], stress=0)
        assert company.behind(week, "d1") == 22
        cell = week.cell(COMPANY)
        assert cell is not None
        assert (company.behind(week), cell.means["stress"].value) == (46, 0.5)


async def test_people_who_left_or_took_back_their_consent_add_no_answer(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(24)
        await company.change(team[0], offboarded_at=company.now)
        await company.change(team[1], consent_withdrawn_at=company.now)
        week = await company.week_of(team)
        assert company.behind(week, "d1") == 22


@pytest.mark.usefixtures("without_noise")
async def test_participation_counts_all_members_whatever_their_state(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(40)
        for person in team[:12]:
            await company.change(person, consent_withdrawn_at=company.now)
        for person in team[12:16]:
            await company.change(person, unreachable_at=company.now, paused_until=company.monday + 30 * DAY)
        await company.checkin([*team[:12], *team[16:]], STEADY)
        period = await company.close_period()
        cell = period.cell(GroupKey("d1"))
        assert cell is not None
        assert cell.participation is not None
        assert cell.participation.value == 0.6


async def test_careless_checkins_and_unfinished_pulses_stay_out(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(20)
        await company.pulse(team[:3], stress=None)
        assert company.behind(await company.week_of(team[3:]), "d1") == 17
        await company.checkin(team[:3], HIGH, "suspect")
        await company.checkin(team[3:], STEADY)
        period = await company.close_period()
        assert company.behind(period, "d1") == 17


async def test_the_burnout_point_of_a_checkin_is_no_pulse(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(12)
        await company.pulse(team)
        await company.session.execute(update(Metric).values(source="assessment"))
        assert (await company.close_week()).company is None


# --- hiding -----------------------------------------------------------------------------------------------------------


async def test_small_groups_take_the_next_smallest_with_them(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(3, 24, 26, 30)
        week = await company.week_of([person for team in teams for person in team])
        assert (hidden(week), shown(week)) == (["d1", "d2"], ["d3", "d4"])


async def test_small_groups_that_hold_enough_together_take_nobody_with_them(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(4, 5, 24, 26)
        week = await company.week_of([person for team in teams for person in team])
        assert (hidden(week), shown(week)) == (["d1", "d2"], ["d3", "d4"])


async def test_a_silent_group_is_protected_like_any_other(database: Database) -> None:
    """Three people of whom nobody answered: the company minus the shown groups would say just that."""
    async with company_in(database) as company:
        _silent, *teams = await company.staff(3, 24, 26)
        week = await company.week_of([person for team in teams for person in team])
        assert (hidden(week), shown(week)) == (["d1", "d2"], ["d3"])


async def test_what_is_left_is_never_so_small_that_all_of_it_must_have_answered(database: Database) -> None:
    """Seven people are left: were the others shown, that would say that each of the seven answered."""
    async with company_in(database) as company:
        teams = await company.staff(7, 24, 26)
        week = await company.week_of([person for team in teams for person in team])
        assert (hidden(week), shown(week)) == (["d1", "d2"], ["d3"])


async def test_people_without_a_department_are_protected_too(database: Database) -> None:
    async with company_in(database) as company:
        alone = await company.person(None)
        teams = await company.staff(24, 26)
        week = await company.week_of([alone, *(person for team in teams for person in team)])
        assert hidden(week) == ["d1"]
        assert company.behind(week) == 51


async def test_many_people_without_a_department_protect_a_small_group(database: Database) -> None:
    """The company minus the shown groups is the small group and those ten: nobody else has to be hidden."""
    async with company_in(database) as company:
        alone = [await company.person(None) for _ in range(10)]
        teams = await company.staff(3, 24, 26)
        week = await company.week_of([*alone, *(person for team in teams for person in team)])
        assert (hidden(week), shown(week)) == (["d1"], ["d2", "d3"])


async def test_a_company_without_departments_has_figures(database: Database) -> None:
    async with company_in(database) as company:
        people = [await company.person(None) for _ in range(9)]
        company.monday += WEEK
        week = await company.week_of(people)
        assert company.behind(week) == 9
        assert not week.groups
        assert not week.hidden


async def test_a_group_of_which_seven_answered_has_nine_people_or_more(database: Database) -> None:
    async with company_in(database) as company:
        people = [await company.person(None) for _ in range(8)]
        company.monday += WEEK
        assert (await company.week_of(people)).company is None


async def test_a_group_whose_members_all_left_is_named_no_more(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(24, 26)
        assert shown(await company.week_of([*one, *two])) == ["d1", "d2"]
        for person in one[:-1]:
            await company.change(person, offboarded_at=company.now)
        week = await company.week_of([*one, *two])
        assert (shown(week), hidden(week), pooled(week)) == ([], ["d1", "d2"], [])
        await company.change(one[-1], offboarded_at=company.now)
        week = await company.week_of([*one, *two])
        assert (shown(week), hidden(week), pooled(week)) == (["d2"], [], [])


@pytest.mark.parametrize(("people", "value", "step"), [(19, 6.0, 1.0), (20, 5.5, 0.5)])
async def test_the_weeks_of_a_small_company_are_on_a_coarser_grid(
    sqlite: Database, people: int, value: float, step: float
) -> None:
    async with company_in(sqlite) as company:
        (team,) = await company.staff(people)
        await company.checkin(team, STEADY)
        week = await company.week_of(team, stress=5.5)
        assert week.company is not None
        assert (week.company.means["stress"].value, week.company.means["stress"].step) == (value, step)
        period = await company.close_period()
        assert period.company is not None
        assert period.company.means["EE"].step == 0.5


async def test_too_few_say_nothing(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(4, 4)
        week = await company.week_of([*one, *two[:2]])
        assert week.company is None
        assert week.groups == ()
        assert (hidden(week), pooled(week)) == (["d1", "d2"], [])


async def test_nobody_counts_yet(database: Database) -> None:
    async with company_in(database) as company:
        assert await company.gate.publish_due(company.session, company.now) == []


# --- coarsening -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("without_noise")
async def test_shares_wait_for_enough_people_and_intervals_do_not(database: Database) -> None:
    async with company_in(database) as company:
        one, two, three = await company.staff(9, 16, 40)
        for team in (one, two, three):
            await company.checkin(team[::2], LOW)
            await company.checkin(team[1::2], HIGH)
        period = await company.close_period()
        assert shown(period) == ["d1", "d2", "d3"]
        found = [period.cell(GroupKey(key)) for key in ("d1", "d2", "d3", "company")]
        assert [cell is not None and cell.levels is not None for cell in found] == [False, True, True, True]
        assert [cell is not None and cell.participation is not None for cell in found] == [False, False, True, True]
        assert all(cell is not None and cell.means["EE"].margin is not None for cell in found)
        assert all(cell is not None and (cell.answered, dict(cell.items)) == (None, {}) for cell in found)


@pytest.mark.usefixtures("without_noise")
async def test_levels_are_shares_of_those_who_answered(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(30)
        await company.checkin(team[:10], LOW)
        await company.checkin(team[10:14], STEADY)
        await company.checkin(team[14:20], HIGH)
        period = await company.close_period()
        assert period.company is not None
        levels = period.company.levels
        assert levels is not None
        assert levels.medium is not None
        assert levels.high is not None
        assert (levels.low.value, levels.medium.value, levels.high.value, levels.raised) == (0.5, 0.2, 0.3, None)


async def test_noise_is_drawn_once_and_a_person_is_in_one_part(database: Database) -> None:
    async with company_in(database) as company:
        teams = await company.staff(9, 16, 40)
        everybody = [person for team in teams for person in team]
        await company.checkin(everybody, STEADY)
        period = await company.close_period()
        assert {figure: set(parts) for figure, parts in period.drawn.items()} == {
            "levels": {"", "d2", "d3"},  # the nine are drawn with whoever is left
            "causes": {"", "d2", "d3"},
            "participation": {"", "d3"},
            "steps": {""},
        }
        assert await company.gate.publish_due(company.session, company.now) == []
        assert await publications.find(company.session, publications.CHECKIN_PERIOD, period.slot) == period


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


@pytest.mark.both_databases
async def test_every_number_that_is_stored_is_on_a_grid(database: Database) -> None:
    async with company_in(database) as company:
        one, two = await company.staff(13, 31)
        pulses, checkins = [], []
        for index, person in enumerate([*one, *two]):
            felt: dict[str, float | None] = {
                name: index % most * 10.0 for name, most in (("stress", 9), ("burnout", 7), ("productivity", 5))
            }
            pulses.append(pulse_row(person.id, START, START, felt, company.now))
            answers = {key: (index + int(key)) % 7 for key in STEADY}
            checkins.append(checkin_row(person.id, START, answers, "ok", company.now))
        await company.session.execute(insert(Metric), pulses)
        await company.session.execute(insert(Assessment), checkins)
        await company.close_period()
        payloads = list(await company.session.scalars(select(StoredPublication.payload)))
        assert payloads
        for payload in payloads:
            text = json.loads(json.dumps(payload))
            for path, number in numbers({"company": text["company"], "groups": text["groups"]}):
                if any(name in path for name in (".levels", ".participation", ".causes")):
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


def recommendation(company: Company, person: int, category: str, **values: Any) -> dict[str, Any]:
    """The row of a recommendation that was offered now."""
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
        "closed_at": None,
        "created_at": company.now,
        "updated_at": company.now,
    }
    return row | values


@pytest.mark.usefixtures("without_noise")
@pytest.mark.both_databases
async def test_steps_are_counted_by_people_for_the_company_alone(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(41)
        done = {"state": "done", "closed_at": company.now}
        await company.change(team[0], role="hr")
        await company.reads_since_start(team[0])
        rows = [recommendation(company, team[22].id, "sleep", state="done", closed_at=company.now + 4 * WEEK)]
        for index, person in enumerate(team):
            rows.append(recommendation(company, person.id, "sleep", **(done if index < 11 else {})))
            rows.append(recommendation(company, person.id, "workload", **(done if index < 21 else {})))
            rows.append(recommendation(company, person.id, "professional", **done))
        await company.session.execute(insert(Recommendation), rows)
        await company.checkin(team, STEADY)
        period = await company.close_period()
        assert period.drawn["steps"] == {"": (20, 20)}
        assert period.steps is not None
        assert period.steps.value == 0.5


@pytest.mark.usefixtures("without_noise")
async def test_a_step_is_counted_in_the_period_in_which_it_was_ticked_off(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(30)
        rows = [recommendation(company, person.id, "sleep") for person in team]
        await company.session.execute(insert(Recommendation), rows)
        await company.checkin(team, STEADY)
        first = await company.close_period()
        await company.session.execute(update(Recommendation).values(state="done", closed_at=company.now))
        await company.checkin(team, STEADY)
        second = await company.close_period()
        await company.checkin(team, STEADY)
        third = await company.close_period()
        assert [period.steps and period.steps.value for period in (first, second, third)] == [0.1, 0.9, None]


@pytest.mark.usefixtures("without_noise")
@pytest.mark.both_databases
async def test_noticed_is_counted_once_with_the_week_after_asking(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(33)
        await company.change(team[0], role="hr")
        await company.reads_since_start(team[0])
        now = company.now
        for id_ in (1, 2):
            await company.session.execute(
                insert(Promise).values(
                    id=id_, text="p", state="done", asked_at=now, author_audit_key="a", created_at=now, updated_at=now
                )
            )
        reactions = [
            {"promise_id": promise, "user_id": person.id, "noticed": index < 17, "created_at": company.now}
            for index, person in enumerate(team)
            for promise in ((1,) if index > 25 else (1, 2))
        ]
        await company.session.execute(insert(Reaction), reactions)
        first = await company.close_week()
        second = await company.close_week()
        third = await company.close_week()
        assert [dict(week.noticed) for week in (first, third)] == [{}, {}]
        assert {id_: share.value for id_, share in second.noticed.items()} == {1: 0.5}


def test_the_publication_is_immutable() -> None:
    publication = Publication(PULSE_WEEK, START, 1, 7, None, (), ())
    with pytest.raises(AttributeError):
        publication.k = 5  # type: ignore[misc]


# --- no figure without noise ------------------------------------------------------------------------------------------


async def test_without_noise_nothing_is_published_and_the_next_tick_tries_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(30)
        await company.checkin(team, STEADY)
        await company.pulse(team)
        company.monday += 4 * WEEK
        now = company.now
    gate = Gate(CONTENT, Calendar(ZONE, 4), 7)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "opendp.prelude", None)
        with pytest.raises(NoiseUnavailable):
            async with database.begin() as session:
                await gate.publish_due(session, now)
    async with database.begin() as session:
        assert await session.scalar(select(func.count()).select_from(StoredPublication)) == 0
        found = await gate.publish_due(session, now)
        assert [one.kind for one in found].count("checkin_period") == 1


@pytest.mark.both_databases
async def test_what_was_drawn_and_not_stored_is_gone(database: Database) -> None:
    """An end between drawing and the commit: the next one draws anew, and nobody saw the first."""
    async with company_in(database) as company:
        (team,) = await company.staff(30)
        await company.checkin(team, STEADY)
        company.monday += 4 * WEEK
        now = company.now
    gate = Gate(CONTENT, Calendar(ZONE, 4), 7)
    with pytest.raises(KeyboardInterrupt):
        async with database.begin() as session:
            assert await gate.publish_due(session, now)
            raise KeyboardInterrupt
    async with database.begin() as session:
        assert await publications.history(session, publications.CHECKIN_PERIOD, 9) == []
        assert len(await gate.publish_due(session, now)) == 6
    async with database.begin() as session:
        assert await gate.publish_due(session, now) == []


async def test_a_clock_that_goes_back_over_a_monday_publishes_nothing_twice(database: Database) -> None:
    async with company_in(database) as company:
        (team,) = await company.staff(30)
        first = await company.week_of(team, stress=3)
        for back in (DAY, 7 * DAY, 0 * DAY):
            assert await company.gate.publish_due(company.session, company.now - back) == []
        assert await publications.find(company.session, PULSE_WEEK, START) == first
