"""What a start of `python bot.py` on its database costs, to its first poll: `python -m benchmarks.startup`."""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.load import Load
from benchmarks.press import TOKEN, cpu_seconds, serve
from playground.remote.processes import ROOT, Process


async def start_once(folder: Path) -> tuple[float, float, float]:
    """Seconds until it is ready, CPU seconds until then, and its memory in MB (resident) after that."""
    async with serve(Load({}, 0)) as url:
        env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": url, "OPS_PORT": "0"}
        bot = Process(str(ROOT / "bot.py"), folder=folder, env=env, name="bot")
        began = time.monotonic()
        await bot.start()
        try:
            await bot.says("ready")
            return time.monotonic() - began, cpu_seconds(bot.pid), resident_megabytes(bot.pid)
        finally:
            await bot.close()


def resident_megabytes(pid: int) -> float:
    """What the process holds in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


async def measure(rounds: int) -> None:
    """Print the medians of a few starts; the first one, which makes the database and may compile, is not counted."""
    with tempfile.TemporaryDirectory(prefix="exhale-bench-") as place:
        _, *starts = [await start_once(Path(place)) for _ in range(1 + rounds)]
    seconds, cpu, memory = (statistics.median(figures) for figures in zip(*starts, strict=True))
    print(f"start: {seconds:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(measure(parser.parse_args().rounds))
