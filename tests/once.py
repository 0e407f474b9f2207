"""What a run makes once, though every bot makes it: the content is frozen, and what is made of it alone, too.

Imported by conftest.py before anything else of ours, and by the process that forks bots.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import app.wiring
import content
import middlewares.crisis
import services.account.settings
import services.gate.gate
from services.wellbeing.crisis import Detector

read_content = content.load_content


@cache
def our_content() -> content.Content:
    """The project's own content."""
    return read_content()


def load_content(folder: Path | None = None) -> content.Content:
    """`content.load_content`: another folder is read each time."""
    return our_content() if folder is None else read_content(folder)


def our_detector() -> Detector:
    """What finds despair by its patterns."""
    return middlewares.crisis.Detector(our_content().crisis)  # type: ignore[attr-defined]


def made_once(make: Callable[[Any], Any], part: Callable[[content.Content], Any]) -> Callable[[Any], Any]:
    """What makes something of a part of the content: of our own once, of any other each time."""
    ours = cache(lambda: make(part(our_content())))
    return lambda given: ours() if given is part(our_content()) else make(given)


content.load_content = load_content
for module, name, part in (
    (middlewares.crisis, "Detector", lambda ours: ours.crisis),  # thousands of patterns
    (app.wiring, "Phrases", lambda ours: ours.typed),
    (app.wiring, "Zones", lambda ours: ours.typed),
    (services.account.settings, "Zones", lambda ours: ours.typed),
    (services.gate.gate, "checkin_source", lambda ours: ours),
    (services.gate.gate, "pooled_source", lambda ours: ours),
    (services.gate.gate, "pulse_source", lambda ours: ours),
):
    setattr(module, name, made_once(getattr(module, name), part))
