"""What a run reads once, though every bot reads it: the content is frozen, and what finds despair remembers nothing.

Imported by conftest.py before anything else of ours, and by the process that forks bots.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import content
import middlewares.crisis
from services.wellbeing.crisis import Detector

read_content = content.load_content


@cache
def our_content() -> content.Content:
    """The project's own content."""
    return read_content()


@cache
def our_detector() -> Detector:
    """Its thousands of patterns, compiled."""
    return Detector(our_content().crisis)


def load_content(folder: Path | None = None) -> content.Content:
    """`content.load_content`: another folder is read each time."""
    return our_content() if folder is None else read_content(folder)


def detector_of(crisis: content.Crisis) -> Detector:
    """`Detector`: of other content a new one."""
    return our_detector() if crisis is our_content().crisis else Detector(crisis)


content.load_content = load_content
middlewares.crisis.Detector = detector_of  # type: ignore[attr-defined,assignment]
