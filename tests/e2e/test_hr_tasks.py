"""HR's five tasks of a Monday by clicking, with the taps and the seconds that a person would need for them.

What is assumed: it is a first time, so every line of a screen that was not there before is read, at 200 words a minute
(Trauzettel-Klosinski and Dietz 2012: 184 in Russian, 228 in English); a text in two languages is read in one, and the
numbered rows of a list are scanned for the one that is looked for. A tap takes 1.1 s and a typed character 0.28 s
(pointing and typing in Card, Moran and Newell 1983). What matters is seen when the lines above the table of Monday's
message are read, and whether something helped when those under "Promised" are. The bot's own time comes on top: a press
is answered in a fraction of a second.
`SCREENSHOTS=FOLDER` keeps every screen of the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.browser import FIND, Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.story import opening, plain
from tests.e2e.visit import NEWEST, Visit, begin

pytestmark = [pytest.mark.soak, needs_chromium]
WORDS_A_MINUTE = 200
TAP, CHARACTER = 1.1, 0.28  # seconds
AT_MOST = 180  # seconds for all five
WEEKS = 10  # Mondays until it is said whether a promise helped
SUMMARIES = "[...document.querySelectorAll('.message.in .text')].filter((one) => one.textContent.includes('📊'))"
CONTROL = '[data-testid="control-summary"]'
ANSWERS = """fetch("/control/calls").then((found) => found.json())
    .then(({ calls }) => calls.filter((call) => call.method === "answerCallbackQuery").length)"""
PERSON = {"ru": "Ольга", "en": "Martin"}
FORTY = "ФИО;Отдел\r\n" + "".join(f"Человек{'абвгд'[n % 5]} Номер{'еёжзийкл'[n // 5]};Продажи\r\n" for n in range(40))
FILE_TAPS = 4  # the clip, "file", the file, "send"


@dataclass
class Timed:
    """One person at the page: what they tapped, typed and read in each task."""

    visit: Visit
    taken: dict[str, tuple[int, float]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    taps: int = 0
    characters: int = 0
    words: int = 0
    pictures: int = 0
    keys: int = 0
    last: str = ""

    async def presses(self, label: str) -> None:
        """Press the newest button with this label."""
        self.taps += 1
        await self.clicks(label)

    async def clicks(self, label: str) -> None:
        """Press it beside what is timed."""
        self.keys += 1
        await self.visit.taps(label)

    async def says(self, text: str) -> None:
        """Into the field, type, send."""
        self.taps += 2
        self.characters += len(text)
        await self.visit.says(text)

    async def reads(self, words: str, since: str = "", upto: str = "\0") -> None:
        """Wait for a screen with these words, and read what is new on it, from `since` as far as `upto`."""
        await self.visit.page.becomes(f"Boolean({FIND}('.message.in .text', {json.dumps(words)}))", True)
        text = plain(await self.visit.page.value(f"{FIND}('.message.in .text', {json.dumps(words)}).innerText"))
        text = text[text.index(since) :].partition(upto)[0]
        self.last = text
        new = [line for line in text.splitlines() if line not in self.known and self._is_read(line)]
        self.known |= set(new)
        self.words += len(" ".join(new).split())
        self.pictures += 1
        await self.visit.photographs(f"hr-task-{self.pictures:02}")

    def _is_read(self, line: str) -> bool:
        """Whether a line is in the reader's language, and no row of a list."""
        is_russian = 2 * len(re.findall(r"[а-яё]", line, re.IGNORECASE)) > len(re.findall(r"[^\W\d_]", line))
        return is_russian == (self.visit.language == "ru") and re.match(r"\d+\. ", line) is None

    def done(self, task: str) -> None:
        """One task is over."""
        seconds = self.taps * TAP + self.characters * CHARACTER + self.words * 60 / WORDS_A_MINUTE
        self.taken[task] = (self.taps, seconds)
        self.taps = self.characters = self.words = 0


@pytest.mark.parametrize("page", ["phone", "laptop"], indirect=True)
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_five_tasks_in_three_minutes(
    page: Page, url: str, tmp_path: Path, language: str, request: pytest.FixtureRequest
) -> None:
    size = request.node.callspec.params["page"]
    pictures = {f"hr-task-{number:02}" for number in range(1, 40)}
    visit = await begin(page, url, PERSON[language], language, size, pictures)
    timed, t = Timed(visit), visit.t
    await _monday(visit)
    while plain(t("step.promise")) not in await page.text(f"{NEWEST} .keys"):
        await _monday(visit)  # the Monday after a period has several steps behind a button
    table = plain(t("summary.pulse_head", top=10))
    timed.taps += 1  # the chat is opened
    await timed.reads("📊", upto=table)
    timed.done("see what matters")

    await timed.presses(plain(t("step.promise")))
    await timed.reads(opening(t("promise.preview")))
    await timed.presses(plain(t("promise.confirm")))
    await timed.reads(plain(t("promise.saved")))
    timed.done("promise it")
    await timed.clicks(plain(t("promise.is_done")))  # so that it can be said whether it helped
    await timed.clicks(plain(t("promise.keep")))
    await page.sees(plain(t("promise.saved_done")), "#messages")

    await timed.says("/hr")
    await timed.reads(plain(t("hr.who_sees")))
    await timed.presses(plain(t("hr.people")))
    await timed.reads(plain(t("people.who_sees")))
    await timed.says("серг")
    await timed.reads("Сергей ·")
    await timed.presses("1")
    await timed.reads(plain(t("people.not_shown")))
    await timed.presses(plain(t("people.move")))
    await timed.reads(plain(t("people.move_rule")))
    await timed.presses({"ru": "Продажи", "en": "Sales"}[language])
    await timed.reads(opening(t("people.moved", date="")))
    timed.done("find and move a person")

    await timed.says("/hr")
    await timed.reads(plain(t("hr.who_sees")))
    await timed.presses(plain(t("hr.invites")))
    await timed.reads(opening(t("invite.what")))
    await timed.presses(plain(t("roster.upload")))
    await timed.reads(opening(t("roster.who_sees")))
    file = tmp_path / "people.csv"
    file.write_text(FORTY, encoding="utf-8")
    timed.taps += FILE_TAPS
    await page.uploads("#file", file)
    await timed.reads(plain(t("roster.nothing_yet")))
    await timed.presses(plain(t.n("roster.confirm", 40)))
    await timed.reads(opening(t("roster.links_below")))
    timed.done("import forty people")

    await page.becomes(ANSWERS, timed.keys)  # once the clock has moved, it is too late to answer a press
    for _ in range(WEEKS):
        await _monday(visit)
    timed.taps += 1  # the chat is opened
    promised = plain(t("summary.promised"))
    await timed.reads(promised, since=f"\n{promised}\n", upto="\n\n")
    assert any(plain(t(f"summary.promise.{verdict}")) in timed.last for verdict in ("easier", "same", "early"))
    timed.done("did it help?")
    if size == "phone":  # else it stands beside the chat
        await page.clicks("#drawer-toggle")
    await page.sees("sendMessage", "#calls")
    assert await page.text("#calls .refused") == ""
    print(_table(f"{language}, {size}", timed.taken))  # noqa: T201 (the figures are what a reader of the test wants)
    assert sum(seconds for _, seconds in timed.taken.values()) <= AT_MOST


async def _monday(visit: Visit) -> None:
    """Let a summary come and the clock stand again: the first one is there long before it is Monday."""
    before = int(await visit.page.value(f"{SUMMARIES}.length"))
    await visit.page.clicks(CONTROL)
    stands = f"!document.querySelector({json.dumps(CONTROL)}).disabled"
    await visit.page.becomes(f"{stands} && {SUMMARIES}.length > {before}", True)


def _table(title: str, taken: Mapping[str, tuple[int, float]]) -> str:
    rows = [f"{task:24} {taps:3} taps {seconds:5.0f} s" for task, (taps, seconds) in taken.items()]
    return "\n".join([title, *rows, f"{'together':24} {sum(s for _, s in taken.values()):14.0f} s"])
