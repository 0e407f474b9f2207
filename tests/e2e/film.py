"""`python -m tests.e2e.film FOLDER`: the moving picture of the README, from the pictures that the browser tests took.

One for each language of which the folder has all of them: from the invite to HR's Monday, small enough for a page.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from PIL import Image

from locales import LOCALES

MOMENTS = ("consent", "question", "result", "step", "reminder", "hr-week")
SIZE = (390, 844)
SHOWN_MS = 2_200
FADING_MS = 60
FADES = 4
QUALITY = 60
LARGEST = 1_500_000  # bytes


def film(folder: Path, locale: str) -> Path | None:
    """Write `story-<locale>.webp` beside the pictures; return where, or None when a picture is missing.

    Raise ValueError for one that is too large for a page.
    """
    files = [folder / f"{moment}-{locale}-phone.webp" for moment in MOMENTS]
    if not all(file.exists() for file in files):
        return None
    stills = [Image.open(file).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS) for file in files]
    frames, durations = [stills[0]], [SHOWN_MS]
    for before, after in pairwise([*stills, stills[0]]):
        frames += [Image.blend(before, after, step / (FADES + 1)) for step in range(1, FADES + 1)]
        durations += [FADING_MS] * FADES
        if after is not stills[0]:
            frames.append(after)
            durations.append(SHOWN_MS)
    path = folder / f"story-{locale}.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=QUALITY, method=6)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {LARGEST}")
    return path


if __name__ == "__main__":
    for name in LOCALES:
        if made := film(Path(sys.argv[1]), name):
            sys.stdout.write(f"{made}\n")
