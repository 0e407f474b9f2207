"""`make demo`, as it is run: what it checks by itself has to hold with the texts and the rules of today."""

from __future__ import annotations

import asyncio
import sys

from playground.processes import ROOT


async def test_the_demo_passes_its_own_checks() -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground.demo",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await demo.communicate()
    text = output.decode()
    assert demo.returncode == 0, text
    assert "✓" in text
    assert "✗" not in text
