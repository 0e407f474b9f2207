"""From published figures to steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.company.memberships import Group, GroupKey
from services.gate.publications import CHECKIN_PERIOD, PULSE_WEEK, GroupFigures, Levels, Mean, Publication, Share
from services.kit.calendar import WEEK
from services.summary.steps.suggestions import ActionFigures, Actions
from tests.gate.world import CONTENT

MONDAY = date(2026, 4, 20)
ACTIONS = Actions(CONTENT.hr_actions)
WAREHOUSE = Group(GroupKey("d1"), "Warehouse", None, (1,))
SALES = Group(GroupKey("d2"), "Sales", None, (2,))
CALM: dict[str, float] = {"EE": 1.5, "DP": 1.5, "RA": 1.5, "total": 30.0}


def cell(group: Group | None, participation: float = 0.7, high: float = 0.1, **figures: float) -> GroupFigures:
    means = {name: _mean(name, value) for name, value in (CALM | figures).items()}
    return GroupFigures(group, means, Share(participation), Levels(Share(0.5), Share(0.3), Share(high)))


def _mean(name: str, value: float) -> Mean:
    step = 5.0 if name == "total" else 0.5
    return Mean(value, step, value - step, value + step)


def period(
    company: GroupFigures | None, *groups: GroupFigures, number: int = 0, hidden: tuple[Group, ...] = ()
) -> Publication:
    return Publication(CHECKIN_PERIOD, MONDAY + number * 4 * WEEK, 4, 7, company, groups, hidden)


def steps(publication: Publication, before: Publication | None = None) -> list[tuple[str, tuple[str, ...]]]:
    found = ACTIONS.after_period(ActionFigures([], publication, before))
    return [(step.action.id, step.cells) for step in found]


def weeks(*stress: float) -> list[Publication]:
    found = []
    for number, value in enumerate(stress):
        means: dict[str, Any] = {"stress": Mean(value, 0.5, value - 0.5, value + 0.5)}
        found.append(Publication(PULSE_WEEK, MONDAY + number * WEEK, 1, 7, GroupFigures(None, means), (), ()))
    return found


def test_a_calm_period_closes_the_loop_and_nothing_else() -> None:
    assert steps(period(cell(None))) == [("close_the_loop", ("company",))]


def test_a_rule_names_the_cells_for_which_it_holds() -> None:
    found = steps(period(cell(None, EE=2.0), cell(SALES), cell(WAREHOUSE, EE=4.0)))
    assert found == [
        ("workload_review", ("d1",)),
        ("workload_relief", ("d1",)),
        ("off_hours_rule", ("d1",)),
        ("close_the_loop", ("company", "d2", "d1")),
    ]


def test_at_most_four_by_priority_then_order_and_the_last_is_always_there() -> None:
    everything = cell(None, participation=0.4, high=0.3, EE=4.0, DP=3.0, RA=3.0, total=70.0)
    assert [id_ for id_, _ in steps(period(everything))] == [
        "low_participation",
        "workload_review",
        "open_help",
        "close_the_loop",
    ]


def test_a_clear_change_is_a_rule_of_its_own() -> None:
    before, now = period(cell(None, total=30.0)), period(cell(None, total=45.0), number=1)
    assert "what_changed" in [id_ for id_, _ in steps(now, before)]
    assert "keep_going" in [id_ for id_, _ in steps(before, now)]
    assert "what_changed" not in [id_ for id_, _ in steps(now)]


def test_a_group_far_from_the_company() -> None:
    found = dict(steps(period(cell(None, total=30.0), cell(WAREHOUSE, total=45.0))))
    assert found["local_gap"] == ("d1",)


def test_levels() -> None:
    assert "open_help" not in dict(steps(period(cell(None, high=0.2))))
    assert dict(steps(period(cell(None, high=0.3))))["open_help"] == ("company",)


def test_too_few_give_no_steps_and_stop_everything_for_a_hidden_group() -> None:
    assert steps(period(None)) == []
    shown = period(cell(None, EE=4.0), hidden=(WAREHOUSE,))
    actions = ACTIONS.for_cell(shown, WAREHOUSE.key, ActionFigures([], shown, None))
    assert [action.id for action in actions] == ["too_few"]


def test_an_ordinary_week_has_one_step_from_the_pulse() -> None:
    rising = weeks(4.0, 4.0, 4.0, 4.0, 5.5, 5.5, 5.5, 5.5)
    evidence = ActionFigures(rising, period(cell(None)), None)
    assert [step.action.id for step in ACTIONS.in_week(evidence)] == ["rising_strain"]
    tired = ActionFigures(rising, period(cell(None, EE=4.0)), None)
    assert [step.action.id for step in ACTIONS.in_week(tired)] == ["rising_strain"]
    steady = ActionFigures(weeks(4.0, 4.0, 4.0, 4.0, 4.5, 4.5, 4.5, 4.5), period(cell(None, EE=4.0)), None)
    assert ACTIONS.in_week(steady) == []


def test_low_participation_is_told_once_a_period() -> None:
    few = period(cell(None, participation=0.4))
    assert "low_participation" in dict(steps(few))
    assert ACTIONS.in_week(ActionFigures(weeks(4.0), few, None)) == []


def test_nothing_published_yet() -> None:
    nothing = ActionFigures([], None, None)
    assert ACTIONS.in_week(nothing) == ACTIONS.after_period(nothing) == []
