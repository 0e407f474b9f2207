"""What other areas may ask of the gate beside publications: a band, a share, and where a scale's published ends lie."""

from __future__ import annotations

from content.hr_actions import Thresholds
from services.gate import coarsening
from services.gate.publications import Band, Mean, Share


def threshold(limits: Thresholds, min_group: int) -> int:
    """Return k: the setting, and never less than the content's floor."""
    return max(min_group, limits.min_group_floor)


def band(limits: Thresholds, min_group: int, people: int) -> Band | None:
    """Return the band of a number of people, or None for fewer than the threshold."""
    k = threshold(limits, min_group)
    return None if people < k else coarsening.band(k, limits.n_bands, people)


def share(limits: Thresholds, part: int, whole: int) -> Share:
    """Return the share of `part` in `whole` people as it may be shown."""
    return coarsening.share(limits.steps.share, part, whole)


def ends(value: Mean, top: float, k: int) -> tuple[float, float]:
    """Return the lowest and the highest value that such a mean is ever published as."""
    lowest = float(coarsening.Grid.of(value.step, top, k).lowest)
    return lowest, top - lowest
