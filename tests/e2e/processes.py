"""`python bot.py` as a process of its own."""

from __future__ import annotations

from pathlib import Path

from playground.remote.processes import ROOT, Process

BOT = str(ROOT / "bot.py")


def bot_process(folder: Path, **env: str) -> Process:
    """`python bot.py` with these settings and nothing else of the machine's, its data in `folder`."""
    return Process(BOT, folder=folder, env={"OPS_PORT": "0", **env}, name="bot")
