"""Print the roster table: what is read from each shape in which systems export a list of people.

`python -m benchmarks.roster` reads shapes of its own, `python -m benchmarks.roster FILE…` these files instead.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from content import load_content
from services.kit.errors import Refusal
from services.lifecycle.roster import reading
from tests.roster_files import SHAPES

FIRST = 3


def describe(content: bytes) -> str:
    """Return in a line what is read from a file, and what is asked or refused."""
    words = load_content().typed.roster
    began = time.perf_counter()
    try:
        found = reading.read(content, words)
    except Refusal as refusal:
        return f"refused: {type(refusal).__name__}"
    took = time.perf_counter() - began
    names = "; ".join(f"{row.name} ({row.department or '-'})" for row in found.people[:FIRST])
    asked = "; ".join(f"row {doubt.line} “{doubt.text}”" for doubt in found.doubts if doubt.kind != "nothing")
    parts = [f"{len(found.people)} people", names, f"asked: {asked}" if asked else "", f"{1000 * took:.0f} ms"]
    return " | ".join(part for part in parts if part)


def shapes(paths: list[str]) -> Iterator[tuple[str, bytes]]:
    """Give each input with its name."""
    if paths:
        yield from ((Path(path).name, Path(path).read_bytes()) for path in paths)
    else:
        yield from ((name, make()) for name, make in SHAPES.items())


if __name__ == "__main__":
    for name, content in shapes(sys.argv[1:]):
        print(f"{name:32} {describe(content)}")
