"""From a clone to a finished check-in in the browser, by nothing but what the README says to run and to press."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground.remote.processes import ROOT
from tests.e2e.browser import Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.story import SEED, opening
from tests.e2e.test_readme import BLOCK, READMES
from tests.e2e.visit import SIZES, arrive

pytestmark = [needs_chromium, pytest.mark.soak]
FIRST_STEPS = {"en": "## Try it", "ru": "## Попробовать"}
NAMED = {"en": re.compile(r"\*([^*]+)\*"), "ru": re.compile("«([^»]+)»")}
MESSAGES = "document.querySelectorAll('.message.in').length"
TO_START = 300  # seconds, nearly all of them for the libraries
TO_RESULT = 90  # seconds from the empty page


def first_steps(language: str) -> tuple[str, list[str]]:
    """Return the first command, and what is to be pressed then, in its order."""
    _, _, after = READMES[language].read_text(encoding="utf-8").partition(f"{FIRST_STEPS[language]}\n")
    section = re.sub(r"\s+", " ", BLOCK.sub("", after.partition("\n## ")[0]))
    first = BLOCK.search(after)
    assert first is not None
    return first[1].strip(), NAMED[language].findall(section)


@asynccontextmanager
async def running(command: str, folder: Path) -> AsyncIterator[str]:
    """Run a command that does not end; yield the address that it prints."""
    own = {"BOT_TOKEN", "DATABASE_URL", "PYTHONPATH"}
    env = {name: value for name, value in os.environ.items() if name not in own} | {"PLAYGROUND_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        *command.split(), cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(TO_START):
            while "http://" not in (line := (await process.stdout.readline()).decode()):
                assert line, "it ended"
        yield line.split()[-1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()


@pytest.mark.parametrize("page", SIZES, indirect=True)
@pytest.mark.parametrize("language", READMES)
async def test_a_reader_of_the_readme_gets_a_result(
    page: Page, request: pytest.FixtureRequest, tmp_path: Path, language: str
) -> None:
    command, (answer, reminder, *_) = first_steps(language)
    began = time.monotonic()
    clone = tmp_path / "exhale"
    cloning = await asyncio.create_subprocess_exec("git", "clone", "--quiet", str(ROOT), str(clone))
    assert await cloning.wait() == 0
    async with running(command, clone) as address:
        started = time.monotonic()
        visit = await arrive(page, address, language, request.node.callspec.params["page"], ())
        await visit.reads("consent.title")
        await page.clicks("button", answer)
        await page.sees(opening(visit.t("level.high", score=SEED[-1], word=visit.t("frequency.half"))))
        finished = time.monotonic()
        came = await page.value(MESSAGES)
        await page.clicks("button", reminder)
        await page.becomes(f"{MESSAGES} > {came}", True)
    assert page.complaints == []
    sys.stdout.write(
        f"\n{language}, {visit.size}: one command, {started - began:.0f} seconds to the page; "
        f"one press, {finished - started:.0f} seconds to the result\n"
    )
    assert finished - started < TO_RESULT
