"""Curves to draw: lines by week, and marks beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from content.pulse import PulseItem


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of the pulse, 0–10 by week (None: not answered), and the `mean` of these weeks, None with too few."""

    item: PulseItem
    values: tuple[float | None, ...]
    mean: float | None

    @property
    def answers(self) -> list[float]:
        """The answered weeks, oldest first."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A check-in in its week, with its total (0–120)."""

    week: date
    total: float


@dataclass(frozen=True, slots=True)
class PromiseDay:
    """A promise on the day on which it was kept, or (not `is_done`) on the day it was due. `text_en` may be missing."""

    day: date
    is_done: bool
    text: str
    text_en: str | None


@dataclass(frozen=True, slots=True)
class Curves:
    """What a chart draws. `weeks`: the ISO Mondays that are shown, oldest first; `top`, `top_total` end the scales.

    `promises`: those whose day lies in one of the weeks, oldest first.
    """

    weeks: tuple[date, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    top: int
    top_total: int
    promises: tuple[PromiseDay, ...] = field(default=(), kw_only=True)
