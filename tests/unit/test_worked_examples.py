"""The worked examples of the questionnaire, computed again from the raw file by a scorer of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

RAW: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "content" / "questionnaire.yaml").read_text(encoding="utf-8")
)
NAMES = {"EE": "emotional_exhaustion", "DP": "depersonalization", "RA": "reduced_accomplishment"}


def half_up(tenths: float) -> float:
    return int(tenths * 10 + 0.5 + 1e-9) / 10


def figures(answers: dict[str, int]) -> dict[str, Any]:
    """Sums by scale with skipped items filled in by the mean, total, level and profile, as the seed describes them."""
    sums: dict[str, float] = {}
    for scale in NAMES:
        keys = [item["key"] for item in RAW["items"] if item["scale"] == scale]
        turned = {item["key"] for item in RAW["items"] if item["reverse"]}
        felt = [6 - answers[key] if key in turned else answers[key] for key in keys if key in answers]
        sums[scale] = half_up(sum(felt) * len(keys) / len(felt))
    total = half_up(sum(sums.values()))
    worst = {scale: sums[scale] / RAW["scales"][scale]["items"] for scale in sums}
    high = {scale for scale, mean in worst.items() if mean >= 3.5}
    profile = {
        frozenset({"EE", "DP", "RA"}): "all_high",
        frozenset({"EE", "DP"}): "exhausted_plus",
        frozenset({"EE", "RA"}): "exhausted_plus",
        frozenset({"EE"}): "overextended",
        frozenset({"DP", "RA"}): "detached",
        frozenset({"DP"}): "disengaged",
        frozenset({"RA"}): "ineffective",
    }.get(frozenset(high), "steady" if max(worst.values()) < 2.5 else "mixed")
    level = "high" if total >= 70 else "medium" if total >= 50 else "low"
    return {**sums, "score": total, "burnout_level": level, "profile": profile}


@pytest.mark.parametrize("example", RAW["examples"], ids=lambda example: str(example["name"]))
def test_a_worked_example_holds(example: dict[str, Any]) -> None:
    expected = {key: value for key, value in example["expect"].items() if key != "quality"}
    assert figures(example["answers"]) == expected


def test_the_row_that_was_given_still_counts_78() -> None:
    found = figures(RAW["examples"][0]["answers"])
    assert (found["EE"], found["DP"], found["RA"], found["score"]) == (35, 20, 23, 78)
