"""`make demo`, as it is run: short enough to be read, and what it checks holds with the texts and rules of today."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playground.demo.__main__ import LINES_AT_MOST, TITLES
from playground.remote.processes import ROOT

PNG = b"\x89PNG\r\n"


async def test_the_demo_passes_its_own_checks_in_120_lines_a_language(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground.demo",
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await demo.communicate()
    text = output.decode()
    assert demo.returncode == 0, text
    russian, english = story(text, "ru", "en"), story(text, "en")
    assert 60 < len(russian) <= LINES_AT_MOST
    assert 60 < len(english) <= LINES_AT_MOST
    assert text.count("✓") > 10
    assert "✗" not in text
    charts = list((tmp_path / "data").iterdir())
    assert [chart.read_bytes()[:6] for chart in charts] == [PNG, PNG]


def story(text: str, locale: str, following: str = "") -> list[str]:
    """Return the lines of one language, up to what comes after it."""
    _, _, after = text.partition(f"\n{TITLES[locale]}\n")
    end = TITLES.get(following, "What was checked")
    told, _, _ = after.partition(f"\n{end}\n")
    return told.strip("\n").splitlines()
