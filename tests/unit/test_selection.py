"""The choice of recommendations: the worked examples of the rule, and laws that hold for any answers."""

from collections import Counter
from collections.abc import Collection
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import load_content
from services.wellbeing.scoring import Result, score
from services.wellbeing.selection import RecommendationChoice, choose

CONTENT = load_content()
Q = CONTENT.questionnaire
CATALOGUE = CONTENT.recommendations
IDS = [item.id for item in CATALOGUE.items]
CATEGORY = {item.id: item.category for item in CATALOGUE.items}
KINDS = [None, *CATALOGUE.kinds_of_work]

full = st.fixed_dictionaries({item.key: st.integers(0, 6) for item in Q.items})
open_lists = st.lists(st.sampled_from(IDS), max_size=5, unique_by=CATEGORY.__getitem__)


def answers_with(ee: int, dp: int, ra: int) -> dict[str, int]:
    """Answers that give these sums, spread as evenly as can be."""
    answers = {}
    for scale, points in (("EE", ee), ("DP", dp), ("RA", ra)):
        items = [item for item in Q.items if item.scale == scale]
        for place, item in enumerate(items):
            value = points // len(items) + (place < points % len(items))
            answers[item.key] = 6 - value if item.reverse else value
    return answers


def offered(
    answers: dict[str, int],
    kind_of_work: str | None = None,
    open_ids: Collection[str] = (),
    recent_ids: Collection[str] = (),
) -> list[RecommendationChoice]:
    result = score(Q, answers)
    return choose(CATALOGUE, Q, result, answers, kind_of_work=kind_of_work, open_ids=open_ids, recent_ids=recent_ids)


def ids(choices: list[RecommendationChoice]) -> list[str]:
    return [choice.item.id for choice in choices]


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ((35, 20, 23), ["see_professional", "vacation_plan", "workload_talk", "mindfulness_course"]),
        ((36, 6, 7), ["see_professional", "vacation_plan", "workload_talk"]),
        ((6, 4, 22), ["see_professional", "small_win", "peer_coach"]),
        ((10, 19, 8), ["pause_before_reply", "coffee_with_colleague", "rotate_contact"]),
        ((8, 3, 4), ["evening_off", "sleep_window", "small_win"]),
    ],
)
def test_worked_examples(sums: tuple[int, int, int], expected: list[str]) -> None:
    assert ids(offered(answers_with(*sums))) == expected


def test_why_each_was_chosen() -> None:
    assert [choice.reason for choice in offered(answers_with(35, 20, 23))] == ["must", "must", "must", "DP"]
    assert [choice.reason for choice in offered(answers_with(36, 6, 7))] == ["must", "must", "must"]
    assert {choice.reason for choice in offered(answers_with(8, 3, 4))} == {"preventive"}


@pytest.mark.parametrize(("sums", "count"), [((8, 3, 4), 3), ((25, 13, 15), 4), ((35, 20, 23), 4)])
def test_how_many(sums: tuple[int, int, int], count: int) -> None:
    assert len(offered(answers_with(*sums))) == count


def test_nothing_without_a_total() -> None:
    nothing = Result(dict.fromkeys(("EE", "DP", "RA")), None, None, dict.fromkeys(("EE", "DP", "RA")), None)
    assert choose(CATALOGUE, Q, nothing, {}, kind_of_work=None, open_ids=[], recent_ids=[]) == []


def test_a_step_of_a_kind_of_work_stays_out_elsewhere_and_when_the_kind_is_unknown() -> None:
    everything_else = [id_ for id_ in IDS if CATEGORY[id_] != "activity"]
    for kind, expected in ((None, set()), ("office", {"walk_30"}), ("road", {"stretch_reset"})):
        found = offered(answers_with(20, 5, 5), kind, recent_ids=everything_else)
        assert set(ids(found)) == expected


def test_a_talk_after_a_clash_is_offered_only_where_the_kind_of_work_is_known() -> None:
    distant = answers_with(10, 19, 8)
    assert "debrief" in ids(offered(distant, "office"))
    for kind in (None, "warehouse"):
        assert "debrief" not in ids(offered(distant, kind))
    for words in ("аварии или насилия", "accident or violence"):
        item = CATALOGUE.get("debrief")
        assert item is not None
        assert words in f"{item.text.ru} {item.text.en}"


def test_who_feels_that_nothing_works_is_not_sent_to_ask_what_to_fix() -> None:
    others = [id_ for id_ in IDS if id_ != "ask_feedback"]
    assert ids(offered(answers_with(8, 3, 12), recent_ids=others)) == ["ask_feedback"]
    assert ids(offered(answers_with(8, 3, 25), recent_ids=others)) == []


def test_sleep_help_is_offered_only_when_sleep_is_the_trouble() -> None:
    others = [id_ for id_ in IDS if id_ != "insomnia_help"]
    tired = answers_with(36, 6, 7)
    assert ids(offered({**tired, "1": 4}, recent_ids=others)) == ["insomnia_help"]
    assert ids(offered({**tired, "1": 3}, recent_ids=others)) == []
    assert ids(offered({key: value for key, value in tired.items() if key != "1"}, recent_ids=others)) == []


def test_a_step_already_open_is_not_doubled_by_must_include() -> None:
    found = ids(offered(answers_with(36, 6, 7), open_ids=["stop_list"]))
    assert "workload_talk" not in found


def test_must_include_may_stand_beside_an_open_step_of_its_category() -> None:
    assert ids(offered(answers_with(35, 20, 23), open_ids=["coaching"]))[0] == "see_professional"


def test_the_second_best_stands_in_for_one_that_was_declined_lately() -> None:
    assert "stop_list" in ids(offered(answers_with(36, 6, 7), recent_ids=["workload_talk"]))


def test_what_is_open_covers_its_scale() -> None:
    assert "debrief" not in ids(offered(answers_with(35, 20, 23), open_ids=["see_the_person"]))[:3]


def test_an_open_step_that_left_the_content_still_counts() -> None:
    gone = [f"gone_{number}" for number in range(4)]
    assert ids(offered(answers_with(35, 20, 23), open_ids=gone)) == ["see_professional"]


def test_five_open_leave_no_room() -> None:
    assert offered(answers_with(35, 20, 23), open_ids=IDS[:5]) == []


@given(full, st.sampled_from(KINDS), open_lists, st.sets(st.sampled_from(IDS)))
def test_laws(answers: dict[str, int], kind_of_work: str | None, open_ids: list[str], recent_ids: set[str]) -> None:
    found = offered(answers, kind_of_work, open_ids, recent_ids)
    result = score(Q, answers)
    assert result.level is not None
    assert len(found) + len(open_ids) <= 5
    assert len(found) <= CATALOGUE.selection.count[result.level]
    assert not {*open_ids, *recent_ids} & set(ids(found))
    assert len(set(ids(found))) == len(found)
    assert max(Counter(CATEGORY[id_] for id_ in ids(found)).values(), default=1) == 1
    taken = {CATEGORY[id_] for id_ in open_ids}
    assert all(choice.reason == "must" for choice in found if CATEGORY[choice.item.id] in taken)
    for choice in found:
        item = CATALOGUE.get(choice.item.id)
        assert item is not None
        assert not item.context or kind_of_work in item.context
        assert choice.reason in ("must", "preventive", *item.dimensions)


@given(full, st.sampled_from(KINDS))
def test_what_must_be_there_is_there(answers: dict[str, int], kind_of_work: str | None) -> None:
    result = score(Q, answers)
    found = ids(offered(answers, kind_of_work))
    is_tired = result.level == "high" or result.scale_levels["EE"] == "high"
    assert ("see_professional" in found) == (is_tired or result.scale_levels["RA"] == "high")
    if is_tired:
        assert {"workload_talk", "stop_list"} & set(found)
        assert CATEGORY[found[1]] in {"recovery", "sleep"}, "rest comes before tasks and talks"
    high = [scale for scale, level in result.scale_levels.items() if level == "high"]
    covered = [
        scale
        for scale in high
        if any(
            item.id in found and scale in item.dimensions and item.category != "professional"
            for item in CATALOGUE.items
        )
    ]
    assert len(high) - len(covered) <= (1 if len(high) > 1 and is_tired else 0), "there is room for one more at least"


@pytest.mark.parametrize("ee", range(23, 54))
def test_equal_scores_tie_whatever_they_are_made_of(ee: int) -> None:
    medium_and_short, high_and_long = CATALOGUE.get("slow_breathing"), CATALOGUE.get("evening_off")
    assert medium_and_short is not None
    assert high_and_long is not None
    weak = high_and_long.evidence.model_copy(update={"grade": "C"})
    for names in (("a", "b"), ("b", "a")):  # 0.15 + 0.10 + 0.10 against 0.30 + 0.05
        items = (
            medium_and_short.model_copy(update={"id": names[0]}),
            high_and_long.model_copy(update={"id": names[1], "minutes": 60, "evidence": weak}),
        )
        answers = answers_with(ee, 0, 0)
        catalogue = CATALOGUE.model_copy(update={"items": items})
        found = choose(catalogue, Q, score(Q, answers), answers, kind_of_work=None, open_ids=(), recent_ids=())
        assert ids(found) == ["a", "b"]


@given(full, st.sampled_from(KINDS), open_lists, st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_list(
    answers: dict[str, int], kind_of_work: str | None, open_ids: list[str], random: Random
) -> None:
    shuffled = list(CATALOGUE.items)
    random.shuffle(shuffled)
    catalogue = CATALOGUE.model_copy(update={"items": tuple(shuffled)})
    again = choose(
        catalogue, Q, score(Q, answers), answers, kind_of_work=kind_of_work, open_ids=set(open_ids), recent_ids=()
    )
    assert again == offered(answers, kind_of_work, open_ids)
