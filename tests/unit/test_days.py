"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from content import load_content
from services.kit.days import coming_day_in, parse_day
from services.kit.errors import DayUnreadable, NoSuchDay

TODAY = date(2026, 3, 4)
TYPED = load_content().typed
WORDS, WEEKDAYS = TYPED.days, TYPED.weekdays


PLANS: list[tuple[str, date | None]] = [
    ("В четверг после планёрки", date(2026, 3, 5)),
    ("on Thursday, after lunch", date(2026, 3, 5)),
    ("в среду", date(2026, 3, 11)),  # TODAY is a Wednesday: the coming one
    ("По вторникам и четвергам", date(2026, 3, 10)),
    ("завтра утром", date(2026, 3, 5)),
    ("Послезавтра", date(2026, 3, 6)),
    ("The day after tomorrow I call", date(2026, 3, 6)),
    ("tomorrow", date(2026, 3, 5)),
    ("сегодня, а потом в субботу", date(2026, 3, 7)),
    ("15 декабря прошу о встрече", date(2026, 12, 15)),
    ("On 3 Dec, after the call", date(2026, 12, 3)),
    ("on the 3rd of December", date(2026, 12, 3)),
    ("by December 3rd, 2027", date(2027, 12, 3)),
    ("Mar 12 after lunch", date(2026, 3, 12)),
    ("до 12.12 разберу почту", date(2026, 12, 12)),
    ("до 12.12.26 разберу почту", date(2026, 12, 12)),
    ("2026-03-20, утром", date(2026, 3, 20)),
    ("12-го мая", date(2026, 5, 12)),
    ("в пятницу, 13 марта", date(2026, 3, 13)),
    ("завтра, а потом 13 марта", date(2026, 3, 5)),
    ("с 1 марта по 10 марта", date(2026, 3, 10)),  # what has passed is no day to be reminded on
    ("3 марта", None),
    ("31 февраля", None),
    ("в 10.12 и at 11.12", None),
    ("0.5 ставки, 1.5 часа, 10.30, 5 минут, 3 раза, 7/10", None),
    ("Сегодня после планёрки", None),
    ("в среднем раз в неделю, среди коллег", None),
    ("Thursdayish", None),
    ("после обеда", None),
    ("", None),
]


def test_the_day_that_a_plan_names() -> None:
    found = [(plan, coming_day_in(plan, TODAY, WORDS, WEEKDAYS, TYPED.before_hours)) for plan, _ in PLANS]
    assert found == PLANS


UNDERSTOOD = [
    ("12.12", date(2026, 12, 12)),
    ("12.12.", date(2026, 12, 12)),
    ("12/12", date(2026, 12, 12)),
    ("12.12.2026", date(2026, 12, 12)),
    ("12.12.26", date(2026, 12, 12)),
    (" 2026-12-12 ", date(2026, 12, 12)),
    ("12 декабря", date(2026, 12, 12)),
    ("12 Декабря 2026 года", date(2026, 12, 12)),
    ("12 декабря 2026 г.", date(2026, 12, 12)),
    ("с 12 декабря", date(2026, 12, 12)),
    ("12 дек", date(2026, 12, 12)),
    ("12 дек.", date(2026, 12, 12)),
    ("12 December", date(2026, 12, 12)),
    ("12th December 2026", date(2026, 12, 12)),
    ("until 12 Dec", date(2026, 12, 12)),
    ("December 12", date(2026, 12, 12)),
    ("December 12th, 2026", date(2026, 12, 12)),
    ("1 мая", date(2026, 5, 1)),
    ("1 май", date(2026, 5, 1)),
    ("2 июня", date(2026, 6, 2)),
    ("2 июля", date(2026, 7, 2)),
    ("сегодня", TODAY),
    ("Завтра", date(2026, 3, 5)),
    ("tomorrow", date(2026, 3, 5)),
    ("послезавтра", date(2026, 3, 6)),
    ("the day  after tomorrow", date(2026, 3, 6)),
    ("в пятницу", date(2026, 3, 6)),
    ("К пятнице.", date(2026, 3, 6)),
    ("by Friday", date(2026, 3, 6)),
    ("среда", date(2026, 3, 11)),  # TODAY is a Wednesday: the coming one
    ("до завтра", date(2026, 3, 5)),
    ("через неделю", date(2026, 3, 11)),
    ("In two weeks", date(2026, 3, 18)),
    ("12.12.2099", date(2099, 12, 12)),
    ("12.12.1999", date(1999, 12, 12)),
]


def test_a_day_is_understood() -> None:
    assert [(text, parse_day(text, TODAY, TYPED)) for text, _ in UNDERSTOOD] == UNDERSTOOD


@pytest.mark.parametrize(
    "text", ["31.02", "31.02.2026", "2026-02-31", "31 февраля", "31 February", "32.01", "0.5", "1.13"]
)
def test_a_day_that_the_calendar_lacks(text: str) -> None:
    with pytest.raises(NoSuchDay):
        parse_day(text, TODAY, TYPED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "когда-нибудь",
        "12 мартобря",
        "12 м",
        "в следующий понедельник",
        "next Friday",
        "next week",
        "в",
        "12.12.2026.1",
        "20261212",
        "😀",
        "1 2 3",
    ],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(DayUnreadable):
        parse_day(text, TODAY, TYPED)


def test_without_a_year_it_is_the_coming_one_unless_it_has_just_passed() -> None:
    assert parse_day("10.01", date(2026, 12, 20), TYPED) == date(2027, 1, 10)
    assert parse_day("10.12", date(2026, 12, 20), TYPED) == date(2026, 12, 10)
    assert parse_day("3 марта", TODAY, TYPED) == date(2026, 3, 3)


def test_29_february_is_looked_for_in_the_next_year_too() -> None:
    assert parse_day("29.02", date(2027, 10, 1), TYPED) == date(2028, 2, 29)
    with pytest.raises(NoSuchDay):
        parse_day("29.02", TODAY, TYPED)
