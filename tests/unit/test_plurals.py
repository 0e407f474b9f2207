"""Every plural form of every key: the right form for each figure, and words that agree with it."""

from __future__ import annotations

import re

import pytest
from babel import Locale

from tests.unit.test_catalogs import LOCALES, MESSAGES, forms, placeholders
from views.translator import Catalogs

PLURALS = sorted(key for key, message in MESSAGES["ru"].items() if message.pluralizable)
FIGURES = (0, 1, 2, 4, 5, 11, 12, 21, 22, 25, 101, 111, 121)
FORMS = {"ru": ["one", "few", "many"], "en": ["one", "other"]}
TOKEN = re.compile(r"{\w+}|[\w'’-]+")

# Beside a figure that ends in 1, in 2 to 4, and any other: the subject, the object, and what follows «до».
RUSSIAN = {
    tuple(row.split())
    for row in """
    вид вида видов
    группа группы групп
    день дня дней
    дня дней дней
    личное личных личных
    месяц месяца месяцев
    месяца месяцев месяцев
    минута минуты минут
    неделю недели недель
    неделя недели недель
    нового новых новых
    обещание обещания обещаний
    отдел отдела отделов
    предложение предложения предложений
    приглашение приглашения приглашений
    просьба просьбы просьб
    строка строки строк
    строку строки строк
    такое таких таких
    человек человека человек
    человека человек человек
    шаг шага шагов
    выключен выключены выключено
    она они они
    остался осталось осталось
    поместилась поместились поместились
    подключился подключились подключились
    """.strip().splitlines()
}
ENGLISH = {("person", "people"), ("has", "have"), ("is", "are"), ("there's", "there are"), ("long", "many")}


@pytest.mark.parametrize("locale", LOCALES)
def test_each_figure_takes_the_form_that_unicode_names(locale: str) -> None:
    t, category = Catalogs().translator(locale), Locale(locale).plural_form
    for key in PLURALS:
        message = MESSAGES[locale][key]
        values = {name: f"<{name}>" for name in placeholders(message) - {"n"}}
        for count in FIGURES:
            form = forms(message)[FORMS[locale].index(category(count))]
            assert t.n(key, count, **values) == form.format(**values, n=count), (key, count)


def test_russian_words_agree_with_their_figure() -> None:
    for key in PLURALS:
        words = [TOKEN.findall(form.lower()) for form in forms(MESSAGES["ru"][key])]
        assert len({len(form) for form in words}) == 1, f"{key}: the forms differ in more than endings"
        beside = list(zip(*words, strict=True))
        assert {row for row in beside if len(set(row)) > 1} <= RUSSIAN, key
        declined = {word for row in RUSSIAN for word in row}
        after = {form[form.index("{n}") + 1] for form in words if form[-1] != "{n}"}
        with_it = [row for row in beside if not declined.isdisjoint(row) and set(row) & after]
        assert all(len(set(row)) > 1 for row in with_it), f"{key}: one ending"


def test_english_words_agree_with_their_figure() -> None:
    for key in PLURALS:
        one, many = (form.lower().replace("there are", "there_are") for form in forms(MESSAGES["en"][key]))
        pairs = zip(TOKEN.findall(one), TOKEN.findall(many), strict=True)
        unlike = {(first, second.replace("_", " ")) for first, second in pairs if first != second}
        assert {pair for pair in unlike if pair[1] != f"{pair[0]}s"} <= ENGLISH, key
