"""How words of despair are read: the rules' patterns, what people do to words, and the time it takes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import ValidationError

from content import load_content
from content.crisis import Crisis
from services.wellbeing.crisis import Detector, Tier

CRISIS = load_content().crisis
DETECTOR = Detector(CRISIS)

PARAPHRASES = (
    "не хочу, честно говоря, жить",
    "Жить совсем не хочу.",
    "иногда просто не хочется больше жить",
    "нет никакого смысла дальше жить",
    "нет больше сил жить",
    "думаю, как покончить, наконец, с собой",
    "хочется свести все счёты с этой жизнью",
    "Мысли о самоубийстве каждый вечер",
    "у меня суицидальные мысли",
    "хочу просто взять умереть",
    "лучше бы меня вообще не было",
    "может, спрыгну сегодня с крыши",
    "i dont really want to live",
    "there is no good reason to go on living",
    "I'm so tired of just living",
    "thinking about killing myself",
    "I want it all to stop, I want to just die",
    "Sometimes I wish I was already dead",
    "I have had suicidal thoughts",
    "I really do not want to be here anymore",
)
"""Explicit, in words that are not the rules' own."""


def detector(*find: str, **fields: Any) -> Detector:
    """One that knows a single rule."""
    names = {"joined", "spelt_right", "words", "sounds", "misspelt"}
    rule = {"tier": "explicit", "find": find} | {k: v for k, v in fields.items() if k not in names}
    lists: dict[str, Any] = {"joined": (), "spelt_right": (), "words": {}}
    lists |= {key: value for key, value in fields.items() if key in names}
    return Detector(
        Crisis(
            version=1, pause_days=7, contacts_default=(), lookalikes=CRISIS.lookalikes, rules={"ru": [rule]}, **lists
        )
    )


def finds(detector: Detector, text: str) -> bool:
    return detector.tier(text) is Tier.EXPLICIT


@pytest.mark.parametrize("text", PARAPHRASES)
def test_paraphrases_are_found(text: str) -> None:
    assert DETECTOR.tier(text) is Tier.EXPLICIT


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("не хочу жить", True),
        ("жить я больше не хочу", True),
        ("не хотела жить", True),
        ("не хочу. Жить", False),
        ("не хочу... жить", True),
        ("не хочу ни с кем так долго жить", False),
        ("хочу жить", False),
        ("", False),
    ],
)
def test_words_stand_in_any_order_within_the_window(text: str, found: bool) -> None:
    assert finds(detector("не хоч*|хоте* жить", window=5), text) == found


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("муж меня убьёт, если я опять задержусь", None),
        ("муж меня прибьёт за опоздание", None),
        ("my wife is going to kill me if I'm late", None),
        ("my husband is going to kill me because I forgot our anniversary", None),
        ("муж меня убьёт", Tier.VIOLENCE),
        ("муж меня убьёт, если я уйду", Tier.VIOLENCE),
        ("муж меня убьёт, если я опоздаю, мне страшно", Tier.VIOLENCE),
        ("муж меня убьёт, если я опять задержусь, он уже бил меня", Tier.VIOLENCE),
        ("my husband is going to kill me if I leave", Tier.VIOLENCE),
        ("I'm scared, my husband is going to kill me if I'm late", Tier.VIOLENCE),
        ("my wife is going to kill me if I'm late, she has a knife", Tier.VIOLENCE),
        ("he's going to kill me if I'm late", Tier.VIOLENCE),
    ],
)
def test_a_threat_is_an_exaggeration_only_for_a_trifle_and_without_fear(text: str, tier: Tier | None) -> None:
    assert DETECTOR.tier(text) is tier


def test_words_that_follow_one_another_do_so_without_a_mark_between() -> None:
    cut = detector("cut_myself")
    assert finds(cut, "I cut myself")
    assert not finds(cut, "cut the cake myself")
    assert not finds(cut, "cut, myself")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("хочу умереть", True),
        ("хочу умереть со смеху", False),
        ("со смеху хочу умереть", False),
        ("хочу умереть. Вчера мы все лежали со смеху", True),
        ("хочу умереть, и это не смех", True),
        ("хочу умереть со смеху; а вообще хочу умереть, мне очень плохо", True),
    ],
)
def test_an_exclusion_counts_only_near_what_it_excludes(text: str, found: bool) -> None:
    assert finds(detector("хочу умереть", unless=["со_смеху"], near=1), text) == found


def test_a_list_is_named_alone_and_within_a_phrase() -> None:
    words = {"where": ["roof", "tall_building"]}
    jump = detector("jump_off_the_<where>", "<where> jump", words=words, window=5)
    for text in ("jump off the roof", "jump off the tall building", "the roof, jump"):
        assert finds(jump, text)
    assert not finds(jump, "jump off the chair")


def test_one_word_does_not_fill_two_places() -> None:
    twice = detector("больно|очень очень|так")
    assert not finds(twice, "очень")
    assert finds(twice, "очень, очень")


@pytest.mark.parametrize(
    "text",
    [
        "НЕ ХОЧУ СУЩЕСТВОВАТЬ",
        "не хо́чу сущ\u00adество\u200bвать",
        "нехочу существовать",
        "нехочусуществовать",
        "не хочууууу существоооовать",
        "нe xoчy cущecтвoвaть",
        "не хочу с-у-щ-е-с-т-в-о-в-а-т-ь",
        "не хочу с у щ е с т в о в а т ь",
        "не хочу сущ*ствовать",
        "не хочу сушествовать",
        "не хочу существовть",
        "не хочу сущестовать",
        "не хочу суещствовать",
    ],
)
def test_what_people_do_to_words_is_undone(text: str) -> None:
    exist = detector("не хочу ~существовать", joined=["не", "хочу", "существовать"])
    assert finds(exist, text)


@pytest.mark.parametrize("text", ["su1cide", "suicidе", "s.u.i.c.i.d.e", "SUICIDAL", "su*cide", "suiicide", "suicdie"])
def test_english_words_too(text: str) -> None:
    assert finds(detector("~suicid*"), text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("павешусь", True),
        ("повешус", True),
        ("павеситца хочу", True),
        ("хочу повесицца", True),
        ("повесили", False),
        ("весить", False),
        ("повис", False),
    ],
)
def test_words_are_compared_by_how_they_sound(text: str, found: bool) -> None:
    hang = detector("повешусь|повеситься", sounds=CRISIS.sounds)
    assert finds(hang, text) == found


def test_an_everyday_mistake_is_read_both_ways() -> None:
    mine = detector("не хочу", "ни_хочу себя", misspelt={"ни": "не", "хачу": "хочу", "сибя": "себя"})
    assert finds(mine, "ни хачу")
    assert finds(mine, "ни хачу сибя")
    assert not finds(mine, "ни себя")


def test_don_t_is_one_word_however_its_apostrophe_looks() -> None:
    for text in ("don't live", "don’t live", "don‘t live", "donʼt live", "don`t live", "dont live"):
        assert finds(detector("dont live"), text)


def test_a_slip_is_one_letter_and_never_the_first() -> None:
    poison = detector("~отравиться", spelt_right=["отправиться"])
    assert finds(poison, "отровиться")
    assert not finds(poison, "оттровится")
    assert not finds(poison, "атравиться")
    assert not finds(poison, "отправиться")


def test_the_gravest_tier_counts() -> None:
    assert DETECTOR.tier("муж меня бьёт") is Tier.VIOLENCE
    assert DETECTOR.tier("муж меня бьёт, не хочу жить") is Tier.EXPLICIT
    assert DETECTOR.tier("больше так не могу") is Tier.AMBIGUOUS
    assert DETECTOR.tier("больше так не могу, муж меня бьёт") is Tier.VIOLENCE
    assert DETECTOR.tier("Пон 9:00, +7 900 000-00-00") is None


LONGEST = (
    "не " * 1365,
    "не хочу жить в " * 273,
    "не хочу жить на работе, умереть со смеху " * 100,
    "лучше б меня " * 315,
    "I dont want to die of " * 186,
    "him he husband hit me up home " * 136,
    "лекция суицид " * 292,
    "нехочу" * 682,
    "dontwanttolivex " * 256,
    "сдаабум сууцибо сцуооца сбеодт " * 132,
    "с.у.и." * 682,
    "a " * 2048,
    "ж" * 4096,
    "' " * 2048,
    "Ё" * 4096,
    "." * 4096,
    "е\u0301" * 2048,
)


@pytest.mark.parametrize("text", LONGEST, ids=[text[:12] for text in LONGEST])
def test_the_longest_message_takes_no_time(text: str) -> None:
    """Measured: 5 to 15 ms. Matching that tries every combination takes seconds here."""
    taken = []
    for _ in range(3):  # the quickest counts: the others were held up by something else
        began = time.thread_time()
        DETECTOR.tier(text[:4096])
        taken.append(time.thread_time() - began)
    assert min(taken) < 0.05


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"find": ["Жить"]}, "“Жить” is no stem"),
        ({"find": ["всё"]}, "“всё” is no stem"),
        ({"find": ["don't"]}, "“don't” is no stem"),
        ({"find": ["жить||быть"]}, "“” is no stem"),
        ({"find": ["не_"]}, "“” is no stem"),
        ({"find": ["жи*"]}, "must have 3 letters before the *"),
        ({"find": ["~смысл"]}, "must have 6 letters after the ~"),
        ({"find": ["<нет>"]}, "“<нет>” is not defined"),
        ({"find": ["жить", "жить"]}, "rules.ru.0.find: “жить” stands there twice"),
        ({"find": []}, "at least 1 item"),
        ({"unless": ["тут", "тут"]}, "rules.ru.0.unless: “тут” stands there twice"),
        ({"unless": ["жить"]}, "rules.ru.0.unless: “жить” excludes what is to be found"),
        ({"unless": ["Лекция"]}, "rules.ru.0.unless: “Лекция”: “Лекция” is no stem"),
        ({"tier": "grave"}, "'explicit', 'ambiguous' or 'violence'"),
        ({"window": 0}, "greater than 0"),
        ({"find": ["не_хочу жить"], "window": 2}, "rules.ru.0: “не_хочу жить” is wider than the window"),
        ({"unless": ["жить_в_офисе"], "window": 2}, "rules.ru.0: “жить_в_офисе” is wider than the window"),
        ({"windows": 5}, "Extra inputs are not permitted"),
        ({"words": {"spare": ["один"]}}, "words.spare: is named by no pattern"),
        ({"words": {"a": ["<a>"]}, "find": ["<a>"]}, "words.a: “<a>” does not stand above it"),
        ({"joined": ["Не"]}, "“Не” is no stem"),
    ],
)
def test_a_mistake_in_the_rules_is_named(fields: dict[str, Any], message: str) -> None:
    fields = {"find": ["жить"]} | fields
    with pytest.raises(ValidationError) as caught:
        detector(*fields.pop("find"), **fields)
    assert message in str(caught.value)
