"""Every screen in both languages: within Telegram's limits, in one language, and no button that leads nowhere."""

from __future__ import annotations

import re
from collections import deque
from datetime import date, timedelta
from itertools import product
from typing import Any, Literal, get_args, get_origin

import pytest
from aiogram.filters.callback_data import CallbackData
from babel import Locale

from app.greeting import set_profile
from app.wiring import create_catalogs
from config import load_settings
from content.base import LEVELS
from keyboards import account, company, lifecycle, outreach, summary, wellbeing
from keyboards.labels import LABEL_LENGTH, fitting
from locales import LOCALES
from models import DeadLetter
from services.company.departments import DepartmentLine
from services.kit.zones import city
from services.lifecycle.joining import ChooseDepartment
from services.wellbeing.checkin import ResultCard
from services.wellbeing.scoring import Result, ScoreChange, Shift, change, score, strongest
from tests.bot.story import CONTENT, ON_SQLITE, SEED, Q, answers, forgive_unmodified, rows
from tests.fakes.stage import Player, Stage
from tests.people import department, finished, newcomer
from views.lifecycle import joining
from views.screen import Screen
from views.translator import language_name
from views.wellbeing import results

CATALOGS = create_catalogs(load_settings(_env_file=None), CONTENT)
LONGEST_CAUSES = tuple(sorted(CONTENT.causes.items, key=lambda cause: -len(cause.words.ru))[:2])
NAME = ("<b>שלום</b> & 👩‍👩‍👧 " * 20)[:200].strip()
PLAN = ("<i>если</i> שלום 🙂 " * 30)[:300].strip()
APOLOGY = {locale: CATALOGS.translator(locale)("error.general") for locale in LOCALES}
CYRILLIC = re.compile("[а-яё]+", re.IGNORECASE)
COMMAND = re.compile(r"(?<!\w)/[a-z_]+")
LETTERS = re.compile(r"[^\W\d_]{3,}")
PRESSES = 400
APART = ("x1:", "v1:locale:", "y1:withdrawn")  # the other language, and the consent, without which all is closed
pytestmark = pytest.mark.both_languages
LANGUAGES = pytest.mark.parametrize("locale", LOCALES)


class Crawl:
    """Presses every button that comes into sight, each kind of them once, and looks at every screen."""

    def __init__(self, stage: Stage, player: Player, locale: str, own_words: tuple[str, ...]) -> None:
        self._stage = stage
        self._player = player
        self._locale = locale
        self._own_words = own_words
        self._todo: deque[str] = deque()
        self._seen: set[str] = set()
        self.pressed = 0

    async def run(self) -> None:
        """Go on until no button is new."""
        self.look()
        while self._todo and self.pressed < PRESSES:
            data = self._todo.popleft()
            answered = len(self._stage.world.toasts(self._player.id))
            self._stage.clock.advance(seconds=8)
            await self._player.presses(data=data)
            self.pressed += 1
            assert len(self._stage.world.toasts(self._player.id)) == answered + 1, f"{data} goes on spinning"
            self.look()
        assert not self._todo, "there is no end of new buttons"

    def look(self) -> None:
        """Every message that stands in the chat: its words, and the buttons that were not there before.

        The newest one leads on: by a button, or by a command that it names.
        """
        newest = self._player.message
        assert self._player.buttons or COMMAND.search(newest.get("text", "")), newest
        for message in self._player.messages:
            buttons = [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
            for text in (message.get("text") or message.get("caption") or "", *(b["text"] for b in buttons)):
                self._check(text)
            assert max((len(button["text"]) for button in buttons), default=0) <= LABEL_LENGTH, buttons
            for data in (button["callback_data"] for button in buttons if "callback_data" in button):
                kind = re.sub(r"\d+", "#", data)
                if kind not in self._seen and not data.startswith(APART):
                    self._seen.add(kind)
                    self._todo.append(data)

    def _check(self, text: str) -> None:
        assert APOLOGY[self._locale] not in text
        for words in self._own_words:
            text = text.replace(words, "")
        if self._locale == "en":
            assert not CYRILLIC.search(text.replace("Русский", "")), text
        elif self._locale != "ru":
            assert not foreign_words(text, self._locale), text
        assert not re.search(r"\{\w+\}|\bNone\b", text), text


def foreign_words(text: str, locale: str) -> list[str]:
    """Return the words that come from no catalog of a language with its own letters (tests/pseudo.py)."""
    sources = (item.evidence.source or "" for item in CONTENT.recommendations.items)
    places = (city(zone, locale) for zone in CONTENT.typed.zones)
    months = Locale.parse(locale).months["format"]
    named = [*sources, *places, *map(language_name, LOCALES), *months["wide"].values(), *months["abbreviated"].values()]
    text = re.sub(r"https?://\S+|(?<!\w)/[a-z_]+|UTC", "", text)
    words = set(LETTERS.findall(text)) - set(LETTERS.findall(" ".join(named)))
    return [word for word in words if word.isascii() or CYRILLIC.search(word)]


@ON_SQLITE
@LANGUAGES
async def test_no_button_leads_astray(stage: Stage, locale: str) -> None:
    t = CATALOGS.translator(locale)
    anna = await finished(stage, SEED, NAME, locale=locale)
    crawl = Crawl(stage, anna, locale, (NAME, PLAN))
    crawl.look()
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[1][0])
    await anna.presses(t("recommendations.start"))
    await anna.presses(t("recommendations.plan_change"))
    await anna.says(PLAN)
    assert PLAN in anna.screen, "what was typed appears as it was typed"
    await anna.says("/menu")
    assert NAME in anna.screen
    await crawl.run()
    for command in ("menu", "checkin", "recommendations", "help", "help_now", "privacy", "cancel"):
        await anna.says(f"/{command}")
        crawl.look()
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await answers(stage, anna, SEED, locale=locale, until=2)
    crawl.look()
    await answers(stage, anna, {}, locale=locale)
    await crawl.run()

    assert crawl.pressed > 40
    assert DeadLetter.__tablename__ not in await rows(stage)
    forgive_unmodified(stage)


def utf16(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def shown(screen: Screen) -> str:
    """The text as it is sent."""
    text, _ = screen.text.render()
    return text


def cards() -> Any:
    """A result of every pattern of levels, with figures as long as can be, and every kind of change."""
    longest = {"low": 0.1, "medium": 2.6, "high": 5.9}
    shifts = [Shift("same", 0.0), *(Shift(v, d) for v in ("none", "better", "worse") for d in (-119.9, 119.9))]
    for pattern in product(LEVELS, repeat=3):
        scales = {
            c: round(longest[level] * s.items, 1) for (c, s), level in zip(Q.scales.items(), pattern, strict=True)
        }
        letters = dict(zip(Q.scales, pattern, strict=True))
        answered = {item.key: round(longest[letters[item.scale]]) for item in Q.items}
        raw = {item.key: 6 - answered[item.key] if item.reverse else answered[item.key] for item in Q.items}
        profile = score(Q, raw).profile
        for level in LEVELS:
            result = Result(scales, 119.9, level, letters, profile)
            for shift in (None, *shifts):
                made = None if shift is None else ScoreChange(shift, dict.fromkeys(Q.scales, shift))
                for is_suspect, may_redo in ((False, False), (True, False), (True, True)):
                    if is_suspect and made:
                        continue
                    day = date(2026, 9, 30)
                    yield ResultCard(
                        assessment_id=2**31 - 1,
                        date=day,
                        questionnaire=Q,
                        result=result,
                        strongest=strongest(Q, raw),
                        change=made,
                        earlier_dates=(day - timedelta(days=1),),
                        is_suspect=is_suspect,
                        may_redo=may_redo,
                        open_recommendations=5,
                        causes=LONGEST_CAUSES,
                        may_name_causes=True,
                    )


@LANGUAGES
def test_a_result_has_at_most_900_characters(locale: str) -> None:
    t = CATALOGS.translator(locale)
    longest = max(cards(), key=lambda card: utf16(shown(results.result(t, card))))
    for is_fresh in (True, False):
        text = shown(results.result(t, longest, is_fresh=is_fresh))
        assert utf16(text) <= 900, text
    assert utf16(shown(results.more(t, longest))) <= 4096


def test_the_cards_have_every_profile_and_every_verdict() -> None:
    made = list(cards())
    assert {card.result.profile for card in made} == {profile.id for profile in Q.scoring.profiles}
    assert {card.change and card.change.total.verdict for card in made} == {None, "same", "none", "better", "worse"}
    assert change(Q, [made[0].result], made[0].result) is not None


LONGEST = {
    "locale": "ru",
    "token": "A" * 43,
    "link": "0" * 8,
    "file": "0" * 12,
    "week": "2026-12-28",
    "value": "America/Argentina/ComodRivadavia",
    "name": "checkin_weekday",
    "target": "g2147483647",
    "key": "g2147483647",
    "cause": "a" * 16,
    "stamp": "f" * 16,
}
LAST_DAY = date.max.toordinal()
LONGEST_NUMBER = {(kind, "week"): LAST_DAY for kind in ("SummaryPage", "OpenGroup", "StepButton")} | {
    ("StepButton", "day"): LAST_DAY,
    ("RoundButton", "start"): LAST_DAY,
    ("Snooze", "period"): LAST_DAY,
}
VERSION = 999  # of a text or a questionnaire: it goes up once a year, not by the million


def buttons_data() -> list[type[CallbackData]]:
    """Every kind of button."""
    return [
        kind
        for module in (account, company, lifecycle, outreach, summary, wellbeing)
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]


@pytest.mark.parametrize("kind", buttons_data(), ids=lambda kind: kind.__name__)
def test_the_data_of_a_button_fits(kind: type[CallbackData]) -> None:
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if get_origin(field.annotation) is Literal:
            values[name] = max(map(str, get_args(field.annotation)), key=len)
        elif field.annotation is int:
            values[name] = LONGEST_NUMBER.get((kind.__name__, name), VERSION if name == "version" else 2**31 - 1)
        else:
            values[name] = LONGEST[name]
    packed = kind(**values).pack()
    assert len(packed.encode()) <= 64, packed
    assert kind.unpack(packed) == kind(**values)


def test_no_two_kinds_of_buttons_share_a_prefix() -> None:
    prefixes = [kind.__prefix__ for kind in buttons_data()]
    assert sorted(prefixes) == sorted(set(prefixes))


@LANGUAGES
def test_a_company_of_many_departments_still_lets_people_in(locale: str) -> None:
    lines = [DepartmentLine(number, f"Отдел {number} " + "ы" * 200) for number in range(150)]
    screen = joining.entered(CATALOGS.translator(locale), ChooseDepartment(lines))
    assert screen.markup is not None
    assert sum(map(len, screen.markup.inline_keyboard)) <= 100
    assert screen.markup.inline_keyboard[-1][0].callback_data == "d1:0"


@ON_SQLITE
async def test_what_telegram_shows_before_the_chat_fits(stage: Stage) -> None:
    await set_profile(stage.app.bot, stage.app.catalogs)
    for language in ("", *LOCALES):
        assert stage.world.profile_for("description", language)
        assert stage.world.profile_for("short_description", language)
    anna = stage.person(1001, "Anna", language="en")
    assert [command["command"] for command in stage.world.commands_for(anna.id)] == [
        "start",
        "help",
        "help_now",
        "privacy",
    ]


def test_labels_that_a_phone_would_cut_can_still_be_told_apart() -> None:
    cities = ("Москва", "Казань", "Нижний Новгород")
    offices = [f"Отдел по работе с клиентами, {city}" for city in cities]
    labels = fitting([*offices, "Новый график смен вывешиваем за две недели", "Склад"])
    assert len(set(labels.values())) == len(labels)
    assert max(map(len, labels.values())) <= LABEL_LENGTH
    assert all(labels[office].endswith(city) for office, city in zip(offices, cities, strict=True))
    assert [*labels.values()][3:] == ["Новый график смен вывешиваем за…", "Склад"]


@ON_SQLITE
@LANGUAGES
async def test_a_choice_of_department_with_names_of_any_kind(stage: Stage, locale: str) -> None:
    for name in ("<b>Склад</b>", "שלום", "🙂" * 60, "x" * 255):
        await department(stage, name)
    anna = await newcomer(stage, locale=locale)
    labels = {row[0] for row in anna.buttons}
    assert labels >= {"<b>Склад</b>", "שלום", "🙂" * 31 + "…", "x" * 31 + "…"}
    await anna.presses("<b>Склад</b>")
    assert "20" in anna.screen
