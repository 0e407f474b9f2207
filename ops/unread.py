"""Settings that are written but don't exist: a misspelt MIN_GRUOP would otherwise never be noticed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches

from dotenv.parser import parse_stream

from config import ENV_FILE, Settings

PREFIX = "EXHALE_"
OF_COMPOSE = {"POSTGRES_PASSWORD", "EXHALE_VERSION"}  # compose.yaml reads them
OF_A_DATABASE = re.compile(r"^(DB|PG|POSTGRES|POSTGRESQL|DATABASE)_?(HOST|PORT|NAME|DB|DATABASE|USER|PASS\w*)$")
FAR = 0.6
NEAR = 0.85  # in an environment that holds names of everyone, only what is a slip of the finger


def unread_settings() -> list[str]:
    """Return a line for each name in `.env`, or in the environment, that nothing reads: what is meant, and what to do.

    In the environment only names with the project's prefix are looked at, and those that differ from a setting by a
    slip.
    """
    known = {name.upper() for name in Settings.model_fields}
    written, broken = _in_file()
    strange = [name for name in written if name.upper() not in known | OF_COMPOSE]
    parts = [name for name in strange if OF_A_DATABASE.match(name.upper())]
    lines = [f"{ENV_FILE}, line {number}: not in the form NAME=value, so it was skipped" for number in broken]
    if parts:
        lines.append(
            f"{', '.join(parts)} in {ENV_FILE}: not read. Write them as one setting, "
            "DATABASE_URL=postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME"
        )
    lines += [_line(name, str(ENV_FILE), known, FAR) for name in strange if name not in parts]
    return lines + [_line(name, "the environment", known, FAR) for name in _in_environment(known, set(written))]


def _in_file() -> tuple[list[str], list[int]]:
    """Return the names in `.env`, and the numbers of the lines that say nothing."""
    if not ENV_FILE.exists():
        return [], []
    with ENV_FILE.open(encoding="utf-8-sig") as file:
        bindings = list(parse_stream(file))
    names = list(dict.fromkeys(binding.key for binding in bindings if binding.key is not None))
    return names, [binding.original.line for binding in bindings if binding.error]


def _in_environment(known: set[str], written: set[str]) -> Iterable[str]:
    for name in sorted(os.environ.keys() - known - OF_COMPOSE - written):
        if name.startswith(PREFIX) or get_close_matches(name, known, 1, NEAR):
            yield name


def _line(name: str, where: str, known: set[str], cutoff: float) -> str:
    nearest = get_close_matches(name.upper().removeprefix(PREFIX), known, 1, cutoff)
    meant = f"did you mean {nearest[0]}?" if nearest else "every setting stands in .env.example"
    return f"{name} in {where}: not a setting, so it has no effect; {meant}"
