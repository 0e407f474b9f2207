"""Labelled phrases for the rules of content/crisis.yaml, in two languages.

`first.yaml` was written before the rules; `tuned.yaml` was first measured without a look at it, and the rules were
widened afterwards; `rounds.yaml` was written round by round, each measured before the rules were widened for it;
`plain.yaml` is how ordinary people write, by family, with look-alikes, also measured before the rules were widened for
it. `second.yaml` was written after the first rules, without sight of them, and nothing is corrected on it; nor on
`oblique.yaml`, whose author had seen lists of the rules' words and went round them: images, hints, no usual word.
Labels: the tier that a reader would answer with, or `ordinary`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.wellbeing.crisis import Detector

ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A phrase with what it is, and which kind of such phrases it belongs to."""

    text: str
    lang: str
    tier: str
    family: str


@dataclass(frozen=True, slots=True)
class Score:
    """How many phrases were to be found, how many were said to be found, and how many of these rightly."""

    wanted: int
    said: int
    right: int

    @property
    def recall(self) -> float:
        """The share of the wanted ones that is found; 1 if there were none."""
        return self.right / self.wanted if self.wanted else 1

    @property
    def precision(self) -> float:
        """The share of what is said that is right; 1 if nothing is said."""
        return self.right / self.said if self.said else 1


@cache
def read(name: str) -> list[Labelled]:
    """The phrases of this half of the corpus."""
    rows = yaml.load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [Labelled(**row) for row in rows]


class Answers:
    """What the detector says to each phrase."""

    def __init__(self, detector: Detector, phrases: Iterable[Labelled]) -> None:
        self.pairs = [(phrase, detector.tier(phrase.text) or ORDINARY) for phrase in phrases]

    def score(self, tier: str, *langs: str) -> Score:
        """How well a tier is told from everything else, in these languages or in all."""
        pairs = [(phrase.tier, said) for phrase, said in self.pairs if not langs or phrase.lang in langs]
        return Score(
            wanted=sum(wanted == tier for wanted, _ in pairs),
            said=sum(said == tier for _, said in pairs),
            right=sum(wanted == said == tier for wanted, said in pairs),
        )

    def mistakes(self, tier: str) -> list[str]:
        """The phrases of the tier that were not found, and those that were taken for it."""
        return [
            f"{phrase.text} (is {phrase.tier}, read as {said})"
            for phrase, said in self.pairs
            if phrase.tier != said and tier in (phrase.tier, said)
        ]

    def table(self) -> str:
        """Recall and precision by tier and language, and by family how many were read as they are labelled."""
        lines = [_row("", ["recall", "precision"])]
        for tier in sorted({phrase.tier for phrase, _ in self.pairs} - {ORDINARY}):
            for langs in (("ru",), ("en",), ()):
                score = self.score(tier, *langs)
                cells = [
                    f"{score.right}/{score.wanted} {score.recall:.3f}",
                    f"{score.right}/{score.said} {score.precision:.3f}",
                ]
                lines.append(_row(f"{tier} {' '.join(langs) or 'both'}", cells))
        lines.append(_row("read as labelled", ["ru", "en"]))
        counts = Counter((phrase.family, phrase.tier, phrase.lang) for phrase, _ in self.pairs)
        right = Counter((phrase.family, phrase.tier, phrase.lang) for phrase, said in self.pairs if phrase.tier == said)
        for family, tier in sorted({key[:2] for key in counts}):
            cells = [f"{right[family, tier, lang]}/{counts[family, tier, lang]}" for lang in ("ru", "en")]
            lines.append(_row(f"{tier} {family}", cells))
        return "\n".join(lines) + "\n"


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:24}" + "".join(f"{cell:>18}" for cell in cells)
