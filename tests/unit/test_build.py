"""What stands around the code and is easily forgotten: the image, the example of settings, the pinned libraries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.house import OUTSIDE
from config import Settings
from tests.unit.test_imports import areas

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_in_the_example() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields} - {"EXHALE_CONTAINER"}


def test_the_example_changes_nothing() -> None:
    """What it shows as values are the defaults."""
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_the_image_has_all_of_the_code() -> None:
    taken_in = set((ROOT / ".dockerignore").read_text().splitlines())
    packages = {f"!{area}" for area in areas() - OUTSIDE if (ROOT / area).is_dir()}
    assert packages | {"!*.py"} <= taken_in


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_libraries_are_pinned_by_version_and_content(name: str) -> None:
    pinned = (ROOT / f"{name}.txt").read_text()
    lines = [line for line in pinned.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in lines if not re.match(r"[a-z0-9.-]+==[^ ]+( ; .+)? \\$", line)] == []
    assert pinned.count("    --hash=sha256:") >= len(lines)
    listed = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    assert {direct.lower() for direct in listed} <= {line.partition("==")[0] for line in lines}
