"""The little language in which the content files state conditions."""

import pytest

from content.rules import Rule, Value, Vocabulary

VOCABULARY: Vocabulary = {
    "EE": frozenset({"L", "M", "H"}),
    "DP": frozenset({"L", "M", "H"}),
    "n": frozenset(),
    "k": frozenset(),
    "sure": frozenset(),
}
VALUES: dict[str, Value] = {"EE": "H", "DP": "L", "n": 6, "k": 7, "sure": False}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("always", True),
        ("otherwise", True),
        ("EE=H", True),
        ("EE == H", True),
        ("EE=M", False),
        ("EE in [M, H]", True),
        ("DP in [M,H]", False),
        ("n < k", True),
        ("n >= k", False),
        ("n <= 6", True),
        ("n > 6", False),
        ("n = 6", True),
        ("n >= -1.5", True),
        ("n < +6.5", True),
        ("sure", False),
        ("sure or EE=H", True),
        ("sure and EE=H", False),
        ("EE=H or DP=H and sure", True),
        ("(EE=H or DP=H) and sure", False),
        ("EE=H and (DP=H or n < 7)", True),
    ],
)
def test_holds(text: str, expected: bool) -> None:
    assert Rule.parse(text, VOCABULARY).holds(VALUES) is expected


@pytest.mark.parametrize("text", ["n < 7", "n >= 0", "n = 6", "EE=H", "EE in [L, M, H]", "sure"])
def test_an_unknown_value_makes_no_condition_true(text: str) -> None:
    assert not Rule.parse(text, VOCABULARY).holds(dict.fromkeys(VOCABULARY))


def test_an_unknown_value_on_the_right_does_not_hold_either() -> None:
    assert not Rule.parse("n >= k", VOCABULARY).holds({**VALUES, "k": None})


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "missing at its end"),
        ("EE", "needs a comparison"),
        ("EE=X", "no value of"),
        ("EE=n", "no value of"),
        ("EE > H", "no order"),
        ("EE in [H, X]", "no value of"),
        ("EE in H", "“[” is missing"),
        ("EE in [H", "“]” is missing"),
        ("(n < 3", "“)” is missing"),
        ("n <", "missing at its end"),
        ("n < many", "no known name"),
        ("n 3", "“3” was not expected"),
        ("n < 3 4", "“4” was not expected"),
        ("m < 3", "no known name"),
        ("always and n < 3", "no known name"),
        ("__import__('os')", "can't be read"),
        ("__import__", "no known name"),
        ("n(3)", "“(” was not expected"),
        ("n < 3; k", "can't be read"),
        ("n.real < 3", "can't be read"),
        ("n and", "missing at its end"),
    ],
)
def test_anything_else_is_refused_and_quoted(text: str, part: str) -> None:
    with pytest.raises(ValueError) as caught:
        Rule.parse(text, VOCABULARY)
    assert part in str(caught.value)
    assert f"“{text}”" in str(caught.value)


def test_a_missing_value_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Rule.parse("n < 7", VOCABULARY).holds({})


def test_names_are_those_that_the_rule_needs() -> None:
    assert Rule.parse("EE=H and n < k", VOCABULARY).names == {"EE", "n", "k"}
