"""The words that rules in the content files may use."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import BeforeValidator

from content.base import LEVELS, CauseKey
from content.rules import Rule, Vocabulary

_FIGURE: frozenset[str] = frozenset()
_LETTERS = frozenset({"L", "M", "H"})
_PROFILES = frozenset(
    {"all_high", "exhausted_plus", "overextended", "detached", "disengaged", "ineffective", "steady", "mixed"}
)
_ITEMS = {f"q{number}": _FIGURE for number in range(100)}
_PROFILE_VOCABULARY: Vocabulary = {"EE": _LETTERS, "DP": _LETTERS, "RA": _LETTERS}
_PERSON_VOCABULARY: Vocabulary = {
    **_PROFILE_VOCABULARY,
    **_ITEMS,
    "burnout_level": frozenset(LEVELS),
    "profile": _PROFILES,
}
_QUALITY_VOCABULARY: Vocabulary = dict.fromkeys(
    ("fast_hard", "fast_soft", "longstring", "longstring_middle", "contradiction"), _FIGURE
)
_PULSE_VOCABULARY: Vocabulary = {
    f"{metric}{suffix}": _FIGURE
    for metric in ("burnout", "stress", "productivity")
    for suffix in ("", "_lowest_of_2", "_trend")
}
_GROUP_VOCABULARY: Vocabulary = {
    **dict.fromkeys(("hidden", "participation", "EE", "DP", "RA", "total", "share_high"), _FIGURE),
    **dict.fromkeys(
        ("change", "change_sig", "gap", "gap_sig", "stress_trend", "stress_trend_sig", "stress_high_weeks"), _FIGURE
    ),
    **{f"cause_{cause}": _FIGURE for cause in get_args(CauseKey)},
}


TALK_NAMES = (
    *("burnout", "stress", "productivity", "EE", "DP", "RA"),
    *("burnout_moved", "stress_moved", "productivity_moved", "total_moved"),
)
_TALK_VOCABULARY: Vocabulary = dict.fromkeys(TALK_NAMES, _FIGURE)


def _rule(vocabulary: Vocabulary) -> BeforeValidator:
    return BeforeValidator(lambda text: Rule.parse(str(text), vocabulary))


ProfileRule = Annotated[Rule, _rule(_PROFILE_VOCABULARY)]
PersonRule = Annotated[Rule, _rule(_PERSON_VOCABULARY)]
QualityRule = Annotated[Rule, _rule(_QUALITY_VOCABULARY)]
PulseRule = Annotated[Rule, _rule(_PULSE_VOCABULARY)]
TalkRule = Annotated[Rule, _rule(_TALK_VOCABULARY)]
GroupRule = Annotated[Rule, _rule(_GROUP_VOCABULARY)]
