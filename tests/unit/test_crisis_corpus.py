"""How well the rules find words of despair, measured on labelled phrases."""

from __future__ import annotations

import sys

import pytest

from services.wellbeing.crisis import Tier
from tests.crisis_corpus import ORDINARY, Answers, read
from tests.once import our_detector

pytestmark = pytest.mark.slow

GATES = {
    "first": (0.95, 0.95),
    "tuned": (0.95, 0.95),
    "rounds": (0.95, 0.95),
    "plain": (0.95, 0.95),
    "second": (0.85, 0.95),
    "oblique": (0.50, 0.90),
}
"""By half of the corpus: the least recall and precision of the explicit tier."""
AT_LEAST = dict.fromkeys(GATES, 300) | {"oblique": 120}
"""By half of the corpus: its phrases."""


@pytest.mark.parametrize("half", GATES)
def test_despair_is_found_and_the_rest_of_life_is_left_alone(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    answers = Answers(our_detector(), read(half))
    with capsys.disabled():
        sys.stdout.write(f"\n{half} half\n{answers.table()}")
    recall, precision = GATES[half]
    for langs in ((), ("ru",), ("en",)):
        score = answers.score(Tier.EXPLICIT, *langs)
        assert score.recall >= recall, (langs, answers.mistakes(Tier.EXPLICIT))
        assert score.precision >= precision, (langs, answers.mistakes(Tier.EXPLICIT))


@pytest.mark.parametrize("half", GATES)
def test_labels_are_sound(half: str) -> None:
    phrases = read(half)
    assert {phrase.tier for phrase in phrases} == {*Tier, ORDINARY}
    assert {phrase.lang for phrase in phrases} == {"ru", "en"}
    assert len({(phrase.lang, phrase.text) for phrase in phrases}) == len(phrases) >= AT_LEAST[half]
