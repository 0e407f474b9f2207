"""The key of a group: its parts, and the texts that buttons and rows keep of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from keyboards.outreach import PromiseStep, RoundButton
from keyboards.summary import OpenGroup
from services.company.memberships import COMPANY, GroupKey
from services.gate.publications import Publication
from services.summary.stored import StoredStep

HIDDEN = {"key": "d5", "name": "Склад", "name_en": "Warehouse", "departments": [5]}
PUBLICATION = {
    "kind": "pulse_week",
    "slot": "2026-04-20",
    "weeks": 1,
    "k": 7,
    "company": {
        "group": None,
        "answered": {"low": 10, "high": 14},
        "participation": {"value": 0.8, "low": None, "high": None},
        "means": {"stress": {"value": 5.0, "step": 0.5, "low": 4.5, "high": 5.5}},
        "items": {},
        "levels": None,
    },
    "groups": [
        {
            "group": {"key": "g3", "name": "Office", "name_en": None, "departments": [1, 2]},
            "answered": {"low": 7, "high": 9},
            "participation": None,
            "means": {"stress": {"value": 4.0, "step": 0.5, "low": None, "high": None}},
            "items": {},
            "levels": None,
        }
    ],
    "hidden": [HIDDEN],
    "tips": {"sleep": {"value": 0.3, "low": None, "high": None}},
    "noticed": {"4": {"value": 0.5, "low": None, "high": None}},
}
STEP = {"action": "workload", "for_everyone": False, "groups": [HIDDEN]}


@pytest.mark.parametrize(
    ("key", "department_id", "group_id"),
    [(COMPANY, None, None), (GroupKey.of_department(5), 5, None), (GroupKey.of_group(17), None, 17)],
)
def test_a_key_is_its_text_and_its_columns(key: GroupKey, department_id: int | None, group_id: int | None) -> None:
    assert (key.department_id, key.group_id) == (department_id, group_id)
    assert GroupKey(str(key)) == key == GroupKey.of(department_id, group_id)


def test_a_group_stands_before_the_departments_in_it() -> None:
    assert GroupKey.of(5, 17) == GroupKey("g17")


@pytest.mark.parametrize("text", ["", "d", "5", "x5", "d-5", "d5 ", "g5\n", "Company", "d12345678901"])
def test_no_other_text_is_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="not the key of a group"):
        GroupKey(text)


@pytest.mark.parametrize("text", ["company", "d5", "g17"])
def test_buttons_stay_as_they_were(text: str) -> None:
    key = GroupKey(text)
    week = OpenGroup(action="show", week=739000, key=key, page=0)
    assert week.pack() == f"m6:show:739000:{text}:0"
    assert PromiseStep(step="target", value=key).pack() == f"pr3:target:{text}"
    assert RoundButton(action="preview", target=key).pack() == f"rn1:preview:{text}:1:0"
    assert OpenGroup.unpack(week.pack()).key == key


@pytest.mark.parametrize(("shape", "row"), [(Publication, PUBLICATION), (StoredStep, STEP)])
def test_rows_that_are_stored_stay_readable(shape: type[Publication | StoredStep], row: dict[str, Any]) -> None:
    adapter = TypeAdapter(shape)
    read = adapter.validate_python(row)
    dumped = adapter.dump_python(read, mode="json", by_alias=True)
    told = _still_told(row)
    assert _of(dumped, told) == told
    group = read.hidden[0] if isinstance(read, Publication) else read.groups[0]
    assert isinstance(group.key, GroupKey)
    assert group.key.department_id == 5


def _of(dumped: Any, row: Any) -> Any:
    """The parts of what was read that the row has, too."""
    if isinstance(row, list):
        return [_of(part, like) for part, like in zip(dumped, row, strict=True)]
    return {name: _of(dumped[name], part) for name, part in row.items()} if isinstance(row, dict) else dumped


def _still_told(stored: Any) -> Any:
    """What is read of a row of the gate's first edition: without how many answered, and without single questions."""
    if isinstance(stored, list):
        return [_still_told(part) for part in stored]
    if not isinstance(stored, dict):
        return stored
    return {name: _still_told(part) for name, part in stored.items() if name not in {"answered", "items"}}


def test_a_row_with_another_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(GroupKey).validate_python("x5")
