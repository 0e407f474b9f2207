"""Words of despair are found by fixed rules: rather once too often than once too seldom."""

from __future__ import annotations

import time

import pytest

from content import load_content
from services.wellbeing.crisis import Detector

CRISIS = load_content().crisis
DETECTOR = Detector(CRISIS)
TRIGGERS = (*CRISIS.triggers.ru, *CRISIS.triggers.en)

PARAPHRASES = (
    "Я больше НЕ ХОЧУ так ЖИТЬ",
    "не хочу, честно говоря, жить",
    "Жить совсем не хочу.",
    "иногда просто не хочется больше жить",
    "нет никакого смысла дальше жить",
    "Я так устала от всего жить",
    "нет больше сил жить",
    "не могу так больше жить",
    "думаю, как покончить, наконец, с собой",
    "хочется свести все счёты с этой жизнью",
    "Мысли о самоубийстве каждый вечер",
    "у меня суицидальные мысли",
    "снова порежу ночью себя",
    "хочу просто взять умереть",
    "лучше бы меня вообще нигде не было",
    "может, спрыгну сегодня с крыши",
    "I just don’t want to live like this",
    "i dont really want to live",
    "there is no good reason to go on",
    "I'm so tired of just living",
    "thinking about killing myself",
    "I want it all to stop, I want to just die",
    "Sometimes I wish I was already dead",
    "everyone would be better off with me dead",
    "I have had suicidal thoughts",
    "I could overdose",
    "I really do not want to be here anymore",
)

INNOCENT = (
    "dead line",
    "The deadline is killing me",
    "This queue is dead",
    "I want to live in another city",
    "I am tired of meetings",
    "no reason to worry",
    "end of the month, all reports",
    "My self-esteem",
    "Нагрузка убийственная, но справляюсь",
    "Хочу уметь отдыхать",
    "Хочу в отпуск",
    "не хочу жирного на обед",
    "устал, хочу спать",
    "нет смысла спорить",
    "дедлайн завтра",
    "вены и сосуды проверю у врача",
    "Пон 9:00, +7 900 000-00-00",
    "После обеда: пауза 10 минут, затем почта",
    "anna@example.com",
    "умереть — не встать, какой день: хочу в отпуск",
)

TOO_SENSITIVE = (
    "хочу умереть со смеху",
    "не хочу жить в шуме",
    "устал жить в командировках",
    "суицидология как наука",
    "I wanna die laughing",
    "an overdose of coffee",
)
"""Found although nothing is wrong: the price of not missing the others. The reply does no harm, and stores nothing."""


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_trigger_is_found(trigger: str) -> None:
    assert DETECTOR.finds(trigger)
    assert DETECTOR.finds(f"Ну вот: «{trigger.upper()}!» :(")
    assert DETECTOR.finds(trigger.replace(" ", "... "))


@pytest.mark.parametrize("trigger", [trigger for trigger in TRIGGERS if " " in trigger])
def test_two_other_words_may_stand_between_and_no_more(trigger: str) -> None:
    first, rest = trigger.split(" ", 1)
    assert DETECTOR.finds(f"{first} один two {rest}")
    assert DETECTOR.finds(f"{first} один два три {rest}") == DETECTOR.finds(rest)


@pytest.mark.parametrize("text", PARAPHRASES)
def test_paraphrases_are_found(text: str) -> None:
    assert DETECTOR.finds(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_the_rest_of_life_is_left_alone(text: str) -> None:
    assert not DETECTOR.finds(text)


@pytest.mark.parametrize("text", TOO_SENSITIVE)
def test_it_is_over_sensitive_on_purpose(text: str) -> None:
    assert DETECTOR.finds(text)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Свести СЧЁТЫ!", "свести счеты"),
        ("don't don’t don‘t donʼt don`t", "dont dont dont dont dont"),
        ("  a\n\tb—c_d  ", "a b c d"),
        ("«…»", ""),
        ("24/7", "24 7"),
    ],
)
def test_the_steps_of_normalisation(text: str, normalised: str) -> None:
    assert DETECTOR.normalised(text) == normalised


def test_the_order_of_words_is_fixed() -> None:
    assert DETECTOR.finds("want to die")
    assert not DETECTOR.finds("die to want")


def test_a_phrase_begins_and_ends_inside_words() -> None:
    assert DETECTOR.finds("порежу себя")  # «режу себя» begins inside a word
    assert DETECTOR.finds("хочу умеретьь")


def test_closed_edges_take_whole_words_only() -> None:
    closed = Detector(CRISIS.model_copy(update={"match": CRISIS.match.model_copy(update={"edges": "closed"})}))
    assert closed.finds("ну, хочу умереть!")
    assert not closed.finds("суицидальные")


@pytest.mark.parametrize(
    "text",
    [
        "не " * 1365,
        "лучше б меня " * 315,
        "no reason to " * 315,
        "не хочу a " * 409,
        "ж" * 4096,
        "' " * 2048,
        "Ё" * 4096,
    ],
)
def test_the_longest_message_takes_no_time(text: str) -> None:
    """Measured: 3 ms. A pattern that tries things twice takes seconds here."""
    began = time.thread_time()
    assert not DETECTOR.finds(text)
    assert time.thread_time() - began < 0.1
