"""`make demo`, as it is run: short enough to be read, and what it checks holds with the texts and rules of today."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from playground.demo.__main__ import LINES_AT_MOST, TITLES, Stage, play
from playground.remote.processes import ROOT
from tests.e2e.forks import forked

PNG = b"\x89PNG\r\n"


async def test_the_demo_passes_its_own_checks_in_120_lines_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same program; only the bot that it plays with is forked, which saves two interpreters."""
    monkeypatch.chdir(tmp_path)
    stage = Stage(tmp_path / "bot")
    stage.folder.mkdir()
    stage.bot = forked(stage.bot)
    try:
        code = await play(stage)
    finally:
        await stage.close()
    passes(code, capfd.readouterr().out, tmp_path)


@pytest.mark.soak
async def test_make_demo_as_it_is_run(tmp_path: Path) -> None:
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
    assert demo.returncode is not None
    passes(demo.returncode, output.decode(), tmp_path)


def passes(code: int, text: str, folder: Path) -> None:
    """See that it ended well and is short, and that it left two charts."""
    assert code == 0, text
    russian, english = story(text, "ru", "en"), story(text, "en")
    assert 60 < len(russian) <= LINES_AT_MOST
    assert 60 < len(english) <= LINES_AT_MOST
    assert text.count("✓") > 10
    assert "✗" not in text
    charts = list((folder / "data").iterdir())
    assert [chart.read_bytes()[:6] for chart in charts] == [PNG, PNG]


def story(text: str, locale: str, following: str = "") -> list[str]:
    """Return the lines of one language, up to what comes after it."""
    _, _, after = text.partition(f"\n{TITLES[locale]}\n")
    end = TITLES.get(following, "What was checked")
    told, _, _ = after.partition(f"\n{end}\n")
    return told.strip("\n").splitlines()
