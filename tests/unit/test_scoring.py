"""Scoring against the examples of the questionnaire, its boundaries, and laws that any answers obey."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.change import LOOKS_A_YEAR, false_alarms, flagged, with_total
from content import load_content
from content.questionnaire import Example
from services.wellbeing.scoring import Result, change, frequency, quality, score, strongest

Q = load_content().questionnaire
KEYS = [item.key for item in Q.items]
REVERSED = {item.key for item in Q.items if item.reverse}
STEADY = [4.0] * 20
EXAMPLES = {example.name: example for example in Q.examples}

full = st.fixed_dictionaries({key: st.integers(0, 6) for key in KEYS})
partial = st.fixed_dictionaries({}, optional={key: st.integers(0, 6) for key in KEYS})


def keys_of(scale: str) -> list[str]:
    return [item.key for item in Q.items if item.scale == scale]


def raw(key: str, item_score: int) -> int:
    return 6 - item_score if key in REVERSED else item_score


def answers_with(ee: int, dp: int, ra: int) -> dict[str, int]:
    """Answers that give these sums, filled up item by item."""
    answers = {}
    for scale, points in (("EE", ee), ("DP", dp), ("RA", ra)):
        left = points
        for key in keys_of(scale):
            answers[key] = raw(key, min(left, 6))
            left -= min(left, 6)
        assert left == 0
    return answers


@pytest.mark.parametrize("example", Q.examples, ids=list(EXAMPLES))
def test_examples(example: Example) -> None:
    result = score(Q, example.answers)
    expect = example.expect
    assert result.scales == {"EE": expect.EE, "DP": expect.DP, "RA": expect.RA}
    assert result.total == expect.score
    assert result.level == expect.burnout_level
    assert result.profile == expect.profile
    assert quality(Q, example.answers, STEADY) == expect.quality


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 6


@pytest.mark.parametrize(
    ("ee", "dp", "ra", "level"),
    [(22, 12, 15, "low"), (22, 13, 15, "medium"), (31, 17, 21, "medium"), (32, 17, 21, "high"), (54, 30, 36, "high")],
)
def test_the_total_is_medium_from_50_and_high_from_70(ee: int, dp: int, ra: int, level: str) -> None:
    result = score(Q, answers_with(ee, dp, ra))
    assert result.total == ee + dp + ra
    assert result.level == level


@pytest.mark.parametrize(
    ("scale", "points", "level"),
    [
        *[("EE", 22, "low"), ("EE", 23, "medium"), ("EE", 31, "medium"), ("EE", 32, "high")],
        *[("DP", 12, "low"), ("DP", 13, "medium"), ("DP", 17, "medium"), ("DP", 18, "high")],
        *[("RA", 14, "low"), ("RA", 15, "medium"), ("RA", 20, "medium"), ("RA", 21, "high")],
    ],
)
def test_scale_levels(scale: str, points: int, level: str) -> None:
    sums = {"EE": 0, "DP": 0, "RA": 0, scale: points}
    result = score(Q, answers_with(sums["EE"], sums["DP"], sums["RA"]))
    assert result.scale_levels[scale] == level  # type: ignore[index]


@pytest.mark.parametrize(("answer", "total"), [(0, 18), (2, 46), (4, 74), (6, 102)])
def test_straight_lines(answer: int, total: int) -> None:
    answers = dict.fromkeys(KEYS, answer)
    assert score(Q, answers).total == total
    assert quality(Q, answers, STEADY) == "suspect"


PROFILES = {
    "HHH": "all_high",
    **dict.fromkeys(["HHL", "HHM", "HLH", "HMH"], "exhausted_plus"),
    **dict.fromkeys(["HLL", "HLM", "HML", "HMM"], "overextended"),
    **dict.fromkeys(["LHH", "MHH"], "detached"),
    **dict.fromkeys(["LHL", "LHM", "MHL", "MHM"], "disengaged"),
    **dict.fromkeys(["LLH", "LMH", "MLH", "MMH"], "ineffective"),
    "LLL": "steady",
}


def test_profile_of_every_pattern() -> None:
    points = {"EE": {"L": 9, "M": 27, "H": 36}, "DP": {"L": 5, "M": 15, "H": 20}, "RA": {"L": 6, "M": 18, "H": 24}}
    for letters in map("".join, itertools.product("LMH", repeat=3)):
        sums = [points[scale][letter] for scale, letter in zip(("EE", "DP", "RA"), letters, strict=True)]
        assert score(Q, answers_with(*sums)).profile == PROFILES.get(letters, "mixed"), letters


@pytest.mark.parametrize(("scale", "needed"), [("EE", 7), ("DP", 4), ("RA", 5)])
def test_a_scale_with_too_few_answers_is_unknown_and_never_nought(scale: str, needed: int) -> None:
    answers = dict.fromkeys(KEYS, 3)
    for key in keys_of(scale)[needed:]:
        del answers[key]
    assert score(Q, answers).scales[scale] is not None  # type: ignore[index]
    del answers[keys_of(scale)[0]]
    result = score(Q, answers)
    assert [name for name, value in result.scales.items() if value is None] == [scale]
    assert result.scale_levels[scale] is None  # type: ignore[index]
    assert (result.total, result.level, result.profile) == (None, None, None)


def test_a_prorated_score_has_one_decimal_rounded_half_up() -> None:
    answers = answers_with(18, 0, 0)
    del answers[keys_of("EE")[-1]]
    assert score(Q, answers).scales["EE"] == 20.3  # 18 / 8 × 9 = 20.25


def test_a_prorated_mean_that_reaches_the_cut_counts() -> None:
    answers = answers_with(20, 0, 0)
    del answers[keys_of("EE")[-1]]
    result = score(Q, answers)
    assert result.scales["EE"] == 22.5  # a mean of 2.5 exactly
    assert result.scale_levels["EE"] == "medium"


def test_nothing_answered() -> None:
    assert score(Q, {}) == Result(
        dict.fromkeys(("EE", "DP", "RA")), None, None, dict.fromkeys(("EE", "DP", "RA")), None
    )


@pytest.mark.parametrize(
    "answers", [{"20": 1}, {"": 1}, {"0": 7}, {"0": -1}, {"0": True}, {"0": 2.0}, {"0": "3"}, {"0": None}]
)
def test_bad_answers_are_refused_without_being_quoted(answers: dict[str, int]) -> None:
    with pytest.raises(ValueError) as caught:
        score(Q, answers)
    assert repr(next(iter(answers.values()))) not in str(caught.value).replace("0 to 6", "").replace("item 0", "")


@given(full, st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(answers: dict[str, int], random: Random) -> None:
    pairs = list(answers.items())
    random.shuffle(pairs)
    assert score(Q, dict(pairs)) == score(Q, answers)


@given(full, st.sampled_from(KEYS))
def test_raising_an_answer_moves_the_score_the_way_of_its_item(answers: dict[str, int], key: str) -> None:
    lower = {**answers, key: min(answers[key], 5)}
    before, after = score(Q, lower), score(Q, {**lower, key: lower[key] + 1})
    assert before.total is not None
    assert after.total == before.total + (-1 if key in REVERSED else 1)


@given(partial)
def test_figures_stay_in_their_bounds(answers: dict[str, int]) -> None:
    result = score(Q, answers)
    for name, value in result.scales.items():
        assert value is None or 0 <= value <= Q.scales[name].max
    if result.total is None:
        assert None in result.scales.values()
        assert result.level is None
    else:
        assert 0 <= result.total <= 120
        assert result.total == pytest.approx(sum(value or 0 for value in result.scales.values()))


@given(full, st.sampled_from(KEYS))
def test_skipping_an_item_that_equals_the_mean_changes_nothing(answers: dict[str, int], key: str) -> None:
    scores = {other: raw(other, answers[other]) for other in keys_of(Q.item(key).scale) if other != key}
    while sum(scores.values()) % len(scores):  # down to a mean that is a whole number
        scores[max(scores, key=scores.__getitem__)] -= 1
    scores[key] = sum(scores.values()) // len(scores)
    answers |= {other: raw(other, value) for other, value in scores.items()}
    skipped = {other: value for other, value in answers.items() if other != key}
    assert score(Q, skipped) == score(Q, answers)


@given(full, st.sets(st.sampled_from(keys_of("EE")), max_size=2), *(st.sampled_from(keys_of(s)) for s in ("DP", "RA")))
def test_levels_of_scales_and_total_agree(answers: dict[str, int], ee: set[str], dp: str, ra: str) -> None:
    result = score(Q, {key: value for key, value in answers.items() if key not in {*ee, dp, ra}})
    levels = set(result.scale_levels.values())
    assert result.total is not None
    assert levels != {"low"} or result.level == "low"
    assert levels != {"high"} or result.total >= 70
    assert result.level != "high" or "high" in levels


EDGES = {"EE": (0, 22, 23, 31, 32, 54), "DP": (0, 12, 13, 17, 18, 30), "RA": (0, 14, 15, 20, 21, 36)}


def test_levels_agree_at_every_edge() -> None:
    for sums in itertools.product(*EDGES.values()):
        result = score(Q, answers_with(*sums))
        levels = set(result.scale_levels.values())
        assert levels != {"low"} or result.level == "low", sums
        assert levels != {"high"} or result.level == "high", sums
        assert result.level != "high" or "high" in levels, sums


# --- quality ----------------------------------------------------------------------------------------------------------

HONEST = EXAMPLES["seed row"].answers


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([1.0] * 20, "suspect"), ([1.1] * 20, "ok"), ([0.2] * 20, "suspect"), ([], "ok"), ([90.0] * 20, "ok")],
)
def test_speed(seconds: list[float], expected: str) -> None:
    assert quality(Q, HONEST, seconds) == expected


def test_a_night_in_the_middle_does_not_hide_a_careless_run() -> None:
    assert quality(Q, HONEST, [0.8] * 9 + [40_000.0] + [0.8] * 10) == "suspect"


def test_one_fast_press_among_slow_ones_is_no_sign() -> None:
    assert quality(Q, HONEST, [0.3] + [4.0] * 19) == "ok"


@pytest.mark.parametrize(
    ("pair", "speed", "expected"),
    [((5, 5), 1.9, "suspect"), ((5, 5), 2.0, "ok"), ((4, 5), 1.9, "ok"), ((5, 4), 1.9, "ok"), ((6, 6), 1.5, "suspect")],
)
def test_a_contradiction_counts_only_together_with_speed(pair: tuple[int, int], speed: float, expected: str) -> None:
    assert quality(Q, {**HONEST, "16": pair[0], "19": pair[1]}, [speed] * 20) == expected


@pytest.mark.parametrize(("run", "expected"), [(9, "ok"), (10, "suspect")])
def test_a_run_of_equal_answers_in_the_order_shown(run: int, expected: str) -> None:
    answers = {key: (2 if place < run else 3 + place % 2) for place, key in enumerate(Q.order)}
    assert quality(Q, answers, STEADY) == expected


def test_ten_equal_answers_apart_from_each_other_are_no_run() -> None:
    answers = {key: 2 + place % 2 for place, key in enumerate(Q.order)}
    assert quality(Q, answers, STEADY) == "ok"


def test_a_skip_does_not_break_a_run() -> None:
    answers = {key: (2 if place < 11 else 3 + place % 2) for place, key in enumerate(Q.order) if place != 5}
    assert quality(Q, answers, STEADY) == "suspect"


# --- change -----------------------------------------------------------------------------------------------------------


def result_of(ee: int, dp: int, ra: int) -> Result:
    return score(Q, answers_with(ee, dp, ra))


@pytest.mark.parametrize(
    ("earlier", "later", "verdict", "delta"),
    [
        ((35, 20, 23), (35, 20, 23), "same", 0),
        ((35, 20, 23), (29, 16, 21), "none", -12),  # 78 → 66
        ((35, 20, 23), (24, 10, 18), "better", -26),  # 78 → 52
        ((35, 20, 23), (24, 11, 18), "none", -25),
        ((22, 12, 15), (22, 13, 15), "none", 1),  # 49 → 50 changes the word of the level and is no change
        ((20, 10, 10), (38, 10, 17), "none", 25),
        ((20, 10, 10), (38, 10, 18), "worse", 26),
        ((38, 10, 18), (20, 10, 10), "better", -26),
        ((35, 20, 23), (23, 32 - 2, 25), "same", 0),
    ],
)
def test_change_of_the_total(
    earlier: tuple[int, int, int], later: tuple[int, int, int], verdict: str, delta: float
) -> None:
    found = change(Q, [result_of(*earlier)], result_of(*later))
    assert found is not None
    assert (found.total.verdict, found.total.delta) == (verdict, delta)


@pytest.mark.parametrize(("scale", "threshold"), [("EE", 15), ("DP", 12), ("RA", 10)])
def test_change_of_a_scale(scale: str, threshold: int) -> None:
    sums = {"EE": 10, "DP": 10, "RA": 10}
    earlier = result_of(*sums.values())
    below = change(Q, [earlier], result_of(*{**sums, scale: 10 + threshold - 1}.values()))
    reached = change(Q, [earlier], result_of(*{**sums, scale: 10 + threshold}.values()))
    assert below is not None
    assert reached is not None
    assert below.scales[scale].verdict == "none"  # type: ignore[index]
    assert reached.scales[scale].verdict == "worse"  # type: ignore[index]
    assert [name for name, shift in reached.scales.items() if shift.verdict != "same"] == [scale]


@pytest.mark.parametrize(
    ("totals", "creep"),
    [
        ((20, 34, 48, 62, 76), (4, 20)),  # fourteen a time: no step counts, the way does
        ((20, 34, 48, 62), (3, 20)),
        ((20, 34), None),
        ((40, 40, 40, 63), (1, 40)),  # against the mean of the last three
        ((40, 40, 40, 62), None),
        ((30, 41, 52, 61), (3, 30)),  # against the best of the year
        ((20, 34, 48, 62, 36), None),  # clearly better than the last time: that is what is said
        ((20, 46), None),  # at once, so the step itself is told
        ((60, 55, 64, 58, 61, 57), None),
    ],
)
def test_a_slow_creep_is_named(totals: tuple[float, ...], creep: tuple[int, float] | None) -> None:
    found = change(Q, [with_total(value) for value in reversed(totals[:-1])], with_total(totals[-1]))
    assert found is not None
    assert (found.creep and (found.creep.since, found.creep.before)) == creep
    assert found.is_worse == (creep is not None or totals == (20, 46))


@pytest.mark.parametrize("looks", LOOKS_A_YEAR.values())
def test_an_unchanged_year_is_told_of_no_change(looks: int) -> None:
    """At most one person in ten, with the spread of a retest (python -m benchmarks.change has more people)."""
    assert false_alarms(Q, looks, people=1500) <= 0.1


@pytest.mark.parametrize("spread", [0.0, 0.3, 0.5])
def test_honest_people_are_not_flagged(spread: float) -> None:
    for half in range(13):
        assert flagged(Q, half / 2, spread, people=200) < 0.01, half / 2


def test_a_run_of_the_middle_counts_only_with_haste() -> None:
    middle = dict.fromkeys(Q.order, 3)
    assert quality(Q, middle, [8.0] * 20) == "ok"
    assert quality(Q, middle, [1.9] * 20) == "suspect"
    assert quality(Q, middle, []) == "ok"


@pytest.mark.parametrize(
    ("mean", "word"),
    [
        *((mean, "hardly") for mean in (0, 0.49)),
        *((mean, "rarely") for mean in (0.5, 2.49)),
        (2.5, "quarter"),
        *((mean, "half") for mean in (3.5, 4.99)),
        *((mean, "daily") for mean in (5, 6)),
    ],
)
def test_five_words_on_the_answer_scale(mean: float, word: str) -> None:
    assert frequency(Q, mean) == word


def test_the_strongest_answers_come_first_and_only_when_frequent() -> None:
    calm = dict.fromkeys(Q.order, 2) | {"2": 4, "11": 4, "19": 4}
    assert strongest(Q, calm) == ()
    said = strongest(Q, calm | {"8": 5, "11": 0, "14": 3})
    assert [item.key for item in said] == ["11", "8"]
    assert all(item.echo for item in Q.items if item.reverse)


def test_no_change_without_two_totals() -> None:
    known, unknown = result_of(10, 10, 10), score(Q, {"0": 3})
    assert change(Q, [known], unknown) is None
    assert change(Q, [unknown], known) is None


def test_the_difference_of_decimals_is_exact() -> None:
    answers = answers_with(18, 0, 0)
    later = {key: value for key, value in answers.items() if key != keys_of("EE")[-1]}
    found = change(Q, [score(Q, answers)], score(Q, later))
    assert found is not None
    assert found.scales["EE"].delta == 2.3


@given(full, full)
def test_change_is_its_own_mirror(first: dict[str, int], second: dict[str, int]) -> None:
    there, back = change(Q, [score(Q, first)], score(Q, second)), change(Q, [score(Q, second)], score(Q, first))
    assert there is not None
    assert back is not None
    mirror = {"better": "worse", "worse": "better", "none": "none", "same": "same"}
    assert back.total.verdict == mirror[there.total.verdict]
    assert back.total.delta == -there.total.delta
